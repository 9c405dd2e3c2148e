"""The timers of a service: each its own thread, all done by the one process that keeps their lease.

The lease is short and renewed all the time, however long the pauses of the timers are: when its process is killed,
another one goes on within `LEASE_SECONDS`, and a stopped one hands it over at once.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from chassis import lease, logs
from chassis.database import Database
from chassis.subscription import Loop, Timer

LEASE = "timers"
LEASE_SECONDS = 10.0
BEAT_SECONDS = 3.0

log = logs.get("chassis.bus.timers")


def loops_of(timers: Mapping[str, Timer], runtime: Any, owner: str) -> list[Loop]:
    """The loops that a service's process runs for its timers: name, run, stop."""
    duty = _Duty(runtime.database, owner)
    duty.renew()
    rounds = {name: _Rounds(name, timer, runtime, duty) for name, timer in timers.items()}
    return [("timers", duty.run, duty.stop), *((name, one.run, one.stop) for name, one in rounds.items())]


class _Duty:
    """Keeps the lease of a service's timers for this process, or waits for it."""

    def __init__(self, database: Database, owner: str) -> None:
        self._lease = lease.Keeper(database, LEASE, owner, LEASE_SECONDS)
        self._stopping = threading.Event()

    @property
    def is_ours(self) -> bool:
        return self._lease.held

    def renew(self) -> None:
        try:
            self._lease.renew()
        except Exception:
            log.exception("the lease of the timers was not renewed, will retry")

    def run(self) -> None:
        while not self._stopping.wait(BEAT_SECONDS):
            self.renew()
        self._lease.release()

    def stop(self) -> None:
        self._stopping.set()


class _Rounds:
    """Does one timer's work again and again; what one round breaks on, the next one tries again."""

    def __init__(self, name: str, timer: Timer, runtime: Any, duty: _Duty) -> None:
        self._name = name
        self._timer = timer
        self._runtime = runtime
        self._duty = duty
        self._stopping = threading.Event()

    def run(self) -> None:
        pause = self._timer.first
        while not self._stopping.wait(pause):
            if not self._duty.is_ours:
                # Who takes over goes on soon, also with what is done once an hour.
                pause = BEAT_SECONDS
                continue
            pause = self._timer.seconds
            try:
                self._timer.fn(self._runtime)
            except Exception:
                log.exception("timer failed", timer=self._name)

    def stop(self) -> None:
        self._stopping.set()
