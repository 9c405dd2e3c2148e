"""Facts about deals: whatever order, repetition or batches the news comes in, the same rows come out."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from reporting_builders import START, Service, a_deal, an_id, deal_told, shuffled, usd

from chassis import envelope
from chassis.envelope import Event
from reporting.domain.deal_fact import DEALS, DealFact, DealVersion
from reporting.domain.validity import chain
from reporting.usecases.project_facts import projecting


def a_life(name: str, *, skew: int = 0) -> list[Event]:
    """A deal that is opened, edited, moved, won (two events of one version), reopened, and deleted."""
    deal_id = an_id("deal", name)

    def at(minute: int) -> datetime:
        return START + timedelta(minutes=minute)

    def told(version: int, sequence: int, what: str, minute: int, **values: Any) -> Event:
        return deal_told(a_deal(deal_id, version=version, at=at(minute), **values), sequence, what)

    return [
        told(1, 1, "created", 0, amount=usd(100)),
        told(2, 2, "properties_changed", 10, amount=usd(200)),
        told(3, 3, "stage_moved", 20 - skew, amount=usd(200), probability=40),
        told(4, 4, "stage_moved", 30, amount=usd(200), status="won", closed_on="2026-02-01", probability=100),
        told(4, 5, "won", 30, amount=usd(200), status="won", closed_on="2026-02-01", probability=100),
        told(5, 6, "reopened", 40, amount=usd(200)),
        told(6, 7, "deleted", 50, amount=usd(200)),
    ]


def state(service: Service) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return service.rows(DealFact), service.rows(DealVersion)


def in_order(events: list[Event]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    service = Service()
    service.hear(*events)
    return state(service)


def test_the_newest_state_is_current_and_those_before_end_where_the_next_begins() -> None:
    facts, before = in_order(a_life("one"))
    (fact,) = facts
    assert (fact["sequence"], fact["version"], fact["is_deleted"]) == (7, 6, True)
    assert [row["version"] for row in before] == [1, 2, 3, 4, 5]
    starts = [*(row["valid_from"] for row in before), fact["valid_from"]]
    assert [row["valid_to"] for row in before] == starts[1:]
    assert before[3]["closed_quarter"] == "2026-Q1"


def test_any_instant_has_exactly_one_state() -> None:
    for skew in (0, 15, 25):
        facts, before = in_order(a_life("one", skew=skew))
        for minute in range(60):
            moment = START + timedelta(minutes=minute)
            held = [row for row in before if row["valid_from"] <= moment < row["valid_to"]]
            held += [row for row in facts if row["valid_from"] <= moment]
            assert len(held) == 1, (skew, minute)


@cache
def lived(skew: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return in_order([*a_life("one", skew=skew), *a_life("two")])


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(2, 9), st.sampled_from([0, 15, 25]))
def test_order_and_batches_change_nothing(random: Random, batch: int, skew: int) -> None:
    events = [*a_life("one", skew=skew), *a_life("two")]
    service = Service()
    service.hear(*shuffled(random, [*events, *random.sample(events, 5)]), batch=batch)
    assert state(service) == lived(skew)


def test_a_replay_of_the_archive_changes_nothing_and_rebuilds_all() -> None:
    service = Service()
    service.hear(*a_life("one"), *a_life("two"), batch=4)
    before = state(service)
    archived = [envelope.load(event.raw) for event in [*a_life("one"), *a_life("two")]]
    with service.database.writing() as session:
        projecting(DEALS)(session, archived)
    assert state(service) == before
    empty = Service()
    with empty.database.writing() as session:
        projecting(DEALS)(session, archived)
    assert state(empty) == before


def test_stale_news_changes_no_report() -> None:
    service = Service()
    deal_id = an_id("deal", "one")
    service.hear(deal_told(a_deal(deal_id, version=3, status="won", amount=usd(900))))
    report = service.ask("win_rate")
    service.hear(deal_told(a_deal(deal_id, version=2, status="lost", amount=usd(1))))
    later = service.ask("win_rate")
    assert later["data"] == report["data"]
    assert later["watermark"]["position"] == report["watermark"]["position"] + 1


def test_a_deleted_deal_counts_nowhere_until_it_is_restored() -> None:
    service = Service()
    deal_id = an_id("deal", "one")
    service.hear(deal_told(a_deal(deal_id, status="won")))
    service.hear(deal_told(a_deal(deal_id, version=2, status="won"), what="deleted"))
    assert service.ask("win_rate")["row_count"] == 0
    service.hear(deal_told(a_deal(deal_id, version=3, status="won"), what="restored"))
    assert service.ask("win_rate")["row_count"] == 1


def test_of_one_version_the_last_word_counts() -> None:
    first = {"version": 1, "sequence": 1, "valid_from": START, "is_deleted": False}
    last = {"version": 1, "sequence": 2, "valid_from": START, "is_deleted": True}
    assert chain([last, first]) == (last, [])
