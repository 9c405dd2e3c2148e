"""Open a deal."""

from __future__ import annotations

from typing import Any

from chassis import ids
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import LOST, OPEN, Pipeline
from deals.usecases.pipelines import default_pipeline
from deals.usecases.won_purchases import note_purchase


def open_deal(
    uow: UnitOfWork,
    ctx: Context,
    *,
    deal_id: str | None = None,
    pipeline_id: str | None = None,
    stage_id: str | None = None,
    **values: Any,
) -> Deal:
    """A new deal begins in the default pipeline's first stage, today, owned by the caller if that is a person,
    unless told otherwise."""
    pipeline = uow.get(Pipeline, pipeline_id) if pipeline_id else default_pipeline(uow)
    stage = pipeline.stage(stage_id) if stage_id else pipeline.first_stage()
    deal = Deal(id=deal_id, pipeline_id=pipeline.id, status=OPEN)
    uow.add(deal)
    values.setdefault("opened_on", ctx.now.date())
    values.setdefault("owner_id", ctx.caller if ids.is_id(ctx.caller, "user") else None)
    chosen: dict[str, Any] = {
        name: values.pop(name) for name in ("probability", "forecast_category") if name in values
    }
    deal.set(values)
    stage.require_of(deal)
    lost_reason = "other" if stage.kind == LOST else None
    uow.add_row(deal.enter(stage, at=ctx.now, on=values["opened_on"], by=ctx.caller, lost_reason=lost_reason))
    deal.set(chosen)
    note_purchase(uow, deal)
    return deal
