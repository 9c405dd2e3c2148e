"""Make a pipeline."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.pipeline import Pipeline
from deals.usecases.update_pipeline import only_default


def create_pipeline(
    uow: UnitOfWork,
    ctx: Context,
    *,
    name: str,
    stages: list[dict[str, Any]],
    pipeline_id: str | None = None,
    is_default: bool = False,
    external_id: str | None = None,
) -> Pipeline:
    pipeline = Pipeline(id=pipeline_id, name=name, is_default=is_default, external_id=external_id)
    uow.add(pipeline)
    pipeline.arrange(stages)
    if is_default:
        only_default(uow, pipeline)
    return pipeline
