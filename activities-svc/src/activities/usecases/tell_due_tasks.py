"""Say of every open task, once a due date, that it is due soon or was due."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import not_, select, update
from sqlalchemy.orm import Session

from activities.domain.activity import Activity
from chassis import clock
from chassis.context import system
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.reading import table_of

SOON = timedelta(minutes=15)
AT_ONCE = 200


def tell_due_tasks(runtime: Runtime) -> None:
    """In every workspace. The rows are claimed and told in one transaction, so that each is told once."""

    def work(session: Session) -> tuple[int, int]:
        found = session.scalars(
            select(Activity)
            .where(not_(Activity.is_due_told), Activity.due_at <= clock.now() + SOON)
            .order_by(Activity.due_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
            .execution_options(**ACROSS)
        ).all()
        return len(found), sum(_tell(runtime, session, task) for task in found)

    looked = AT_ONCE
    while looked == AT_ONCE:
        looked, told = runtime.database.transact(work)
        if told:
            runtime.nudge()


def _tell(runtime: Runtime, session: Session, task: Activity) -> int:
    """Written past the record: the version stays, so that nobody's save fails because a task fell due meanwhile."""
    table = table_of(Activity)
    told = int(task.is_to_be_done)
    session.execute(
        update(table)
        .where(table.c.workspace_id == task.workspace_id, table.c.id == task.id)
        .values(is_due_told=True, event_sequence=task.event_sequence + told)
    )
    if told:
        uow = runtime.unit_of_work(session, system(task.workspace_id, "reminders"))
        uow.tell(
            "task.due.v1",
            subject_type=task.noun,
            subject_id=task.id,
            sequence=task.event_sequence + 1,
            version=task.version,
            data={"record": task.view(), "changes": {}, "due_at": task.due_at},
        )
        uow.flush()
    return told
