"""The one door to eventlet: patches the process before anything else is imported.

Leaving eventlet is this module's change.
"""

from __future__ import annotations

import os
import warnings


def patch() -> None:
    """Make the standard library green. Call first thing, in a service process only."""
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    warnings.filterwarnings("ignore", category=DeprecationWarning, module="eventlet")
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated.*")
    import eventlet

    eventlet.monkey_patch()


def self_check() -> None:
    """Refuse to start when sleeping in one greenlet would block the others."""
    import time

    import eventlet

    started = time.monotonic()
    pool = eventlet.GreenPool(2)
    for _ in range(2):
        pool.spawn(time.sleep, 0.05)
    pool.waitall()
    if time.monotonic() - started > 0.09:
        raise RuntimeError(
            "the process is not green: time.sleep blocks; green.patch() must run before other imports"
        )
