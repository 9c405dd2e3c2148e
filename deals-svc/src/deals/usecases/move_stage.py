"""Move a deal to another stage of its pipeline."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import Pipeline
from deals.usecases.won_purchases import note_purchase


def move_stage(
    uow: UnitOfWork,
    ctx: Context,
    *,
    deal_id: str,
    stage_id: str,
    expected_version: int,
    lost_reason: str | None = None,
) -> Deal:
    deal = uow.get(Deal, deal_id, expected_version)
    pipeline = uow.get(Pipeline, deal.pipeline_id)
    if stage_id == deal.stage_id:
        return deal
    step = deal.move_to(
        pipeline.stage(stage_id),
        pipeline.stage(deal.stage_id),
        at=ctx.now,
        on=ctx.now.date(),
        by=ctx.caller,
        lost_reason=lost_reason,
    )
    uow.add_row(step)
    note_purchase(uow, deal)
    return deal
