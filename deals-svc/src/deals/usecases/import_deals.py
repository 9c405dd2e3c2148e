"""Create or update deals from an import, with the business days of the file.

The history of an imported deal is dated by its days: it enters its first known stage when it was opened and its
closing stage when it was closed; a day the file does not have stays empty.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.errors import Invalid, NotFound
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal, StageMove
from deals.domain.pipeline import LOST, OPEN, Pipeline, Stage

_SCHEMA = contracts.module_of("deals").DealImportRow()
OTHER = "other"


def import_deals(
    uow: UnitOfWork,
    ctx: Context,
    *,
    job_id: str,
    pipeline_id: str,
    first_row: int,
    rows: list[Any],
    is_dry_run: bool = False,
    pipeline: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`; a row that came before is not done again."""
    way = _pipeline(uow, pipeline_id, pipeline if is_dry_run else None)
    by_name = {stage.name.casefold(): stage for stage in way.stages}
    last_open = max((stage for stage in way.stages if stage.kind == OPEN), key=lambda stage: stage.position)

    def stage_of(values: dict[str, Any]) -> Stage:
        stage = by_name.get(values["stage"].casefold())
        if stage is None:
            names = ", ".join(stage.name for stage in way.stages)
            message = f"{values['stage']!r} is no stage of {way.name}; it has {names}."
            raise Invalid(
                message, errors=[{"pointer": "/stage", "code": "unknown_stage", "message": message}]
            )
        return stage

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Deal:
        stage_of(values)
        _check_days(values)
        deal = Deal(id=Deal.new_id(), pipeline_id=way.id, status=OPEN)
        deal.set(_plain(values))
        return deal

    def made(uow: UnitOfWork, deal: Deal, values: dict[str, Any]) -> None:
        stage = stage_of(values)
        opened, closed = values.get("opened_on"), values.get("closed_on")
        if stage.kind != OPEN and opened is not None:
            uow.append(StageMove, deal.step_into(last_open, at=_noon(opened, ctx), on=opened, by=ctx.caller))
        day = opened if stage.kind == OPEN else closed
        reason = (values.get("lost_reason") or OTHER) if stage.kind == LOST else None
        step = deal.step_into(stage, at=_noon(day, ctx), on=day, by=ctx.caller, lost_reason=reason)
        uow.append(StageMove, step)

    def change(uow: UnitOfWork, deal: Deal, values: dict[str, Any]) -> None:
        stage = stage_of(values)
        _check_days(values)
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
        elif stage.kind != OPEN:
            deal.closed_on = values.get("closed_on")

    importer = Importer(cls=Deal, schema=_SCHEMA, make=make, change=change, made=made)
    return importer.run(uow, job_id=job_id, first_row=first_row, rows=rows, is_dry_run=is_dry_run)


def _pipeline(uow: UnitOfWork, pipeline_id: str, described: dict[str, Any] | None) -> Pipeline:
    """The pipeline, or in a dry run one as `described`, which the import itself would have made by now."""
    try:
        return uow.get(Pipeline, pipeline_id)
    except NotFound:
        if described is None:
            raise
    made = Pipeline(workspace_id=uow.ctx.workspace_id, id=pipeline_id, name=described["name"])
    made.arrange(described["stages"])
    return made


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if name not in ("stage", "closed_on", "lost_reason")
    }


def _check_days(values: dict[str, Any]) -> None:
    opened, closed = values.get("opened_on"), values.get("closed_on")
    if opened is not None and closed is not None and closed < opened:
        message = f"The deal closes ({closed}) before it opens ({opened})."
        raise Invalid(
            message, errors=[{"pointer": "/closed_on", "code": "closes_before_it_opens", "message": message}]
        )


def _noon(day: date | None, ctx: Context) -> datetime:
    return ctx.now if day is None else datetime.combine(day, time(12), UTC)
