"""Why and why not: every event that could have started a workflow, with what decided and the values there were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from automation_builders import (
    PIPELINE,
    PROPOSAL,
    TEN,
    USER,
    a_context,
    a_runtime,
    an_event,
    hear,
    run,
    with_recipes,
)

from chassis import clock, codec, ids
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.operation import Runtime

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LARGE = {
    "id": ids.new("deal"),
    "name": "Wind park",
    "owner_id": USER,
    "pipeline_id": PIPELINE,
    "stage_id": PROPOSAL,
    "amount": {"amount": "75000.00", "currency": "EUR"},
}
MOVED = {"to_stage": "Proposal", "to_stage_kind": "open", "moved_at": "2026-03-02T10:00:00.000Z"}


@pytest.fixture
def runtime() -> Runtime:
    return with_recipes(a_runtime())


def asked(runtime: Runtime, recipe: str, *events: Event) -> dict[str, Any]:
    (workflow,) = run(runtime, "list_workflows", filter=f'recipe = "{recipe}"')["data"]
    told = [codec.loads(event.raw) for event in events]
    found: dict[str, Any] = run(runtime, "why", workflow_id=workflow["id"], events=told)
    return found


def test_what_started_a_run_says_which(runtime: Runtime) -> None:
    moved = an_event("deal.stage_moved.v1", LARGE, **MOVED)
    hear(runtime, moved)
    (row,) = asked(runtime, "large_deal_in_proposal", moved)["data"]
    assert (row["is_met"], row["filter"]["matched"], row["filter"]["actual"]) == (
        True,
        True,
        "75000.00",
    )
    assert run(runtime, "get_run", run_id=row["run"]["id"])["trigger_event_id"] == moved.id
    assert row["said"].startswith("It ran: pending")


def test_a_filter_that_did_not_hold_shows_the_value(runtime: Runtime) -> None:
    small = {**LARGE, "amount": {"amount": "49999.99", "currency": "EUR"}}
    moved = an_event("deal.stage_moved.v1", small, **MOVED)
    hear(runtime, moved)
    (row,) = asked(runtime, "large_deal_in_proposal", moved)["data"]
    assert (row["is_met"], row["run"], row["filter"]["matched"]) == (False, None, False)
    assert row["filter"]["actual"] == "49999.99"
    assert row["said"] == "Not started: the filter did not hold."


def test_a_trigger_that_was_not_met_says_what_it_waits_for(runtime: Runtime) -> None:
    elsewhere = an_event("deal.stage_moved.v1", LARGE, **{**MOVED, "to_stage": "Discovery"})
    (row,) = asked(runtime, "large_deal_in_proposal", elsewhere)["data"]
    assert row["said"] == "Not started: The deal entered Discovery; the workflow waits for Proposal."
    account = {"id": ids.new("account"), "name": "Acme", "health": 61}
    fell = an_event("account.properties_changed.v1", account, changes={"health": [70, 61]})
    (row,) = asked(runtime, "customer_at_risk", fell)["data"]
    assert row["said"] == (
        "Not started: health went from 70 to 61; the workflow waits until it falls below 60."
    )


def test_it_is_taken_as_it_was_when_the_event_was_told(runtime: Runtime) -> None:
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "large_deal_in_proposal"')["data"]
    about, first = {"workflow_id": recipe["id"]}, clock.now() + DAY
    changed = {"changes": {"filter": "amount >= 80000"}, "expected_version": recipe["version"]}
    after = run(runtime, "update_workflow", a_context(now=first), **about, **changed)
    off = {"expected_version": after["version"]}
    after = run(runtime, "disable_workflow", a_context(now=first + DAY), **about, **off)
    back = {"revision": 1, "expected_version": after["version"]}
    after = run(runtime, "revert_workflow", a_context(now=first + 2 * DAY), **about, **back)
    on = {"expected_version": after["version"]}
    run(runtime, "enable_workflow", a_context(now=first + 3 * DAY), **about, **on)
    hours = [-13 * 24, -1, 1, 25, 49, 73]
    moved = [an_event("deal.stage_moved.v1", LARGE, at=first + n * HOUR, **MOVED) for n in hours]
    rows = asked(runtime, "large_deal_in_proposal", *moved)["data"]
    assert [(row["said"].removeprefix("Not started: "), row["revision"]) for row in reversed(rows)] == [
        ("the workflow did not exist yet.", 0),
        (rows[-2]["said"], 1),
        ("the filter did not hold.", 2),
        ("the filter did not hold.", 2),
        ("the workflow was switched off.", 3),
        (rows[0]["said"], 3),
    ]
    assert rows[0]["is_met"] and rows[-2]["is_met"]
    versions = run(runtime, "workflow_versions", **about)["data"]
    assert [(one["revision"], one["status"], one["filter"]) for one in versions] == [
        (3, "published", "amount >= 50000"),
        (3, "disabled", "amount >= 50000"),
        (2, "disabled", "amount >= 80000"),
        (2, "published", "amount >= 80000"),
        (1, "published", "amount >= 50000"),
    ]
    unknown = {"revision": 9, "expected_version": run(runtime, "get_workflow", **about)["version"]}
    with pytest.raises(AppError) as refused:
        run(runtime, "revert_workflow", **about, **unknown)
    assert refused.value.code == "automation.revision_unknown"


def test_events_of_another_kind_are_no_answer(runtime: Runtime) -> None:
    won = an_event("deal.won.v1", LARGE)
    answer = asked(runtime, "large_deal_in_proposal", won)
    assert (answer["data"], answer["looked_at"]) == ([], 1)
    assert "none was deal.stage_moved.v1 or deal.created.v1" in answer["said"]
    assert "told about accounts" in asked(runtime, "customer_at_risk", won)["said"]
    assert "Nothing was told" in asked(runtime, "customer_at_risk")["said"]


def test_a_counting_workflow_says_what_it_counts_to(runtime: Runtime) -> None:
    signal = {
        "id": ids.new("signal"),
        "kind": "page_view",
        "url": "https://x.example/pricing",
        "record_id": ids.new("lead"),
        "occurred_at": "2099-03-02T10:00:00.000Z",
    }
    view = an_event("signal.created.v1", signal, at=TEN.replace(year=2099))
    (row,) = asked(runtime, "pricing_interest", view)["data"]
    assert (row["is_met"], row["said"]) == (True, "Counted: it starts once there are 3 of its kind.")


def test_another_workspaces_workflow_is_not_there(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refused:
        run(runtime, "why", workflow_id=ids.new("workflow"), events=[])
    assert refused.value.kind == "not_found"
