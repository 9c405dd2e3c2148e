"""`python -m gateway.worker`: works off jobs until SIGTERM."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

from chassis import health, logs, migrate
from chassis.database import Database
from chassis.settings import BadSetting
from gateway import settings
from gateway.housekeeping import tidy
from gateway.jobs.installing import install_builtin
from gateway.state import State
from gateway.uploads import FILES
from gateway.worker.hands import HANDS, Hand, sweep

log = logs.get("gateway.worker")

SWEEP_SECONDS = 3600.0
PATIENCE = 9.0


def keep_house(database: Database, folder: Path) -> None:
    """Forget what is over. It can wait for the next time when the database is busy."""
    try:
        install_builtin(database)
        sweep(database, folder)
        tidy(database)
    except Exception:
        log.exception("housekeeping failed, will retry")


def main() -> int:
    found = settings.load()
    logs.configure(found.common.log_level, found.common.process)
    parts = State(found)
    database = parts.runtime.database
    migrate.require_current("gateway", database)
    folder = found.common.home / FILES
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    hands = [
        Hand(f"{found.common.process}/{number}", database, parts, folder, stopping)
        for number in range(1, HANDS + 1)
    ]
    threads = [
        threading.Thread(target=hand.run, name=f"hand-{i}", daemon=True) for i, hand in enumerate(hands)
    ]
    for thread in threads:
        thread.start()
    health.notify("READY=1")
    while not stopping.is_set():
        keep_house(database, folder)
        stopping.wait(SWEEP_SECONDS)
    health.notify("STOPPING=1")
    for thread in threads:
        thread.join(PATIENCE / len(threads))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BadSetting as error:
        print(error, file=sys.stderr)
        sys.exit(78)
