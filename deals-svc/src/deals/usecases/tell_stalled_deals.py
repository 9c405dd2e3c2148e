"""Say of every open deal, once a spell, that nobody has done anything about it for a week."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from chassis import clock
from chassis.operation import Runtime
from chassis.reminding import remind, tell_of
from deals.domain.deal import Deal
from deals.domain.pipeline import OPEN
from deals.domain.quiet import STALLED_AFTER, Quiet


def tell_stalled_deals(runtime: Runtime) -> None:
    def due() -> Select[Quiet]:
        return select(Quiet).where(Quiet.stalls_at <= clock.now()).order_by(Quiet.stalls_at)

    def tell(session: Session, quiet: Quiet) -> bool:
        quiet.stalls_at = None
        deal = session.get(Deal, (quiet.workspace_id, quiet.deal_id), with_for_update=True)
        if deal is None or deal.status != OPEN or deal.deleted_at is not None:
            return False
        tell_of(
            runtime,
            session,
            deal,
            "deal.stalled.v1",
            quiet_since=quiet.quiet_since,
            quiet_days=STALLED_AFTER.days,
        )
        return True

    remind(runtime, due, tell)
