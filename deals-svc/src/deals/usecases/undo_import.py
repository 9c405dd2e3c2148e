"""Take back an import of deals, products or pipelines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from chassis.errors import AppError
from chassis.record import Record
from chassis.undoing import InUse, Restore, Undoer, put_back, undoing
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import Pipeline
from deals.domain.product import Product
from deals.usecases.won_purchases import follow_deal

# The history of a deal only grows: that it went back is a step of its own.
_HISTORY = frozenset({"moves"})


def _with_deals(
    link: InstrumentedAttribute[Any],
) -> Callable[[UnitOfWork, str, Sequence[Record]], Mapping[str, AppError]]:
    """Records that deals point to stay; the deals of the job itself are taken back before."""

    def keep(uow: UnitOfWork, job_id: str, records: Sequence[Record]) -> dict[str, AppError]:
        used = uow.session.scalars(
            select(link)
            .where(
                Deal.workspace_id == uow.ctx.workspace_id,
                link.in_([record.id for record in records]),
                Deal.deleted_at.is_(None),
            )
            .distinct()
        )
        return {record_id: InUse(what="deals") for record_id in used}

    return keep


def _restore_deals(uow: UnitOfWork, pairs: Sequence[tuple[Deal, dict[str, Any]]]) -> Restore[Deal]:
    found = uow.scalars(
        select(Pipeline).where(
            Pipeline.workspace_id == uow.ctx.workspace_id,
            Pipeline.id.in_({deal.pipeline_id for deal, _ in pairs}),
        )
    )
    pipelines = {pipeline.id: pipeline for pipeline in found}

    def restore(deal: Deal, values: dict[str, Any]) -> None:
        if "stage_id" in values:
            pipeline = pipelines[deal.pipeline_id]
            stage, came_from = pipeline.stage(values["stage_id"]), pipeline.stage(deal.stage_id)
            step = deal.go_back(
                stage,
                came_from,
                at=uow.ctx.now,
                on=uow.ctx.now.date(),
                by=uow.ctx.caller,
                lost_reason=values.get("lost_reason", deal.lost_reason),
            )
            uow.add_row(step)
        put_back(deal, {name: value for name, value in values.items() if name not in _HISTORY})
        follow_deal(uow, deal)

    return restore


undo_import = undoing(
    {
        "deals": Undoer(cls=Deal, restore=_restore_deals),
        "products": Undoer(cls=Product, keep=_with_deals(Deal.product_id)),
        "pipelines": Undoer(cls=Pipeline, keep=_with_deals(Deal.pipeline_id)),
    }
)
