"""Close a deal as won."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import WON, Pipeline
from deals.usecases.won_purchases import note_purchase


def win_deal(
    uow: UnitOfWork, ctx: Context, *, deal_id: str, expected_version: int, reason: str | None = None
) -> Deal:
    deal = uow.get(Deal, deal_id, expected_version)
    pipeline = uow.get(Pipeline, deal.pipeline_id)
    came_from = pipeline.stage(deal.stage_id)
    uow.add_row(
        deal.move_to(pipeline.closing_stage(WON), came_from, at=ctx.now, on=ctx.now.date(), by=ctx.caller)
    )
    deal.won_reason = reason
    note_purchase(uow, deal)
    return deal
