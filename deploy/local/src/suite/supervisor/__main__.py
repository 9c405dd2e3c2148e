"""`python -m suite.supervisor RUN_FOLDER`: the daemon. It ends when it is told to stop, by its socket or SIGTERM."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
from pathlib import Path

from suite.supervisor.journal import note
from suite.supervisor.server import Supervisor


def main() -> int:
    run = Path(sys.argv[1])
    lock = os.open(run / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print(f"Another supervisor works in {run}.", file=sys.stderr)
        return 3
    os.umask(0o077)
    # The terminal that started it may close; Ctrl-C there is not for us.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    asyncio.run(_serve(run))
    return 0


async def _serve(run: Path) -> None:
    supervisor = Supervisor(run)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, supervisor.please_end)
    note("info", "supervisor_started", pid=os.getpid())
    await supervisor.serve()
    note("info", "supervisor_stopped", pid=os.getpid())


if __name__ == "__main__":
    sys.exit(main())
