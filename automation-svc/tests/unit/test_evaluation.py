"""From an event to a run with its steps planned: once, and with a reason where it was kept from beginning."""

from __future__ import annotations

from typing import Any

import pytest
from automation_builders import (
    A_TASK,
    CALL,
    DEAL,
    PIPELINE,
    PROPOSAL,
    USER,
    a_context,
    a_runtime,
    an_event,
    hear,
    money,
    run,
    with_follow_ups,
)
from sqlalchemy import delete, func, select

from automation.domain.recipes import RECIPES
from chassis import ids
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import held_event, inbox

A_CALL = {"id": CALL, "kind": "call", "outcome": "no_answer", "owner_id": USER, "record_ids": [DEAL]}
A_DEAL = {"id": DEAL, "name": "Wind park", "owner_id": USER, "pipeline_id": PIPELINE, "stage_id": PROPOSAL}
LARGE = {**A_DEAL, "amount": money("75000.00")}
MISSED = {"ended_at": "2026-03-02T10:00:00.000Z"}
MOVED = {"to_stage": "Proposal", "to_stage_kind": "open", "moved_at": "2026-03-02T10:00:00.000Z"}


FOLLOW_UPS = (
    "anniversary_without_upgrade",
    "missed_call_follow_up",
    "business_review_due",
    "contract_signed",
    "expansion_candidate",
    "large_deal_in_proposal",
    "lead_assignment",
    "lead_qualified",
    "renewal_due",
    "support_calls",
)


@pytest.fixture
def runtime() -> Runtime:
    return with_follow_ups(a_runtime())


