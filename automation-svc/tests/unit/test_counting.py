"""Counted behaviour: fires once when the number is reached, again only after the window was empty, never twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count, permutations
from typing import Any

import pytest
from automation_builders import TEN, a_runtime, an_event, hear, run, with_recipes

from automation.domain.counting import fires
from chassis import clock, ids
from chassis.errors import AppError
from chassis.operation import Runtime

LEAD = "lead_01k8aaaaaaaaaaaaaaaaaaaaaa"
ACCOUNT = "account_01k8aaaaaaaaaaaaaaaaaaaaaa"
BOB = "user_01k8bbbbbbbbbbbbbbbbbbbbbb"
DAY = timedelta(days=1)

_numbers = count()


@pytest.fixture
def runtime() -> Runtime:
    return with_recipes(a_runtime())


def a_view(
    at: datetime = TEN, *, person: str | None = LEAD, signal_id: str | None = None, **values: Any
) -> Any:
    """Somebody looks at the prices."""
    record = {
        "id": signal_id or ids.derive("signal", TEN, str(next(_numbers))),
        "kind": "page_view",
        "url": "https://acme.example/pricing",
        "title": "Prices",
        "record_id": person,
        "owner_id": BOB,
        "occurred_at": clock.to_text(at),
        **values,
    }
    return an_event("signal.created.v1", record, at=at)


def fired(runtime: Runtime, recipe: str = "pricing_interest") -> int:
    (workflow,) = run(runtime, "list_workflows", filter=f'recipe = "{recipe}"')["data"]
    return len(run(runtime, "list_runs", filter=f'workflow_id = "{workflow["id"]}"')["data"])


def test_the_third_fires_and_the_fourth_does_not(runtime: Runtime) -> None:
    seen = []
    for number in range(5):
        hear(runtime, a_view(TEN + number * DAY))
        seen.append(fired(runtime))
    assert seen == [0, 0, 1, 1, 1]


def test_all_at_once_fire_once(runtime: Runtime) -> None:
    hear(runtime, *(a_view() for _ in range(6)))
    assert fired(runtime) == 1


def test_the_same_signal_counts_once_whatever_is_told_of_it(runtime: Runtime) -> None:
    again = a_view(signal_id="signal_01k8aaaaaaaaaaaaaaaaaaaaaa")
    named = an_event(
        "signal.properties_changed.v1", again.record, at=TEN, changes={"record_id": [None, LEAD]}
    )
    hear(runtime, again, again, named)
    hear(runtime, a_view())
    assert fired(runtime) == 0
    hear(runtime, a_view())
    assert fired(runtime) == 1


def test_two_people_are_counted_apart(runtime: Runtime) -> None:
    other = "contact_01k8aaaaaaaaaaaaaaaaaaaaaa"
    hear(runtime, *(a_view(person=person) for person in (LEAD, other, LEAD, other)))
    assert fired(runtime) == 0
    hear(runtime, a_view(person=other))
    assert fired(runtime) == 1


def test_nobody_is_not_counted(runtime: Runtime) -> None:
    hear(runtime, *(a_view(person=None) for _ in range(4)))
    assert fired(runtime) == 0


def test_only_what_the_filter_lets_pass_is_counted(runtime: Runtime) -> None:
    hear(runtime, a_view(), a_view(url="https://acme.example/blog"), a_view(kind="click"), a_view())
    assert fired(runtime) == 0


def test_it_is_armed_again_when_the_window_was_empty(runtime: Runtime) -> None:
    days = [0, 1, 2, 20, 40, 60, 95, 96, 97, 98]
    seen = []
    for number in days:
        hear(runtime, a_view(TEN + number * DAY))
        seen.append(fired(runtime))
    # From 2 to 60 there is always one within the 30 days before; at 95 there is none.
    assert seen == [0, 0, 1, 1, 1, 1, 1, 1, 2, 2]


def test_three_within_the_window_and_not_in_all(runtime: Runtime) -> None:
    for number in (0, 29, 31):
        hear(runtime, a_view(TEN + number * DAY))
    assert fired(runtime) == 0
    hear(runtime, a_view(TEN + 32 * DAY))
    assert fired(runtime) == 1


def a_call(*record_ids: str, **values: Any) -> Any:
    record = {
        "id": ids.derive("activity", TEN, str(next(_numbers))),
        "kind": "call",
        "purpose": "support",
        "subject": "Help",
        "record_ids": list(record_ids),
        "owner_id": BOB,
        **values,
    }
    return an_event("activity.created.v1", record)


def test_calls_are_counted_for_the_account(runtime: Runtime) -> None:
    contact = "contact_01k8aaaaaaaaaaaaaaaaaaaaaa"
    hear(runtime, a_call(contact, ACCOUNT), a_call(ACCOUNT), a_call(contact), a_call())
    assert fired(runtime, "support_calls") == 0
    hear(runtime, a_call(ACCOUNT, contact))
    assert fired(runtime, "support_calls") == 1


def test_the_owner_is_told_and_gets_a_task(runtime: Runtime) -> None:
    hear(runtime, an_event("lead.created.v1", {"id": LEAD, "name": "Ada Berg"}))
    hear(runtime, *(a_view() for _ in range(3)))
    (found,) = run(runtime, "list_runs", filter='trigger_type = "signal.created.v1"')["data"]
    told, task = found["steps"]
    assert (told["input"]["user_ids"], told["input"]["title"]) == (
        [BOB],
        "Ada Berg looked at the prices three times",
    )
    assert (told["input"]["target_id"], told["input"]["record_ids"]) == (LEAD, [LEAD])
    assert (task["input"]["subject"], task["input"]["owner_id"], task["input"]["record_ids"]) == (
        "Follow up with Ada Berg: interested in prices",
        BOB,
        [LEAD],
    )


def test_a_recipe_that_is_off_at_first_counts_once_it_is_on(runtime: Runtime) -> None:
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "prices_viewed_twice"')["data"]
    assert recipe["status"] == "disabled"
    hear(runtime, a_view())
    run(runtime, "enable_workflow", workflow_id=recipe["id"], expected_version=recipe["version"])
    hear(runtime, a_view())
    assert fired(runtime, "prices_viewed_twice") == 0
    hear(runtime, a_view())
    assert fired(runtime, "prices_viewed_twice") == 1


@pytest.mark.parametrize("bad", [{"within": "30d"}, {"count": 1}, {"count": 2, "within": "1 month"}])
def test_a_count_that_means_nothing_is_refused(runtime: Runtime, bad: dict[str, Any]) -> None:
    trigger = {"event": "signal.created.v1", **bad}
    actions = [{"type": "notify", "title": "x"}]
    with pytest.raises(AppError) as refused:
        run(runtime, "create_workflow", name="Counts", trigger=trigger, actions=actions)
    assert refused.value.kind == "invalid"


@pytest.mark.parametrize("days", [*permutations((0, 1, 2, 29))])
def test_in_whatever_order_they_come_it_fires_once(runtime: Runtime, days: tuple[int, ...]) -> None:
    for day in days:
        hear(runtime, a_view(TEN + day * DAY))
    assert fired(runtime) == 1


WINDOW = 30 * DAY


@pytest.mark.parametrize(
    ("at", "near", "fired_on", "expected"),
    [
        pytest.param(2, [0, 1], None, (True, 2), id="the third"),
        pytest.param(1, [0], None, (False, None), id="the second"),
        pytest.param(3, [1, 2, 3], 3, (False, 3), id="has fired"),
        pytest.param(60, [], 3, (False, None), id="armed again"),
        pytest.param(1, [0, 2], None, (True, 2), id="the middle one comes last"),
        pytest.param(0, [1, 2], None, (True, 2), id="the first one comes last"),
        pytest.param(0, [1, 2], 2, (False, 2), id="one before those that fired comes last"),
        pytest.param(20, [0, 40], None, (False, None), id="three, and no window that holds them"),
    ],
)
def test_when_it_fires(
    at: int, near: list[int], fired_on: int | None, expected: tuple[bool, int | None]
) -> None:
    def day(number: int | None) -> datetime | None:
        return None if number is None else TEN + number * DAY

    found = fires(TEN + at * DAY, [TEN + one * DAY for one in near], 3, WINDOW, day(fired_on))
    assert found == (expected[0], day(expected[1]))
