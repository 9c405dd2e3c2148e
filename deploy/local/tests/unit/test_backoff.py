"""How long a dead process waits."""

from __future__ import annotations

from suite.supervisor.backoff import Backoff


def test_each_death_doubles_the_wait_up_to_thirty_seconds() -> None:
    backoff = Backoff()
    waits = [backoff.after_death(lived=1.0) for _ in range(10)]
    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]


def test_a_process_that_was_healthy_for_a_minute_comes_back_at_once() -> None:
    backoff = Backoff()
    for _ in range(6):
        backoff.after_death(lived=0.1)
    assert backoff.after_death(lived=60.0) == 0.2
    assert backoff.after_death(lived=59.9) == 0.4


def test_a_thousand_deaths_do_not_overflow() -> None:
    backoff = Backoff(deaths=5000)
    assert backoff.after_death(lived=0.0) == 30.0
