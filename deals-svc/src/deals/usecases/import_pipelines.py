"""Make the pipelines an import needs; those that are here stay as people have arranged them since."""

from __future__ import annotations

from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from deals.domain.pipeline import Pipeline

_SCHEMA = contracts.module_of("deals").PipelineImportRow()


def import_pipelines(uow: UnitOfWork, ctx: Context, **chunk: Any) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`, one for each row."""

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Pipeline:
        pipeline = Pipeline(
            id=Pipeline.new_id(), name=values["name"], is_default=False, external_id=values.get("external_id")
        )
        pipeline.workspace_id = ctx.workspace_id
        pipeline.arrange(values["stages"])
        return pipeline

    def change(uow: UnitOfWork, pipeline: Pipeline, values: dict[str, Any]) -> None:
        """Nothing: its stages may hold deals, and their names and chances are people's own by now."""

    return Importer(cls=Pipeline, schema=_SCHEMA, make=make, change=change).run(uow, **chunk)
