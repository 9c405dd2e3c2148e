"""Derived figures: exact whatever the order of the news, and never a new version of the record."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from contact_builders import NOON, a_call, a_runtime, news, run

from chassis import clock, ids
from chassis.envelope import Event
from chassis.inbox import Inbox
from chassis.operation import Runtime
from contacts.service import Contacts

DEAL, OTHER = "deal_01k8aaaaaaaaaaaaaaaaaaaaaa", "deal_01k8bbbbbbbbbbbbbbbbbbbbbb"


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def hear(runtime: Runtime, *events: Event) -> None:
    Inbox("contacts", Contacts.subscriptions, runtime).handle(events)


def account(runtime: Runtime, **values: Any) -> Any:
    return run(runtime, "create_account", **{"name": "Acme", **values})


def open_deals(runtime: Runtime, *account_ids: str) -> list[int]:
    found = run(runtime, "read_accounts", ids=list(account_ids))["data"]
    return [row["open_deal_count"] for row in found]


def test_open_deals_are_counted(runtime: Runtime) -> None:
    acme, other = account(runtime)["id"], account(runtime)["id"]
    hear(
        runtime,
        news("deal.created.v1", DEAL, account_id=acme, status="open"),
        news("deal.created.v1", OTHER, account_id=acme, status="open"),
    )
    assert open_deals(runtime, acme, other) == [2, 0]
    hear(runtime, news("deal.won.v1", DEAL, 2, account_id=acme, status="won"))
    assert open_deals(runtime, acme) == [1]
    hear(runtime, news("deal.reopened.v1", DEAL, 3, account_id=acme, status="open"))
    hear(runtime, news("deal.deleted.v1", OTHER, 2, account_id=acme, status="open"))
    assert open_deals(runtime, acme) == [1]
    hear(runtime, news("deal.properties_changed.v1", DEAL, 4, account_id=other, status="open"))
    assert open_deals(runtime, acme, other) == [0, 1]
    assert [row["version"] for row in run(runtime, "list_accounts")["data"]] == [1, 1]
    counted = run(runtime, "list_accounts", filter="open_deal_count > 0")["data"]
    assert [row["id"] for row in counted] == [other]


def test_the_count_is_exact_in_any_order_and_when_told_twice(runtime: Runtime) -> None:
    acme, other = account(runtime)["id"], account(runtime)["id"]
    for order in itertools.permutations(range(4)):
        deal = ids.new("deal")
        story = [
            news("deal.created.v1", deal, 1, account_id=acme, status="open"),
            news("deal.won.v1", deal, 2, account_id=acme, status="won"),
            news("deal.reopened.v1", deal, 3, account_id=acme, status="open"),
            news("deal.properties_changed.v1", deal, 4, account_id=other, status="open"),
        ]
        told = [story[index] for index in order]
        hear(runtime, *told[:2])
        hear(runtime, *told[2:], *told)
        hear(runtime, *[replace(event, id=ids.new("event")) for event in reversed(told)])
    assert open_deals(runtime, acme, other) == [0, 24]


def test_the_last_activity_is_the_latest_whatever_the_order(runtime: Runtime) -> None:
    acme = account(runtime)["id"]
    ada = run(runtime, "create_contact", last_name="Lovelace")["id"]
    late, early = NOON + timedelta(hours=2), NOON + timedelta(hours=1)
    hear(runtime, a_call(acme, ada, DEAL, at=late))
    hear(runtime, a_call(acme, at=early))
    found = run(runtime, "get_account", account_id=acme)
    assert (found["last_activity_at"], found["version"]) == (clock.to_text(late), 1)
    assert run(runtime, "get_contact", contact_id=ada)["last_activity_at"] == clock.to_text(late)
    assert run(runtime, "list_contacts", filter="last_activity_at = null")["data"] == []


def test_what_is_planned_for_later_happened_when_it_was_planned(runtime: Runtime) -> None:
    acme = account(runtime)["id"]
    hear(runtime, a_call(acme, at=NOON + timedelta(days=3), told_at=NOON))
    assert run(runtime, "get_account", account_id=acme)["last_activity_at"] == clock.to_text(NOON)


def test_a_task_without_a_time_is_no_activity_yet(runtime: Runtime) -> None:
    acme = account(runtime)["id"]
    hear(runtime, news("activity.created.v1", ids.new("activity"), record_ids=[acme], occurred_at=None))
    assert run(runtime, "get_account", account_id=acme)["last_activity_at"] is None


def test_an_edit_shows_the_figures_too(runtime: Runtime) -> None:
    acme = account(runtime)["id"]
    hear(runtime, news("deal.created.v1", DEAL, account_id=acme, status="open"))
    changed = run(runtime, "update_account", account_id=acme, expected_version=1, changes={"city": "Oslo"})
    assert (changed["open_deal_count"], changed["version"]) == (1, 2)
