"""Say of every open deal, once a spell, that nobody has done anything about it for a week."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.context import system
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.reading import table_of
from deals.domain.deal import Deal
from deals.domain.pipeline import OPEN
from deals.domain.quiet import STALLED_AFTER, Quiet

AT_ONCE = 200


def tell_stalled_deals(runtime: Runtime) -> None:
    """In every workspace. The rows are claimed and told in one transaction, so that each spell is told once."""

    def work(session: Session) -> tuple[int, int]:
        found = session.scalars(
            select(Quiet)
            .where(Quiet.stalls_at <= clock.now())
            .order_by(Quiet.stalls_at)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
            .execution_options(**ACROSS)
        ).all()
        return len(found), sum(_tell(runtime, session, quiet) for quiet in found)

    looked = AT_ONCE
    while looked == AT_ONCE:
        looked, told = runtime.database.transact(work)
        if told:
            runtime.nudge()


def _tell(runtime: Runtime, session: Session, quiet: Quiet) -> bool:
    """Written past the record: the version stays, so that nobody's save fails because a deal stalled meanwhile."""
    quiet.stalls_at = None
    deal = session.get(Deal, (quiet.workspace_id, quiet.deal_id), with_for_update=True)
    if deal is None or deal.status != OPEN or deal.deleted_at is not None:
        return False
    table = table_of(Deal)
    session.execute(
        update(table)
        .where(table.c.workspace_id == deal.workspace_id, table.c.id == deal.id)
        .values(event_sequence=deal.event_sequence + 1)
    )
    uow = runtime.unit_of_work(session, system(deal.workspace_id, "reminders"))
    uow.tell(
        "deal.stalled.v1",
        subject_type=deal.noun,
        subject_id=deal.id,
        sequence=deal.event_sequence + 1,
        version=deal.version,
        data={
            "record": deal.view(),
            "changes": {},
            "quiet_since": quiet.quiet_since,
            "quiet_days": STALLED_AFTER.days,
        },
    )
    uow.flush()
    return True
