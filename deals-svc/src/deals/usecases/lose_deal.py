"""Close a deal as lost, with the reason."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import LOST, Pipeline


def lose_deal(
    uow: UnitOfWork,
    ctx: Context,
    *,
    deal_id: str,
    expected_version: int,
    reason: str,
    competitor: str | None = None,
) -> Deal:
    deal = uow.get(Deal, deal_id, expected_version)
    pipeline = uow.get(Pipeline, deal.pipeline_id)
    came_from = pipeline.stage(deal.stage_id)
    step = deal.move_to(
        pipeline.closing_stage(LOST),
        came_from,
        at=ctx.now,
        on=ctx.now.date(),
        by=ctx.caller,
        lost_reason=reason,
    )
    uow.add_row(step)
    if competitor is not None:
        deal.competitor = competitor
    return deal
