"""Finding the pipeline and stage a deal is to enter."""

from __future__ import annotations

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from deals.domain.errors import NoDefaultPipeline
from deals.domain.pipeline import Pipeline


def default_pipeline(uow: UnitOfWork) -> Pipeline:
    """The workspace's default pipeline; raises `NoDefaultPipeline`."""
    found = uow.first(
        select(Pipeline)
        .where(
            Pipeline.workspace_id == uow.ctx.workspace_id,
            Pipeline.deleted_at.is_(None),
            Pipeline.is_default.is_(True),
        )
        .order_by(Pipeline.id)
    )
    if found is None:
        raise NoDefaultPipeline()
    return found
