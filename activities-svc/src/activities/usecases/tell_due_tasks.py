"""Say of every open task, once a due date, that it is due soon or was due."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Select, not_, select, update
from sqlalchemy.orm import Session

from activities.domain.activity import Activity
from chassis import clock
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.reminding import remind, tell_of

SOON = timedelta(minutes=15)


def tell_due_tasks(runtime: Runtime) -> None:
    def due() -> Select[Activity]:
        return (
            select(Activity)
            .where(not_(Activity.is_due_told), Activity.due_at <= clock.now() + SOON)
            .order_by(Activity.due_at)
        )

    def tell(session: Session, task: Activity) -> bool:
        table = table_of(Activity)
        session.execute(
            update(table)
            .where(table.c.workspace_id == task.workspace_id, table.c.id == task.id)
            .values(is_due_told=True)
        )
        if not task.is_to_be_done:
            return False
        tell_of(runtime, session, task, "task.due.v1", due_at=task.due_at)
        return True

    remind(runtime, due, tell)
