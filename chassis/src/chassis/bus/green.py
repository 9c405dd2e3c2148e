"""The one door to eventlet: patches the process before anything else is imported.

Leaving eventlet is this module's change.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import NoReturn


def patch() -> None:
    """Make the standard library green. Call first thing, in a service process only."""
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="eventlet")
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated.*")
    import eventlet

    eventlet.monkey_patch()


def leave(code: int) -> NoReturn:
    """End the process now: all is stopped and written, and any further wait could be for a greenlet that is gone."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def self_check() -> None:
    """Refuse to start when waiting in one greenlet would block the others."""
    from eventlet import patcher

    blocking = [name for name in ("socket", "thread", "time") if not patcher.is_monkey_patched(name)]
    if blocking:
        raise RuntimeError(f"{', '.join(blocking)} would block; green.patch() must run before other imports")
