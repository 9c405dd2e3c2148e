"""Create or update deals from an import, with the business days of the file.

The history of an imported deal is dated by its days: it enters its first known stage when it was opened and its
closing stage when it was closed; a day the file does not have stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from chassis import contracts
from chassis.context import Context
from chassis.errors import FieldError, Invalid, NotFound
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal, StageMove
from deals.domain.errors import NoDefaultPipeline
from deals.domain.pipeline import LOST, OPEN, Pipeline, Stage
from deals.usecases.references import LINKS, unknown_record

_SCHEMA = contracts.module_of("deals").DealImportRow()
OTHER = "other"
NOT_PLAIN = frozenset({"pipeline", "stage", "closed_on", "lost_reason"})
CHOSEN = ("probability", "forecast_category")


def import_deals(
    uow: UnitOfWork,
    ctx: Context,
    *,
    pipeline_id: str | None = None,
    pipeline: dict[str, Any] | None = None,
    is_dry_run: bool = False,
    unknown: Mapping[str, frozenset[str]] | None = None,
    **chunk: Any,
) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`; a row that came before is not done again.

    `unknown` holds, by field, the ids that nobody has.
    """
    pipelines = _Pipelines(uow, pipeline_id, pipeline if is_dry_run else None)

    def check(values: dict[str, Any]) -> None:
        for field in LINKS:
            if unknown and (record_id := values.get(field)) in unknown.get(field, ()):
                raise unknown_record(field, str(record_id))
        _check_days(values)

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Deal:
        check(values)
        way = pipelines.of(values)
        pipelines.stage(way, values)
        deal = Deal(id=Deal.new_id(), pipeline_id=way.id, status=OPEN)
        deal.set(_plain(values))
        return deal

    def made(uow: UnitOfWork, deal: Deal, values: dict[str, Any]) -> None:
        way = pipelines.by_id[deal.pipeline_id]
        stage = pipelines.stage(way, values) or way.first_stage()
        opened, closed = values.get("opened_on"), values.get("closed_on")
        if stage.kind != OPEN and opened is not None:
            before = max((one for one in way.stages if one.kind == OPEN), key=lambda one: one.position)
            uow.append(StageMove, deal.step_into(before, at=_noon(opened, ctx), on=opened, by=ctx.caller))
        day = opened if stage.kind == OPEN else closed
        reason = (values.get("lost_reason") or OTHER) if stage.kind == LOST else None
        step = deal.step_into(stage, at=_noon(day, ctx), on=day, by=ctx.caller, lost_reason=reason)
        uow.append(StageMove, step)
        deal.set({name: values[name] for name in CHOSEN if name in values})

    def change(uow: UnitOfWork, deal: Deal, values: dict[str, Any]) -> None:
        check(values)
        deal.require_free(() if values.get("amount") == deal.view()["amount"] else values)
        way = pipelines.by_id[deal.pipeline_id]
        if values.get("pipeline") is not None and pipelines.of(values) is not way:
            message = f"The deal is in the pipeline {way.name}, and an import does not move it to another."
            raise _invalid("pipeline", "pipeline_stays", message)
        stage = pipelines.stage(way, values) or way.stage(deal.stage_id)
        deal.set(_plain(values))
        if stage.id != deal.stage_id:
            day = values.get("opened_on") if stage.kind == OPEN else values.get("closed_on")
            reason = (values.get("lost_reason") or OTHER) if stage.kind == LOST else None
            came_from = way.stage(deal.stage_id)
            deal.status = OPEN
            uow.add_row(
                deal.move_to(
                    stage, came_from, at=ctx.now, on=day or ctx.now.date(), by=ctx.caller, lost_reason=reason
                )
            )
            deal.set({name: values[name] for name in CHOSEN if name in values})
        elif stage.kind != OPEN and "closed_on" in values:
            deal.closed_on = values["closed_on"]

    importer = Importer(cls=Deal, schema=_SCHEMA, make=make, change=change, made=made)
    return importer.run(uow, is_dry_run=is_dry_run, **chunk)


class _Pipelines:
    """The pipelines of the workspace, and which of them and of their stages a row means."""

    def __init__(self, uow: UnitOfWork, pipeline_id: str | None, described: dict[str, Any] | None) -> None:
        found = uow.scalars(
            select(Pipeline)
            .where(Pipeline.workspace_id == uow.ctx.workspace_id, Pipeline.deleted_at.is_(None))
            .order_by(Pipeline.id)
        )
        self.by_id = {pipeline.id: pipeline for pipeline in found}
        if pipeline_id is not None and pipeline_id not in self.by_id:
            if described is None:
                raise NotFound(what=Pipeline.noun, id=pipeline_id)
            # Not here in a dry run; the import itself would have made it by now.
            coming = Pipeline(workspace_id=uow.ctx.workspace_id, id=pipeline_id, name=described["name"])
            coming.arrange(described["stages"])
            self.by_id[pipeline_id] = coming
        self._named: dict[str, list[Pipeline]] = {}
        self._stages: dict[str, dict[str, Stage]] = {}
        for pipeline in self.by_id.values():
            for name in {pipeline.id, pipeline.name.casefold(), (pipeline.external_id or "").casefold()}:
                self._named.setdefault(name, []).append(pipeline)
            self._stages[pipeline.id] = {
                name: stage for stage in pipeline.stages for name in (stage.id, stage.name.casefold())
            }
        self._usual = (
            self.by_id[pipeline_id]
            if pipeline_id is not None
            else next((pipeline for pipeline in self.by_id.values() if pipeline.is_default), None)
        )

    def of(self, values: Mapping[str, Any]) -> Pipeline:
        """The pipeline a row names, or the usual one."""
        wanted = values.get("pipeline")
        if wanted is None:
            if self._usual is None:
                raise NoDefaultPipeline()
            return self._usual
        found = self._named.get(wanted.casefold(), [])
        if len(found) != 1:
            names = ", ".join(pipeline.name for pipeline in self.by_id.values())
            said = "names several pipelines" if found else "is no pipeline"
            raise _invalid("pipeline", "unknown_pipeline", f"{wanted!r} {said}; there are {names}.")
        return found[0]

    def stage(self, way: Pipeline, values: Mapping[str, Any]) -> Stage | None:
        """The stage a row names, None where it names none; refuses one that is not of this pipeline."""
        wanted = values.get("stage")
        if wanted is None:
            return None
        stage = self._stages[way.id].get(wanted.casefold())
        if stage is None:
            names = ", ".join(stage.name for stage in way.stages)
            raise _invalid("stage", "unknown_stage", f"{wanted!r} is no stage of {way.name}; it has {names}.")
        return stage


def _invalid(field: str, code: str, message: str) -> Invalid:
    error: FieldError = {"pointer": f"/{field}", "code": code, "message": message}
    return Invalid(message, errors=[error])


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in NOT_PLAIN}


def _check_days(values: dict[str, Any]) -> None:
    opened, closed = values.get("opened_on"), values.get("closed_on")
    if opened is not None and closed is not None and closed < opened:
        message = f"The deal closes ({closed}) before it opens ({opened})."
        raise _invalid("closed_on", "closes_before_it_opens", message)


def _noon(day: date | None, ctx: Context) -> datetime:
    return ctx.now if day is None else datetime.combine(day, time(12), UTC)
