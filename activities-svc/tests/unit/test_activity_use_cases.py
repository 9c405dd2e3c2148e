"""Use cases of activities-svc on a database in memory: what they store, tell and refuse."""

from __future__ import annotations

from typing import Any

import pytest
from activity_builders import ACCOUNT, DEAL, TEN, USER, a_context, a_runtime, an_event, hear, run
from sqlalchemy import select

from chassis import clock, ids
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import outbox

CONTACT = "contact_01k8aaaaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
def runtime() -> Runtime:
    runtime = a_runtime()
    hear(runtime, an_event("deal.created.v1", {"id": DEAL, "name": "Wind park", "account_id": ACCOUNT}))
    return runtime


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(outbox.c.type).order_by(outbox.c.seq)))


def subjects(runtime: Runtime, filter: str) -> set[str]:
    return {view["subject"] for view in run(runtime, "list_activities", filter=filter)["data"]}


def test_a_call_is_logged_for_its_caller_and_told(runtime: Runtime) -> None:
    call = run(runtime, "log_activity", kind="call", subject="Ring", outcome="no_answer", record_ids=[DEAL])
    assert (call["owner_id"], call["occurred_at"], call["origin"]) == (USER, clock.to_text(TEN), "api")
    assert told(runtime) == ["activity.created.v1", "call.missed.v1"]


def test_the_same_id_with_the_same_content_is_one_activity(runtime: Runtime) -> None:
    content = {"activity_id": ids.new("activity"), "kind": "task", "subject": "Once"}
    first = run(runtime, "log_activity", **content)
    assert run(runtime, "log_activity", **content) == first
    assert told(runtime) == ["activity.created.v1"]


def test_the_same_id_with_other_content_is_refused(runtime: Runtime) -> None:
    activity_id = ids.new("activity")
    run(runtime, "log_activity", activity_id=activity_id, kind="task", subject="Once")
    with pytest.raises(AppError) as refusal:
        run(runtime, "log_activity", activity_id=activity_id, kind="task", subject="Other")
    assert (refusal.value.kind, refusal.value.code) == ("conflict", "activities.activity_exists")


def test_only_automation_names_the_run(runtime: Runtime) -> None:
    content = {"kind": "task", "subject": "Made", "workflow_run_id": ids.new("run")}
    with pytest.raises(AppError) as refusal:
        run(runtime, "log_activity", **content)
    assert refusal.value.code == "activities.run_not_by_hand"
    machine = a_context(actor="system:workflow_1", role="system", origin="automation")
    task = run(runtime, "log_activity", machine, **content)
    assert (task["workflow_run_id"], task["owner_id"], task["origin"]) == (
        content["workflow_run_id"],
        None,
        "automation",
    )


def test_lists_find_activities_by_any_of_their_records(runtime: Runtime) -> None:
    hear(runtime, an_event("contact.created.v1", {"id": CONTACT, "name": "Ann"}))
    run(runtime, "log_activity", kind="note", subject="Both", record_ids=[DEAL, CONTACT])
    run(runtime, "log_activity", kind="note", subject="Deal", record_ids=[DEAL])
    run(runtime, "log_activity", kind="note", subject="None")
    assert subjects(runtime, f'record_id = "{DEAL}"') == {"Both", "Deal"}
    assert subjects(runtime, f'record_id = "{CONTACT}"') == {"Both"}
    assert subjects(runtime, f'record_id != "{CONTACT}"') == {"Deal", "None"}
    assert subjects(runtime, "record_id = null") == {"None"}


def test_an_update_moves_the_links(runtime: Runtime) -> None:
    note = run(runtime, "log_activity", kind="note", subject="Moved", record_ids=[DEAL])
    hear(runtime, an_event("contact.created.v1", {"id": CONTACT, "name": "Ann"}))
    changes = {"record_ids": [CONTACT]}
    run(runtime, "update_activity", activity_id=note["id"], expected_version=1, changes=changes)
    assert subjects(runtime, f'record_id = "{DEAL}"') == set()
    assert subjects(runtime, f'record_id = "{CONTACT}"') == {"Moved"}
    assert told(runtime)[-1] == "activity.properties_changed.v1"


def test_a_record_nobody_knows_is_refused(runtime: Runtime) -> None:
    class Nothing:
        def call(self, service: str, operation: str, ctx: Any, /, **arguments: Any) -> Any:
            return {"data": [], "missing": arguments["ids"]}

    runtime.client = Nothing()
    with pytest.raises(AppError) as refusal:
        run(runtime, "log_activity", kind="note", subject="Lost", record_ids=[DEAL, CONTACT])
    assert refusal.value.code == "unknown_reference"
    assert [error["pointer"] for error in refusal.value.errors] == ["/record_ids"]


def test_the_next_activity_of_a_record_is_the_open_task_due_first(runtime: Runtime) -> None:
    def task(subject: str, due: str | None) -> dict[str, Any]:
        made: dict[str, Any] = run(
            runtime, "log_activity", kind="task", subject=subject, due_at=due, record_ids=[DEAL]
        )
        return made

    first = task("First", "2026-03-03T10:00:00Z")
    task("Second", "2026-03-04T10:00:00Z")
    task("Some day", None)
    answer = run(runtime, "next_activities", record_ids=[DEAL, ACCOUNT])
    assert [(row["record_id"], row["subject"]) for row in answer["data"]] == [(DEAL, "First")]
    run(runtime, "complete_activity", activity_id=first["id"], expected_version=1)
    assert run(runtime, "next_activities", record_ids=[DEAL])["data"][0]["subject"] == "Second"


@pytest.mark.parametrize(
    ("operation", "arguments", "code"),
    [
        ("log_activity", {"kind": "task"}, "invalid"),
        ("log_activity", {"kind": "chat", "subject": "X"}, "invalid"),
        ("log_activity", {"kind": "task", "subject": "X", "outcome": "busy"}, "activities.field_not_of_kind"),
        ("log_activity", {"kind": "call", "subject": "X", "duration_seconds": -1}, "invalid"),
        ("log_activity", {"kind": "task", "subject": "X", "due_at": "2026-03-02T10:00:00"}, "invalid"),
        (
            "complete_activity",
            {"activity_id": "activity_01k8aaaaaaaaaaaaaaaaaaaaaa", "expected_version": 1},
            "not_found",
        ),
        ("list_activities", {"filter": 'record_id > "x"'}, "invalid_filter"),
    ],
)
def test_refusals(runtime: Runtime, operation: str, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(AppError) as refusal:
        run(runtime, operation, **arguments)
    assert refusal.value.code == code
