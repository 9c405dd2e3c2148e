"""The rules of workflows: what triggers them, what they do, how effects are told apart; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from automation_builders import (
    A_TASK,
    CALL,
    DEAL,
    TEN,
    USER,
    a_fact,
    a_recipe,
    a_workflow,
    money,
)

from automation.domain import actions
from automation.domain.errors import (
    AssigneeUnknown,
    PlaceholderUnknown,
    RecipeStays,
    RunNotFailed,
    TriggerUnfit,
)
from automation.domain.run import BACKOFF, Run, pause_after
from chassis import clock
from chassis.errors import AppError

OTHER = "user_01k8bbbbbbbbbbbbbbbbbbbbbb"


def in_proposal(amount: str | None, event_type: str = "deal.stage_moved.v1", stage: str = "Proposal") -> Any:
    record = {"id": DEAL, "name": "Wind park", "amount": amount and money(amount)}
    return a_fact(event_type, record=record, entered_stage=stage)


@pytest.mark.parametrize(
    ("fact", "is_met"),
    [
        (in_proposal("50000.00"), True),
        (in_proposal("49999.99"), False),
        (in_proposal(None), False),
        (in_proposal("50000.00", stage="proposal"), True),
        (in_proposal("90000.00", stage="Negotiation"), False),
        (in_proposal("90000.00", "deal.created.v1"), True),
        (in_proposal("90000.00", "deal.won.v1"), False),
    ],
)
def test_a_large_deal_enters_proposal_by_moving_or_by_being_opened_there(fact: Any, is_met: bool) -> None:
    assert a_recipe("large_deal_in_proposal").is_met(fact) is is_met


@pytest.mark.parametrize(
    ("trigger", "pair", "is_met"),
    [
        ({"field": "status"}, ["new", "working"], True),
        ({"field": "status"}, None, False),
        ({"field": "status", "after": "qualified"}, ["new", "qualified"], True),
        ({"field": "status", "after": "qualified"}, ["new", "working"], False),
        ({"field": "status", "before": "new"}, ["working", "qualified"], False),
        ({"field": "status", "before": None}, [None, "new"], True),
    ],
)
def test_a_change_of_a_property_triggers(
    trigger: dict[str, Any], pair: list[Any] | None, is_met: bool
) -> None:
    event = "lead.properties_changed.v1"
    workflow = a_workflow(trigger={"event": event, **trigger})
    fact = a_fact(event, record_type="lead", changes={} if pair is None else {"status": pair})
    assert workflow.is_met(fact) is is_met


@pytest.mark.parametrize(
    ("threshold", "pair", "is_met"),
    [
        ({"falls_below": 60}, [60, 59], True),
        ({"falls_below": 60}, [61, 60], False),
        ({"falls_below": 60}, [59, 58], False),
        ({"falls_below": 60}, [None, 40], True),
        ({"falls_below": 60}, [59, None], False),
        ({"rises_above": 80}, [80, 81], True),
        ({"rises_above": 80}, [79, 80], False),
        ({"rises_above": 80}, [81, 90], False),
        ({"rises_above": 80}, [None, 95], True),
        ({"reaches": 65}, [64, 65], True),
        ({"reaches": 65}, [65, 66], False),
        ({"reaches": 65}, [64, 64.9], False),
        ({"falls_below": 60, "after": 10}, [70, 20], False),
        ({"falls_below": 60}, None, False),
    ],
)
def test_a_threshold_is_crossed_once(threshold: dict[str, Any], pair: list[Any] | None, is_met: bool) -> None:
    event = "account.properties_changed.v1"
    workflow = a_workflow(trigger={"event": event, "field": "health", **threshold})
    changes = {} if pair is None else {"health": pair}
    assert workflow.is_met(a_fact(event, record_type="account", changes=changes)) is is_met


def test_an_account_that_is_made_beyond_a_threshold_has_crossed_it() -> None:
    fact = a_fact("account.created.v1", record_type="account", record={"health": 59})
    assert a_recipe("customer_at_risk").is_met(fact)
    assert not a_recipe("expansion_candidate").is_met(fact)


def test_a_deal_is_opened_with_whom_the_record_is_or_belongs_to() -> None:
    action = {"type": "create_deal", "name": "Expansion of {name}", "deal_type": "expansion"}
    account, contact = f"account_{DEAL[5:]}", f"contact_{DEAL[5:]}"
    of_account = a_fact(
        "account.properties_changed.v1",
        record_type="account",
        record_id=account,
        record={"name": "Acme", "owner_id": OTHER},
    )
    planned = actions.plan(action, of_account, "key", "run").input
    assert planned is not None
    assert planned | {"deal_id": ""} == {
        "deal_id": "",
        "name": "Expansion of Acme",
        "type": "expansion",
        "owner_id": OTHER,
        "account_id": account,
    }
    assert planned["deal_id"] == actions.plan(action, of_account, "key", "another run").input["deal_id"]  # type: ignore[index]
    record = {"id": contact, "name": "Ada", "account_id": account}
    of_contact = a_fact("contact.created.v1", record_type="contact", record_id=contact, record=record)
    planned = actions.plan(action, of_contact, "key", "run").input
    assert planned is not None
    assert (planned["account_id"], planned["contact_id"], planned["owner_id"]) == (account, contact, USER)


@pytest.mark.parametrize(
    ("trigger", "word"),
    [
        ({"event": "account.properties_changed.v1", "falls_below": 5}, "falls_below"),
        ({"event": "account.properties_changed.v1", "field": "tier", "reaches": 5}, "reaches"),
        ({"event": "deal.won.v1", "stage": "Proposal"}, "stage"),
        ({"event": "lead.properties_changed.v1", "after": "new"}, "after"),
    ],
)
def test_a_trigger_that_means_nothing_is_refused(trigger: dict[str, Any], word: str) -> None:
    with pytest.raises(TriggerUnfit) as refusal:
        a_workflow(trigger=trigger)
    assert refusal.value.details["word"] == word


@pytest.mark.parametrize("filter", ["amont > 5", "duration_seconds > 5", "owner_id = me", "amount >="])
def test_a_filter_that_cannot_be_applied_is_refused(filter: str) -> None:
    with pytest.raises(AppError) as refusal:
        a_workflow(filter=filter)
    assert refusal.value.code == "invalid_filter"


def test_a_text_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(PlaceholderUnknown):
        a_workflow(actions=[{**A_TASK, "subject": "Look at {nmae}"}])
    with pytest.raises(PlaceholderUnknown):
        a_workflow(trigger={"event": "call.missed.v1"}, actions=[{**A_TASK, "subject": "Look at {amount}"}])


def test_an_assignee_is_the_owner_or_a_user() -> None:
    with pytest.raises(AssigneeUnknown):
        a_workflow(actions=[{**A_TASK, "assignee": "boss"}])
    a_workflow(actions=[{**A_TASK, "assignee": OTHER}])


def test_the_revision_moves_with_what_it_does_and_not_with_its_name() -> None:
    workflow = a_workflow()
    workflow.write({"name": "Renamed", "description": "Better"})
    workflow.write({"actions": [A_TASK]})
    assert workflow.revision == 1
    workflow.write({"filter": "amount > 5"})
    assert workflow.revision == 2


def test_it_is_switched_on_and_off() -> None:
    workflow = a_workflow()
    workflow.disable()
    workflow.disable()
    workflow.publish(by=USER)
    workflow.publish(by=OTHER)
    assert (workflow.status, workflow.published_by) == ("published", USER)
    assert [fact.wire for fact in workflow.facts] == ["workflow.disabled.v1", "workflow.published.v1"]


def test_a_recipe_is_not_deleted() -> None:
    with pytest.raises(RecipeStays):
        a_recipe("missed_call_follow_up").require_deletable()
    a_workflow().require_deletable()


def test_only_a_failed_run_is_tried_again() -> None:
    with pytest.raises(RunNotFailed):
        Run(status="completed").require_failed()
    Run(status="failed").require_failed()


def planned(action: dict[str, Any], fact: Any, key: str = "key") -> dict[str, Any]:
    """The arguments of the operation that an action plans."""
    found = actions.plan(action, fact, key, "run_1").input
    assert found is not None
    return found


def test_a_missed_call_at_ten_is_followed_up_by_twelve() -> None:
    recipe = a_recipe("missed_call_follow_up")
    record = {"id": CALL, "kind": "call", "owner_id": OTHER, "record_ids": [DEAL]}
    late = TEN + timedelta(minutes=3)
    fact = a_fact("call.missed.v1", record_type="activity", record_id=CALL, record=record, told_at=late)
    task = planned(recipe.actions[0], fact)
    assert task["subject"] == "Follow up via email within 2 hours"
    assert task["due_at"] == clock.to_text(TEN + timedelta(hours=2))
    assert (task["owner_id"], task["record_ids"], task["workflow_run_id"]) == (OTHER, [DEAL], "run_1")


def test_planning_again_plans_the_same() -> None:
    fact = a_fact(event_id="event_1")
    assert planned(A_TASK, fact) == planned(A_TASK, fact)
    assert planned(A_TASK, fact, "other key")["activity_id"] != planned(A_TASK, fact)["activity_id"]


def test_effects_differ_by_workflow_revision_event_and_step() -> None:
    keys = {
        actions.effect_key(workflow, revision, event, step)
        for workflow in ("workflow_1", "workflow_2")
        for revision in (1, 2)
        for event in ("event_1", "event_2")
        for step in (0, 1)
    }
    assert len(keys) == 16


@pytest.mark.parametrize(
    ("action", "fact", "owner"),
    [
        ({"assignee": OTHER}, a_fact(), OTHER),
        ({"assignee": "owner"}, a_fact(), USER),
        ({}, a_fact(record={"id": DEAL}, actor=OTHER), OTHER),
        ({}, a_fact(record={"id": DEAL}, actor="system:import"), None),
    ],
)
def test_the_task_goes_to_the_owner_or_to_who_acted(
    action: dict[str, Any], fact: Any, owner: str | None
) -> None:
    assert actions.assignee(action, fact) == owner


def test_texts_are_filled_with_the_record() -> None:
    record = {
        "id": DEAL,
        "name": "Wind park",
        "amount": money("75000.00"),
        "account": {"name": "Acme"},
        "tags": ["a", "b"],
    }
    action = {**A_TASK, "subject": "{name} of {account.name}: {amount}, {tags}{competitor}"}
    assert planned(action, a_fact(record=record))["subject"] == "Wind park of Acme: 75,000.00 EUR, a, b"


def test_a_step_is_tried_six_times() -> None:
    assert [pause_after(attempts) for attempts in range(1, 7)] == [*BACKOFF, None]
