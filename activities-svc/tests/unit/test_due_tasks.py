"""Tasks that fall due: told once a due date, when it comes, and only while there is something left to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from activity_builders import a_context, a_runtime, run
from sqlalchemy import select

from activities.domain.activity import Activity
from activities.usecases.tell_due_tasks import SOON, tell_due_tasks
from chassis import clock, codec
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.tables import outbox

NOW = a_context(now=clock.now())


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def a_task(runtime: Runtime, due_in: timedelta | None, **values: Any) -> dict[str, Any]:
    due = {} if due_in is None else {"due_at": clock.to_text(NOW.now + due_in)}
    task: dict[str, Any] = run(
        runtime, "log_activity", NOW, kind="task", subject="Call back", **due, **values
    )
    return task


def reminders(runtime: Runtime) -> list[dict[str, Any]]:
    tell_due_tasks(runtime)
    with runtime.database.reading() as session:
        found = session.scalars(select(outbox.c.payload).where(outbox.c.type == "task.due.v1"))
        return [codec.loads(payload) for payload in found]


def test_a_task_that_is_due_soon_is_told_once(runtime: Runtime) -> None:
    task = a_task(runtime, SOON - timedelta(minutes=5))
    (told,) = reminders(runtime)
    assert (told["subject"], told["data"]["due_at"], told["sequence"]) == (task["id"], task["due_at"], 2)
    assert len(reminders(runtime)) == 1


def test_being_told_does_not_make_anybodys_save_fail(runtime: Runtime) -> None:
    task = a_task(runtime, timedelta(minutes=5))
    reminders(runtime)
    changes = {"subject": "Call back now"}
    saved = run(runtime, "update_activity", NOW, activity_id=task["id"], expected_version=1, changes=changes)
    with runtime.database.reading() as session:
        rows = session.execute(select(outbox.c.type, outbox.c.sequence).order_by(outbox.c.sequence)).all()
    assert [row.type for row in rows] == [
        "activity.created.v1",
        "task.due.v1",
        "activity.properties_changed.v1",
    ]
    assert ([row.sequence for row in rows], saved["version"]) == ([1, 2, 3], 2)


def test_a_new_due_date_is_told_again(runtime: Runtime) -> None:
    task = a_task(runtime, timedelta(minutes=5))
    reminders(runtime)
    changes = {"due_at": clock.to_text(NOW.now + timedelta(minutes=10))}
    run(runtime, "update_activity", NOW, activity_id=task["id"], expected_version=1, changes=changes)
    assert [told["data"]["due_at"] for told in reminders(runtime)] == [task["due_at"], changes["due_at"]]


@pytest.mark.parametrize(
    "due_in", [None, SOON + timedelta(days=1), timedelta(days=-1)], ids=["undated", "later", "past before"]
)
def test_what_is_not_news_is_not_told(runtime: Runtime, due_in: timedelta | None) -> None:
    a_task(runtime, due_in)
    assert reminders(runtime) == []


@pytest.mark.parametrize("operation", ["complete_activity", "delete_activity"])
def test_what_is_done_or_gone_is_not_told_and_not_looked_at_again(runtime: Runtime, operation: str) -> None:
    task = a_task(runtime, timedelta(minutes=5))
    run(runtime, operation, NOW, activity_id=task["id"], expected_version=1)
    assert reminders(runtime) == []
    with runtime.database.reading() as session:
        assert session.scalars(select(Activity.is_due_told).execution_options(**ACROSS)).one()


def test_many_at_once_are_all_told(runtime: Runtime) -> None:
    for _ in range(205):
        a_task(runtime, timedelta(minutes=5))
    assert len(reminders(runtime)) == 205
