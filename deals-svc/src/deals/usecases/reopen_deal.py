"""Open a closed deal again."""

from __future__ import annotations

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal, StageMove
from deals.domain.pipeline import Pipeline
from deals.usecases.won_purchases import follow_deal


def reopen_deal(
    uow: UnitOfWork, ctx: Context, *, deal_id: str, expected_version: int, stage_id: str | None = None
) -> Deal:
    """Back to the given stage, or to the one the deal was closed from."""
    deal = uow.get(Deal, deal_id, expected_version)
    pipeline = uow.get(Pipeline, deal.pipeline_id)
    if stage_id is None:
        last = uow.first(
            select(StageMove)
            .where(StageMove.workspace_id == ctx.workspace_id, StageMove.deal_id == deal.id)
            .order_by(StageMove.position.desc())
        )
        stage_id = last.from_stage_id if last is not None else None
    stage = pipeline.stage(stage_id) if stage_id else pipeline.first_stage()
    step = deal.reopen(stage, pipeline.stage(deal.stage_id), at=ctx.now, on=ctx.now.date(), by=ctx.caller)
    uow.add_row(step)
    follow_deal(uow, deal)
    return deal
