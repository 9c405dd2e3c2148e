"""A feed reads each page once for all who stand at the same place, and shares failures for a moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chassis.errors import Unavailable
from gateway.nudges import Feed


def a_page(*positions: int) -> dict[str, Any]:
    return {"data": [{"position": position} for position in positions], "position": max(positions, default=0)}


def test_a_page_with_events_is_read_once() -> None:
    feed, reads = Feed(), []

    def fetch() -> dict[str, Any]:
        reads.append(1)
        return a_page(1, 2)

    assert feed.page(0, (), fetch) == feed.page(0, (), fetch)
    assert len(reads) == 1
    feed.page(0, ("deal.*",), fetch)
    assert len(reads) == 2


def test_an_empty_page_is_read_again() -> None:
    feed, answers = Feed(), [a_page(), a_page(1)]
    assert feed.page(0, (), lambda: answers.pop(0))["data"] == []
    assert len(feed.page(0, (), lambda: answers.pop(0))["data"]) == 1


def test_a_failure_is_shared_for_a_moment() -> None:
    feed, tries = Feed(), []

    def fail() -> dict[str, Any]:
        tries.append(1)
        raise Unavailable(service="reporting")

    for _ in range(5):
        with pytest.raises(Unavailable):
            feed.page(0, (), fail)
    assert len(tries) == 1


def test_a_nudge_between_looking_and_waiting_is_not_lost() -> None:
    feed = Feed()
    seen = feed.news
    feed.wake()
    assert feed.wait(seen, 0)


def test_everybody_who_waits_is_woken() -> None:
    feed, woken = Feed(), []
    seen = feed.news
    threads = [threading.Thread(target=lambda: woken.append(feed.wait(seen, 20))) for _ in range(8)]
    for thread in threads:
        thread.start()
    feed.wake()
    for thread in threads:
        thread.join(20)
    assert woken == [True] * 8
