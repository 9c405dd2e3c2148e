"""The rules of activities: what fits which kind, how tasks end, when a call is missed; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from activity_builders import TEN, an_activity, facts

from activities.domain.errors import (
    CompleteItInstead,
    FieldNotOfKind,
    NotATask,
    TaskIsCompleted,
    TaskIsOpen,
)
from activities.domain.events import CallMissed


def test_a_task_begins_not_started_at_medium_priority() -> None:
    task = an_activity("task", due_at=TEN)
    assert (task.status, task.priority, task.occurred_at) == ("not_started", "medium", None)


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "note"])
def test_all_else_took_place_now_unless_told(kind: str) -> None:
    assert an_activity(kind).occurred_at == TEN
    before = TEN - timedelta(days=1)
    assert an_activity(kind, occurred_at=before).moment == before


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("task", "outcome", "no_answer"),
        ("email", "outcome", "connected"),
        ("meeting", "direction", "inbound"),
        ("note", "duration_seconds", 60),
        ("task", "occurred_at", TEN),
        ("call", "due_at", TEN),
        ("note", "status", "waiting"),
        ("email", "priority", "high"),
    ],
)
def test_a_field_of_another_kind_is_refused(kind: str, field: str, value: Any) -> None:
    with pytest.raises(FieldNotOfKind) as refusal:
        an_activity(kind, **{field: value})
    assert refusal.value.details["field"] == field
    with pytest.raises(FieldNotOfKind):
        an_activity(kind).edit({field: value}, at=TEN)


def test_a_field_of_another_kind_may_be_said_to_be_absent() -> None:
    note = an_activity("note")
    note.edit({"outcome": None, "subject": "Renamed"}, at=TEN)
    assert (note.outcome, note.subject) == (None, "Renamed")


def test_a_task_is_completed_once() -> None:
    task = an_activity("task")
    task.complete(at=TEN)
    assert (task.status, task.completed_at, facts(task)) == ("completed", TEN, ["activity.completed.v1"])
    with pytest.raises(TaskIsCompleted):
        task.complete(at=TEN)


def test_a_completed_task_is_reopened() -> None:
    task = an_activity("task")
    task.complete(at=TEN)
    task.reopen()
    assert (task.status, task.completed_at) == ("not_started", None)
    with pytest.raises(TaskIsOpen):
        task.reopen()


def test_only_tasks_are_completed_and_reopened() -> None:
    with pytest.raises(NotATask):
        an_activity("call").complete(at=TEN)
    with pytest.raises(NotATask):
        an_activity("note").reopen()


def test_a_task_is_not_completed_by_its_status() -> None:
    with pytest.raises(CompleteItInstead):
        an_activity("task", status="completed")
    with pytest.raises(CompleteItInstead):
        an_activity("task").edit({"status": "completed"}, at=TEN)


def test_a_completed_task_keeps_its_status() -> None:
    task = an_activity("task")
    task.complete(at=TEN)
    task.edit({"subject": "Said better"}, at=TEN)
    with pytest.raises(TaskIsCompleted):
        task.edit({"status": "waiting"}, at=TEN)


@pytest.mark.parametrize("direction", ["inbound", "outbound", None])
def test_a_call_without_answer_is_missed_whatever_its_direction(direction: str | None) -> None:
    call = an_activity("call", direction=direction, outcome="no_answer", duration_seconds=90)
    assert call.facts == [CallMissed(ended_at=TEN + timedelta(seconds=90))]


@pytest.mark.parametrize("outcome", ["connected", "busy", "left_voicemail", "wrong_number", None])
def test_a_call_with_another_outcome_is_not_missed(outcome: str | None) -> None:
    assert facts(an_activity("call", outcome=outcome)) == []


def test_a_call_is_missed_when_its_outcome_becomes_known_and_only_once() -> None:
    call = an_activity("call")
    call.edit({"outcome": "no_answer"}, at=TEN)
    assert facts(call) == ["call.missed.v1"]
    call.edit({"outcome": "connected"}, at=TEN)
    call.edit({"outcome": "no_answer"}, at=TEN)
    call.edit({"subject": "Again"}, at=TEN)
    assert facts(call) == ["call.missed.v1"]


def test_a_record_is_linked_once() -> None:
    assert an_activity("note", record_ids=["b", "a", "b"]).record_ids == ["b", "a"]
