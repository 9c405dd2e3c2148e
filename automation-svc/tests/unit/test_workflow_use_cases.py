"""Use cases of workflows on a database in memory: what they store, tell and refuse."""

from __future__ import annotations

from typing import Any

import pytest
from automation_builders import A_TASK, a_context, a_runtime, run, with_recipes
from sqlalchemy import select

from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import outbox

GOOD: dict[str, Any] = {"name": "W", "trigger": {"event": "deal.won.v1"}, "actions": [A_TASK]}


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(outbox.c.type).order_by(outbox.c.seq)))


def test_a_workflow_begins_as_a_draft(runtime: Runtime) -> None:
    made = run(runtime, "create_workflow", **GOOD)
    assert (made["status"], made["revision"], made["version"], made["recipe"]) == ("draft", 1, 1, None)
    run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=1)
    changes = {"filter": "amount > 5"}
    changed = run(runtime, "update_workflow", workflow_id=made["id"], expected_version=2, changes=changes)
    assert (changed["status"], changed["revision"], changed["version"]) == ("published", 2, 3)
    run(runtime, "disable_workflow", workflow_id=made["id"], expected_version=3)
    wanted = ["created", "published", "properties_changed", "disabled"]
    assert told(runtime) == [f"workflow.{fact}.v1" for fact in wanted]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"trigger": {"event": "deal.exploded.v1"}}, "invalid"),
        ({"trigger": {"event": "deal.won.v1", "colour": "red"}}, "invalid"),
        ({"trigger": {"event": "deal.won.v1", "stage": "Proposal"}}, "automation.trigger_unfit"),
        ({"actions": []}, "invalid"),
        ({"actions": [{"type": "explode", "subject": "X"}]}, "invalid"),
        ({"actions": [{**A_TASK, "due_in": "soon"}]}, "invalid"),
        ({"actions": [{**A_TASK, "subject": "{nmae}"}]}, "automation.placeholder_unknown"),
        ({"actions": [{**A_TASK, "assignee": "boss"}]}, "automation.assignee_unknown"),
        ({"filter": "amont > 5"}, "invalid_filter"),
    ],
)
def test_refusals(runtime: Runtime, values: dict[str, Any], code: str) -> None:
    with pytest.raises(AppError) as refusal:
        run(runtime, "create_workflow", **{**GOOD, **values})
    assert refusal.value.code == code


def test_a_rep_does_not_configure(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refusal:
        run(runtime, "create_workflow", a_context(role="rep"), **GOOD)
    assert refusal.value.kind == "forbidden"


def test_a_workflow_is_deleted_and_restored_a_recipe_is_not(runtime: Runtime) -> None:
    made = run(runtime, "create_workflow", **GOOD)
    run(runtime, "delete_workflow", workflow_id=made["id"], expected_version=1)
    assert run(runtime, "list_workflows")["data"] == []
    assert run(runtime, "restore_workflow", workflow_id=made["id"])["id"] == made["id"]
    recipe = run(with_recipes(runtime), "list_workflows", filter="recipe != null", limit=1)["data"][0]
    with pytest.raises(AppError) as refusal:
        run(runtime, "delete_workflow", workflow_id=recipe["id"], expected_version=1)
    assert refusal.value.code == "automation.recipe_stays"


def test_the_fields_of_conditions_are_described(runtime: Runtime) -> None:
    names = {field["name"] for field in run(runtime, "describe", resource="deal")["fields"]}
    assert {"amount", "stage.name", "account.name"} <= names
