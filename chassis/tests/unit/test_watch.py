"""A service is away once nobody has served its queue for three seconds; a restart in between is sat out."""

from __future__ import annotations

import pytest

from chassis.bus import watch
from chassis.bus.watch import Watch


class AWatch(Watch):
    """Sees what the test says instead of asking a broker."""

    consumers = 1
    is_broker_down = False

    def _ask(self, queue: str) -> tuple[int, int]:
        if self.is_broker_down:
            raise OSError("no broker")
        return self.consumers, 0


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(watch, "time", made)
    return made


def test_a_restart_is_sat_out(clock: Clock) -> None:
    seen = AWatch("amqp://nobody", "test")
    seen.consumers = 0
    assert not seen.is_away("things")
    assert seen.is_suspect("things")
    clock.now += 2.5
    assert not seen.is_away("things")
    seen.consumers = 1
    clock.now += 1.5
    assert not seen.is_away("things")
    assert not seen.is_suspect("things")


def test_who_stays_away_is_away_until_seen_again(clock: Clock) -> None:
    seen = AWatch("amqp://nobody", "test")
    seen.consumers = 0
    seen.is_away("things")
    clock.now += 3.0
    assert seen.is_away("things")
    seen.consumers = 2
    assert seen.is_away("things"), "it looks once a second"
    clock.now += 1.0
    assert not seen.is_away("things")
    assert seen.counts("things") == (2, 0)


def test_without_a_broker_nobody_is_called_away(clock: Clock) -> None:
    seen = AWatch("amqp://nobody", "test")
    seen.is_broker_down = True
    assert not seen.is_away("things")
    assert seen.counts("things") is None
