"""Timers: soon after a start, by one process at a time, taken over when their process is killed or ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from thing_builders import a_runtime

from chassis import lease
from chassis.bus import timers
from chassis.operation import Runtime
from chassis.subscription import Timer, timer

LONG = 3600.0
AT_ONCE = 10.0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timers, "BEAT_SECONDS", 0.02)


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return a_runtime(tmp_path)


class Bell:
    """A duty that says that it was done, by ringing."""

    def __init__(self, failures: int = 0) -> None:
        self.rung = threading.Event()
        self.rounds = 0
        self._failures = failures

    def __call__(self, runtime: Runtime) -> None:
        self.rounds += 1
        if self.rounds <= self._failures:
            raise RuntimeError("broken")
        self.rung.set()


@contextmanager
def a_process(runtime: Runtime, one: Timer, owner: str = "things-1") -> Iterator[None]:
    loops = timers.loops_of({"duty": one}, runtime, owner)
    threads = [threading.Thread(target=run, daemon=True) for _, run, _ in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for _, _, stop in loops:
            stop()
        for thread in threads:
            thread.join(AT_ONCE)


def test_what_fell_due_does_not_wait_for_a_whole_round() -> None:
    assert timer(LONG, Bell()).first < 5


def test_a_duty_is_done_soon_after_the_start(runtime: Runtime) -> None:
    bell = Bell()
    with a_process(runtime, timer(LONG, bell, first=0.0)):
        assert bell.rung.wait(AT_ONCE)


def test_one_process_at_a_time(runtime: Runtime) -> None:
    mine, theirs = Bell(), Bell()
    with a_process(runtime, timer(0.01, mine, first=0.0)):
        assert mine.rung.wait(AT_ONCE)
        with a_process(runtime, timer(0.01, theirs, first=0.0), owner="things-2"):
            mine.rung.clear()
            assert mine.rung.wait(AT_ONCE)
            assert not theirs.rounds


def test_who_stops_hands_over_at_once(runtime: Runtime) -> None:
    bell = Bell()
    with a_process(runtime, timer(LONG, Bell())):
        with a_process(runtime, timer(LONG, bell, first=0.0), owner="things-2"):
            assert lease.acquire(runtime.database, timers.LEASE, "things-3", 1.0) is None
        assert not bell.rounds
    with a_process(runtime, timer(LONG, bell, first=0.0), owner="things-2"):
        assert bell.rung.wait(AT_ONCE)


def test_who_was_killed_is_followed_when_the_short_lease_ends(runtime: Runtime) -> None:
    bell = Bell()
    lease.acquire(runtime.database, timers.LEASE, "things-1", 1.0)
    with a_process(runtime, timer(LONG, bell, first=0.0), owner="things-2"):
        assert not bell.rounds
        assert bell.rung.wait(AT_ONCE)
    assert timers.LEASE_SECONDS <= 10


def test_a_lease_lasts_through_rounds_that_are_longer_than_it(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "LEASE_SECONDS", 1.0)
    started, ended = threading.Event(), threading.Event()

    def long_round(_: Runtime) -> None:
        started.set()
        ended.wait(AT_ONCE)

    theirs = Bell()
    with a_process(runtime, timer(LONG, long_round, first=0.0)):
        assert started.wait(AT_ONCE)
        with a_process(runtime, timer(0.01, theirs, first=0.0), owner="things-2"):
            assert not theirs.rung.wait(1.5)
            ended.set()


def test_a_round_that_breaks_is_tried_again(runtime: Runtime) -> None:
    bell = Bell(failures=2)
    with a_process(runtime, timer(0.01, bell, first=0.0)):
        assert bell.rung.wait(AT_ONCE)
    assert bell.rounds >= 3


def test_a_lease_counts_from_before_the_database_was_asked(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(lease.time, "monotonic", lambda: now)
    kept = lease.Keeper(runtime.database, "thing", "things-1", 9.0)
    assert kept.is_due and not kept.held
    assert kept.renew() and kept.held and not kept.is_due
    now += 3.1
    assert kept.is_due and kept.held
    now += 6.0
    assert not kept.held
    kept.release()
    other = lease.Keeper(runtime.database, "thing", "things-2", 9.0)
    assert other.renew()
    assert not kept.renew() and not kept.held
