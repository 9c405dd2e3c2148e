"""What is known before a workflow is switched on: circles, certain ones refused, and contradictions."""

from __future__ import annotations

from typing import Any

import pytest
from automation_builders import a_runtime, a_workflow, run, with_recipes

from automation.domain.analysis import findings
from automation.domain.workflow import Workflow
from chassis.errors import AppError

A_TASK = {"type": "create_task", "subject": "Look"}
CALLED = {"event": "activity.created.v1"}
WON = {"event": "deal.won.v1"}
OPENED = {"event": "deal.created.v1"}
A_DEAL = {"type": "create_deal", "name": "Next"}
MOVED = {"event": "lead.properties_changed.v1", "field": "lifecycle_stage"}
GIVEN = {"event": "lead.properties_changed.v1", "field": "owner_id"}


def a_named(name: str, trigger: dict[str, Any], *actions: dict[str, Any], **values: Any) -> Workflow:
    return a_workflow(name=name, trigger=trigger, actions=list(actions), **values)


def kinds(workflow: Workflow, *others: Workflow) -> list[str]:
    return [found.kind for found in findings(workflow, others)]


def test_what_it_does_may_start_it_again() -> None:
    workflow = a_named("Echo", CALLED, A_TASK, filter='subject ~ "look"')
    (found,) = findings(workflow, [])
    assert (found.kind, found.workflow_ids) == ("loop", (workflow.id,))
    assert "activity.created.v1" in found.text


def test_a_circle_is_told_in_its_order() -> None:
    one = a_named("Task for deals", OPENED, A_TASK)
    other = a_named("Deal for tasks", CALLED, A_DEAL)
    bystander = a_named("Won", WON, A_TASK)
    (found,) = findings(one, [bystander, other])
    assert found.workflow_ids == (one.id, other.id)
    assert "“Task for deals” starts “Deal for tasks”" in found.text
    assert kinds(bystander, one, other) == []


@pytest.mark.parametrize(
    ("trigger", "action", "expected"),
    [
        (MOVED, {"type": "assign_owner", "pool": "team:Sales"}, []),
        (GIVEN, {"type": "assign_owner", "pool": "team:Sales"}, ["loop"]),
        (MOVED, {"type": "set_lifecycle", "stage": "sql"}, ["loop"]),
        (GIVEN, {"type": "set_lifecycle", "stage": "sql"}, []),
        (OPENED, {"type": "notify", "title": "News"}, []),
    ],
)
def test_only_the_property_that_it_waits_for_starts_it(
    trigger: dict[str, Any], action: dict[str, Any], expected: list[str]
) -> None:
    assert kinds(a_named("W", trigger, action)) == expected


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ('kind = "call"', []),
        ('kind = "call" AND subject ~ "x"', []),
        ('kind = "call" OR subject ~ "x"', ["loop"]),
        ('NOT kind = "task"', []),
        ('NOT (kind = "call" AND subject ~ "x")', ["loop"]),
        ('event.origin != "automation"', []),
    ],
)
def test_a_filter_that_its_own_action_cannot_pass_stops_it(filter: str, expected: list[str]) -> None:
    assert kinds(a_named("W", CALLED, A_TASK, filter=filter)) == expected


def test_two_that_decide_otherwise_contradict_each_other() -> None:
    mql, sql = ({"type": "set_lifecycle", "stage": stage} for stage in ("mql", "sql"))
    created = {"event": "lead.created.v1"}
    one = a_named("One", created, mql)
    assert kinds(one, a_named("Other", created, sql)) == ["conflict"]
    assert kinds(one, a_named("Same", created, mql)) == []
    assert kinds(one, a_named("Elsewhere", WON, A_TASK)) == []


def test_a_certain_circle_is_not_switched_on() -> None:
    runtime = with_recipes(a_runtime())
    made = run(runtime, "create_workflow", name="Echo", trigger=CALLED, actions=[A_TASK])
    with pytest.raises(AppError) as refused:
        run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=made["version"])
    assert refused.value.code == "automation.starts_itself"
    assert 'event.origin != "automation"' in refused.value.text
    changes = {"filter": 'event.origin != "automation"'}
    made = run(
        runtime, "update_workflow", workflow_id=made["id"], expected_version=made["version"], changes=changes
    )
    on = run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=made["version"])
    assert on["status"] == "published"
    assert run(runtime, "analysis", workflow_id=made["id"])["data"] == []


def test_the_recipes_neither_circle_nor_contradict_each_other() -> None:
    runtime = with_recipes(a_runtime())
    found = {
        workflow["recipe"]: run(runtime, "analysis", workflow_id=workflow["id"])["data"]
        for workflow in run(runtime, "list_workflows", limit=200)["data"]
    }
    assert {recipe: some for recipe, some in found.items() if some} == {}