def runs(runtime: Runtime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(runtime, "list_runs", sort="created_at")["data"]
    return found


def tasks(runtime: Runtime) -> list[str]:
    """What the steps are to do."""
    return [step["input"]["subject"] for each in runs(runtime) for step in each["steps"]]


def test_a_workspace_begins_with_its_recipes(runtime: Runtime) -> None:
    recipes = {view["recipe"]: view["status"] for view in run(runtime, "list_workflows")["data"]}
    assert recipes.keys() == RECIPES.keys()
    assert {key for key, status in recipes.items() if status == "published"} == set(FOLLOW_UPS)


@pytest.mark.parametrize(("is_expanded", "number"), [(False, 1), (True, 0)])
def test_another_year_without_an_upgrade_makes_a_task(
    runtime: Runtime, is_expanded: bool, number: int
) -> None:
    contract = {
        "id": ids.new("contract"),
        "name": "Platform",
        "owner_id": USER,
        "account_id": ids.new("account"),
    }
    year = {"years": 2, "is_expanded": is_expanded, "due_on": "2027-01-01"}
    hear(runtime, an_event("contract.anniversary.v1", contract, **year))
    found = runs(runtime)
    assert len(found) == number
    assert all("2 years without an upgrade: Platform" in run["steps"][0]["input"]["subject"] for run in found)


def test_a_missed_call_begins_one_run(runtime: Runtime) -> None:
    missed = an_event("call.missed.v1", A_CALL, **MISSED)
    hear(runtime, missed)
    hear(runtime, missed)
    (found,) = runs(runtime)
    (step,) = found["steps"]
    assert (found["status"], found["workflow_name"], found["record_id"]) == (
        "pending",
        "Missed call follow-up",
        CALL,
    )
    assert step["effect_key"] == f"{found['workflow_id']}:1:{missed.id}:0"
    assert step["input"]["due_at"] == "2026-03-02T12:00:00.000Z"


def test_the_same_event_long_after_is_recorded_as_a_duplicate(runtime: Runtime) -> None:
    missed = an_event("call.missed.v1", A_CALL, **MISSED)
    hear(runtime, missed)
    runtime.database.transact(lambda session: session.execute(delete(inbox)))
    hear(runtime, missed)
    first, again = sorted(runs(runtime), key=lambda found: found["status"])
    assert (first["status"], again["status"]) == ("pending", "suppressed")
    assert first["id"] in again["reason"]
    assert again["steps"] == []


def test_a_large_deal_that_enters_proposal_begins_one_run(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.stage_moved.v1", LARGE, **MOVED))
    assert tasks(runtime) == ["Review large deal Wind park (75,000.00 EUR)"]


def test_a_large_deal_opened_in_proposal_has_entered_it(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.created.v1", LARGE))
    assert len(runs(runtime)) == 1


def test_what_does_not_match_begins_nothing(runtime: Runtime) -> None:
    hear(
        runtime,
        an_event("deal.created.v1", {**A_DEAL, "amount": money("49999.99")}),
        an_event("deal.stage_moved.v1", LARGE, **{**MOVED, "to_stage": "Discovery"}),
        an_event("deal.properties_changed.v1", LARGE),
        an_event("activity.created.v1", {**A_CALL, "outcome": "connected"}),
    )
    assert runs(runtime) == []


def test_a_deal_of_a_pipeline_not_heard_of_yet_waits_for_it(runtime: Runtime) -> None:
    hear(
        runtime, an_event("deal.created.v1", {**LARGE, "pipeline_id": "pipeline_01k8bbbbbbbbbbbbbbbbbbbbbb"})
    )
    with runtime.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(held_event)) == 1
    assert runs(runtime) == []


def test_a_recipe_switched_off_does_nothing(runtime: Runtime) -> None:
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "missed_call_follow_up"')["data"]
    run(runtime, "disable_workflow", workflow_id=recipe["id"], expected_version=1)
    hear(runtime, an_event("call.missed.v1", A_CALL, **MISSED))
    assert runs(runtime) == []
    run(runtime, "enable_workflow", workflow_id=recipe["id"], expected_version=2)
    hear(runtime, an_event("call.missed.v1", A_CALL, **MISSED))
    assert len(runs(runtime)) == 1


def test_too_many_automatic_steps_end_the_chain_and_say_so(runtime: Runtime) -> None:
    hear(runtime, an_event("call.missed.v1", A_CALL, depth=7, **MISSED))
    hear(runtime, an_event("call.missed.v1", {**A_CALL, "subject": "Again"}, depth=8, **MISSED))
    statuses = {found["depth"]: (found["status"], found["reason"]) for found in runs(runtime)}
    assert statuses[7] == ("pending", None)
    status, reason = statuses[8]
    assert (status, "8 is the limit" in reason) == ("suppressed", True)


def test_what_asks_for_no_workflow_begins_none_and_says_so(runtime: Runtime) -> None:
    hear(runtime, an_event("call.missed.v1", A_CALL, is_quiet=True, **MISSED))
    [found] = runs(runtime)
    assert (found["status"], found["steps"]) == ("suppressed", [])
    assert "asked that no workflow acts on it" in found["reason"]


def test_a_draft_does_nothing_until_it_is_enabled(runtime: Runtime) -> None:
    draft = run(
        runtime,
        "create_workflow",
        name="Welcome",
        trigger={"event": "deal.won.v1"},
        actions=[A_TASK, {**A_TASK, "subject": "Then {owner.name} calls"}],
    )
    hear(runtime, an_event("user.created.v1", {"id": USER, "name": "Ann"}), an_event("deal.won.v1", LARGE))
    assert runs(runtime) == []
    run(runtime, "enable_workflow", workflow_id=draft["id"], expected_version=1)
    hear(runtime, an_event("deal.won.v1", LARGE))
    assert tasks(runtime) == ["Look at Wind park", "Then Ann calls"]
    assert [step["status"] for step in runs(runtime)[0]["steps"]] == ["pending", "waiting"]


def test_a_record_that_breaks_a_filter_is_recorded_and_harms_no_other_workflow(runtime: Runtime) -> None:
    draft = run(
        runtime,
        "create_workflow",
        name="Chancy",
        trigger={"event": "call.missed.v1"},
        filter="duration_seconds > 5",
        actions=[{**A_TASK, "subject": "X"}],
    )
    run(runtime, "enable_workflow", workflow_id=draft["id"], expected_version=1)
    hear(runtime, an_event("call.missed.v1", {**A_CALL, "duration_seconds": "long"}, **MISSED))
    assert {found["workflow_name"]: found["status"] for found in runs(runtime)} == {
        "Missed call follow-up": "pending",
        "Chancy": "suppressed",
    }


def test_another_workspace_sees_no_runs(runtime: Runtime) -> None:
    hear(runtime, an_event("call.missed.v1", A_CALL, **MISSED))
    stranger = a_context(workspace_id="workspace_01k8bbbbbbbbbbbbbbbbbbbbbb")
    assert run(runtime, "list_runs", stranger)["data"] == []


@pytest.mark.parametrize(("amount", "done"), [("100000.00", "Large"), ("99999.99", "Small")])
def test_actions_with_opposite_conditions_are_a_branch(runtime: Runtime, amount: str, done: str) -> None:
    task = {"type": "create_task"}
    branch = [
        {**task, "subject": "Large", "only_if": "amount >= 100000"},
        {**task, "subject": "Small", "only_if": "NOT amount >= 100000"},
    ]
    made = run(runtime, "create_workflow", name="Branch", trigger={"event": "deal.won.v1"}, actions=branch)
    run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=made["version"])
    record = {
        "id": DEAL,
        "name": "Wind park",
        "owner_id": USER,
        "amount": {"amount": amount, "currency": "EUR"},
    }
    hear(runtime, an_event("deal.won.v1", record))
    (found,) = runs(runtime)
    chosen = [step["input"].get("subject") for step in found["steps"] if step["status"] != "skipped"]
    (left_out,) = [step["reason"] for step in found["steps"] if step["status"] == "skipped"]
    assert chosen == [done]
    assert left_out.startswith("Left out: ")
    definition = {name: made[name] for name in ("trigger", "actions")}
    events = [an_event("deal.won.v1", record).raw]
    tally = run(runtime, "dry_run", **definition, events=events)["tally"]
    assert (tally["actions"], tally["skipped"]) == (
        {"create_task": 1},
        {"Its own condition did not hold.": 1},
    )


def test_a_condition_of_an_action_that_cannot_be_read_is_refused(runtime: Runtime) -> None:
    action = {"type": "create_task", "subject": "x", "only_if": "ammount > 1"}
    with pytest.raises(AppError) as refused:
        run(runtime, "create_workflow", name="x", trigger={"event": "deal.won.v1"}, actions=[action])
    assert (refused.value.code, refused.value.errors[0]["pointer"]) == (
        "invalid_filter",
        "/actions/0/only_if",
    )
    assert "Did you mean amount?" in refused.value.text
