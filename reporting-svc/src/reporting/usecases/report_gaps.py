"""Say it in the log when records stay without some of their events."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from chassis import clock, logs
from chassis.guard import ACROSS
from chassis.operation import Runtime
from reporting.domain.archive import ArchivedRecord

log = logs.get("reporting.archive")

PATIENCE = timedelta(minutes=1)
EXAMPLES = 5


def report_gaps(runtime: Runtime) -> None:
    """Log how many records still miss events after a minute; shorter gaps are two lanes overtaking each other."""
    too_old = ArchivedRecord.gap_since < clock.now() - PATIENCE
    with runtime.database.reading() as session:
        count = session.scalar(
            select(func.count()).select_from(ArchivedRecord).where(too_old).execution_options(**ACROSS)
        )
        if not count:
            return
        examples = session.execute(
            select(
                ArchivedRecord.workspace_id,
                ArchivedRecord.subject_id,
                ArchivedRecord.highest,
                ArchivedRecord.archived,
            )
            .where(too_old)
            .order_by(ArchivedRecord.gap_since)
            .limit(EXAMPLES)
            .execution_options(**ACROSS)
        ).all()
    log.warning("events are missing in the archive", records=count, examples=[list(row) for row in examples])
