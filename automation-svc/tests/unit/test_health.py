"""The health of customers: what happens counts for or against it for a while, and every point is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from automation_builders import TEN, a_runtime, an_event, hear, run, with_recipes

from automation.domain.scoring import HEALTH, Seen, behaviour_of, total
from automation.usecases.scoring import tell_scores
from chassis import clock, ids
from chassis.errors import AppError
from chassis.operation import Runtime

ACCOUNT, PERSON = ids.derive("account", TEN, "Acme"), ids.derive("contact", TEN, "Ada")
CONTRACT = ids.derive("contract", TEN, "Acme")
DAY = timedelta(days=1)
_numbers = count()


class Contacts:
    """Answers for contacts-svc, and notes what it was told."""

    def __init__(self) -> None:
        self.told: list[int] = []

    def call(self, service: str, operation: str, ctx: Any, **arguments: Any) -> Any:
        assert (service, operation, arguments["account_id"]) == ("contacts", "set_account_health", ACCOUNT)
        assert arguments["source"] == "Rapport's model 1"
        self.told.append(arguments["health"])
        return {"id": ACCOUNT, "version": 1}


@pytest.fixture
def contacts() -> Contacts:
    return Contacts()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(TEN)
    return set_to


@pytest.fixture
def runtime(contacts: Contacts, now: Callable[[datetime], None]) -> Runtime:
    runtime = with_recipes(replace(a_runtime(), client=contacts))
    hear(
        runtime,
        an_event("account.created.v1", {"id": ACCOUNT, "name": "Acme"}),
        an_event("contact.created.v1", {"id": PERSON, "name": "Ada", "account_id": ACCOUNT}),
    )
    return runtime


def a_contract(what: str = "created", at: datetime = TEN) -> Any:
    record = {"id": CONTRACT, "name": "Service", "account_id": ACCOUNT, "status": "active"}
    return an_event(f"contract.{what}.v1", record, at=at)


def an_activity(
    kind: str, about: str = ACCOUNT, at: datetime = TEN, event: str = "created", **values: Any
) -> Any:
    record = {
        "id": ids.derive("activity", TEN, str(next(_numbers))),
        "kind": kind,
        "subject": "Talk",
        "record_ids": [about],
        "occurred_at": clock.to_text(at),
        **values,
    }
    return an_event(f"activity.{event}.v1", record, at=at)


def usage(about: str) -> Any:
    record = {
        "id": ids.derive("signal", TEN, str(next(_numbers))),
        "kind": "product_usage",
        "title": "Export",
        "record_id": about,
        "occurred_at": clock.to_text(TEN),
    }
    return an_event("signal.created.v1", record)


def health(runtime: Runtime) -> dict[str, Any]:
    found: dict[str, Any] = run(runtime, "account_health", account_id=ACCOUNT)
    return found


def test_who_never_had_a_contract_has_none(runtime: Runtime, contacts: Contacts) -> None:
    hear(runtime, an_activity("meeting"), usage(PERSON))
    tell_scores(runtime)
    assert (health(runtime)["score"], contacts.told) == (None, [])


def test_what_happened_before_the_contract_counts(runtime: Runtime, contacts: Contacts) -> None:
    hear(runtime, an_activity("meeting"), usage(PERSON), usage(ACCOUNT))
    hear(runtime, a_contract())
    tell_scores(runtime)
    assert (health(runtime)["score"], contacts.told) == (81, [81])
    assert [(one["label"], one["points"]) for one in health(runtime)["contributions"]] == [
        ("Met: Talk", 5),
        ("Used the product: Export", 3),
        ("Used the product: Export", 3),
    ]


def test_a_customer_of_whom_nothing_is_known_is_told_too(runtime: Runtime, contacts: Contacts) -> None:
    hear(runtime, a_contract())
    tell_scores(runtime)
    tell_scores(runtime)
    assert contacts.told == [70]


def test_support_calls_and_a_cancellation_speak_against_it(runtime: Runtime, contacts: Contacts) -> None:
    hear(runtime, a_contract())
    calls = [an_activity("call", PERSON, outcome="connected", purpose="support") for _ in range(6)]
    for call in calls:
        hear(runtime, call, call)
    tell_scores(runtime)
    hear(runtime, a_contract("cancelled"))
    tell_scores(runtime)
    assert contacts.told == [50, 20]
    assert health(runtime)["thresholds"][1]["way"] is None


def test_a_call_that_nobody_answered_counts_for_nothing(runtime: Runtime) -> None:
    hear(runtime, a_contract(), an_activity("call", outcome="no_answer"), an_activity("note"))
    assert health(runtime)["score"] == 70


def test_a_meeting_counts_when_it_takes_place_and_not_when_nobody_came(
    runtime: Runtime, contacts: Contacts, now: Callable[[datetime], None]
) -> None:
    planned = an_activity("meeting", at=TEN + 3 * DAY)
    hear(runtime, a_contract(), planned)
    assert health(runtime)["score"] == 70
    now(TEN + 4 * DAY)
    tell_scores(runtime)
    assert (health(runtime)["score"], contacts.told) == (75, [75])
    missed = {**planned.record, "outcome": "no_show"}
    hear(runtime, an_event("activity.properties_changed.v1", missed, changes={"outcome": [None, "no_show"]}))
    tell_scores(runtime)
    assert contacts.told == [75, 70]


def test_silence_is_noticed_and_ends_with_the_next_word(
    runtime: Runtime, contacts: Contacts, now: Callable[[datetime], None]
) -> None:
    hear(runtime, a_contract(), an_activity("email"))
    tell_scores(runtime)
    now(TEN + 60 * DAY)
    tell_scores(runtime)
    assert health(runtime)["contributions"][0]["label"] == "Nobody has spoken for 60 days"
    hear(runtime, an_activity("call", at=TEN + 60 * DAY, outcome="connected"))
    tell_scores(runtime)
    assert contacts.told == [70, 55, 72]


def test_it_stays_between_nought_and_a_hundred() -> None:
    good = [Seen(one.kind, None, TEN) for one in HEALTH.behaviours for _ in range(20) if one.points > 0]
    bad = [Seen(one.kind, None, TEN) for one in HEALTH.behaviours for _ in range(20) if one.points < 0]
    assert total(HEALTH, behaviour_of(HEALTH, good, TEN)) == 100
    assert total(HEALTH, behaviour_of(HEALTH, bad, TEN)) == 20
    assert total(replace(HEALTH, begins_with=0), behaviour_of(HEALTH, bad, TEN)) == 0


def test_an_account_that_is_not_there_has_no_health(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refused:
        run(runtime, "account_health", account_id=ids.new("account"))
    assert refused.value.kind == "not_found"
