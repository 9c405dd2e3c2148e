"""Forget notifications that were read long ago, and the oldest of whoever has very many."""

from __future__ import annotations

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.orm import Session

from activities.domain.notification import KEPT_READ, MOST_KEPT, Notification
from chassis import clock, logs
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.reading import table_of

log = logs.get("activities.notifications")


def forget_notifications(runtime: Runtime) -> None:
    """In every workspace; what they told stays in the history of events."""

    def work(session: Session) -> int:
        table = table_of(Notification)
        place = func.row_number().over(
            partition_by=(table.c.workspace_id, table.c.user_id),
            order_by=(table.c.created_at.desc(), table.c.id.desc()),
        )
        ranked = select(table.c.workspace_id, table.c.id, place.label("place")).subquery()
        too_many = select(ranked.c.workspace_id, ranked.c.id).where(ranked.c.place > MOST_KEPT)
        forgotten = 0
        for condition in (
            table.c.read_at < clock.now() - KEPT_READ,
            tuple_(table.c.workspace_id, table.c.id).in_(too_many),
        ):
            done = session.execute(delete(table).where(condition).execution_options(**ACROSS))
            forgotten += getattr(done, "rowcount", 0)
        return forgotten

    forgotten = runtime.database.transact(work)
    if forgotten:
        log.info("notifications forgotten", count=forgotten)
