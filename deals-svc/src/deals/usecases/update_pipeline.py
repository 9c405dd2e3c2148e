"""Change a pipeline: its name, its stages, whether it is the default."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.errors import StageHoldsDeals
from deals.domain.pipeline import Pipeline


def update_pipeline(
    uow: UnitOfWork, ctx: Context, *, pipeline_id: str, expected_version: int, changes: dict[str, Any]
) -> Pipeline:
    """A stage that still holds deals cannot fall away."""
    pipeline = uow.get(Pipeline, pipeline_id, expected_version)
    wanted = dict(changes)
    if "stages" in wanted:
        for stage in pipeline.arrange(wanted.pop("stages")):
            count = uow.session.scalar(
                select(func.count())
                .select_from(Deal)
                .where(
                    Deal.workspace_id == ctx.workspace_id,
                    Deal.stage_id == stage.id,
                    Deal.deleted_at.is_(None),
                )
            )
            if count:
                raise StageHoldsDeals(name=stage.name, count=count)
    pipeline.set(wanted)
    if changes.get("is_default"):
        only_default(uow, pipeline)
    return pipeline


def only_default(uow: UnitOfWork, pipeline: Pipeline) -> None:
    """There is one default pipeline: the mark moves."""
    others = uow.scalars(
        select(Pipeline).where(
            Pipeline.workspace_id == uow.ctx.workspace_id,
            Pipeline.is_default.is_(True),
            Pipeline.id != pipeline.id,
        )
    )
    for other in others:
        other.is_default = False
