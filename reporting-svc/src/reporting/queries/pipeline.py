"""The pipeline by stage: how many deals stand where, what they are worth, and what their chances make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.errors import NotFound
from chassis.tables import reference
from reporting.domain.deal_fact import DealFact
from reporting.queries import links
from reporting.queries.report import (
    Scope,
    Totals,
    answer,
    currency_of,
    in_other_currencies,
    money,
    value_in,
    watermark,
    without_amount,
)

FORMULA = "value = sum of amounts; weighted = sum of amount x probability / 100"
SOURCE_FIELDS = (
    "deal.stage_id",
    "deal.amount",
    "deal.probability",
    "pipeline.name",
    "pipeline.stages",
)

StageKey = tuple[str, str]
"""Ids of a pipeline and of a stage."""

Place = tuple[str, str, Mapping[str, Any]]
"""Id and name of a pipeline, and one of its stages."""


def pipeline(session: Session, ctx: Context, *, pipeline_id: str | None = None) -> dict[str, Any]:
    """One row a stage, in order, also for stages without a deal; of all pipelines unless one is named."""
    scope = Scope(ctx.workspace_id, pipeline_id=pipeline_id)
    mark, currency = watermark(session, ctx), currency_of(session, ctx)
    pipelines = _pipelines(session, ctx, pipeline_id)
    sums = _sums(session, scope, currency)
    if pipeline_id is not None and not pipelines and not sums:
        raise NotFound(what="pipeline", id=pipeline_id)
    return answer(
        [_row(*place, sums.get((place[0], place[2]["id"])), currency) for place in _places(pipelines, sums)],
        formula=FORMULA,
        source_fields=SOURCE_FIELDS,
        scope=scope,
        totals=Totals(
            sum(found.deals for found in sums.values()),
            sum(found.without_amount for found in sums.values()),
            sum(found.in_other_currencies for found in sums.values()),
        ),
        currency=currency,
        mark=mark,
        records=scope.records(),
    )


def _pipelines(session: Session, ctx: Context, pipeline_id: str | None) -> Sequence[Any]:
    """The pipelines, the default one first, then by name."""
    statement = select(reference.c.id, reference.c.label, reference.c.state, reference.c.data).where(
        reference.c.workspace_id == ctx.workspace_id, reference.c.type == "pipeline"
    )
    if pipeline_id is not None:
        statement = statement.where(reference.c.id == pipeline_id)
    rows = session.execute(statement).all()
    return sorted(rows, key=lambda row: (not row.data.get("is_default"), row.label, row.id))


def _sums(session: Session, scope: Scope, currency: str | None) -> dict[StageKey, Any]:
    rows = session.execute(
        select(
            DealFact.pipeline_id,
            DealFact.stage_id,
            func.max(DealFact.status).label("status"),
            func.count().label("deals"),
            value_in(currency).label("value"),
            value_in(currency, times=DealFact.probability).label("weighted"),
            without_amount().label("without_amount"),
            in_other_currencies(currency).label("in_other_currencies"),
        )
        .where(*scope.conditions())
        .group_by(DealFact.pipeline_id, DealFact.stage_id)
    )
    return {(row.pipeline_id, row.stage_id): row for row in rows}


def _places(pipelines: Sequence[Any], sums: Mapping[StageKey, Any]) -> Iterator[Place]:
    """Every stage to show, in order. A stage that nobody told of is shown under its id rather than left out."""
    names = {one.id: one.label for one in pipelines}
    told: set[StageKey] = set()
    for one in pipelines:
        for stage in one.data.get("stages") or []:
            key = (one.id, stage["id"])
            told.add(key)
            if one.state != "deleted" or key in sums:
                yield one.id, one.label, stage
    for pipeline_id, stage_id in sorted(sums.keys() - told):
        stage = {"id": stage_id, "name": stage_id, "kind": sums[pipeline_id, stage_id].status}
        yield pipeline_id, names.get(pipeline_id, pipeline_id), stage


def _row(
    pipeline_id: str, label: str, stage: Mapping[str, Any], found: Any, currency: str | None
) -> dict[str, Any]:
    return {
        "pipeline_id": pipeline_id,
        "pipeline": label,
        "stage_id": stage["id"],
        "key": stage["name"],
        "kind": stage["kind"],
        "probability": stage.get("probability"),
        "count": 0 if found is None else found.deals,
        "value": money(None if found is None else found.value, currency),
        "weighted": money(None if found is None else found.weighted, currency, percent=True),
        "rows_without_amount": 0 if found is None else found.without_amount,
        "records": links.both(
            [links.compare("pipeline_id", "=", pipeline_id), links.compare("stage_id", "=", stage["id"])]
        ),
    }
