"""The pipeline board: every stage with its first cards, counts, totals and weighted totals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis import copies, filters
from chassis.context import Context
from chassis.errors import NotFound
from chassis.money import Money, from_units, units
from chassis.reading import environment_of, visible
from chassis.record import view_of
from deals.domain.deal import Deal
from deals.domain.pipeline import Pipeline, Stage
from deals.queries.deals import DEAL_FIELDS


def board(
    session: Session,
    ctx: Context,
    *,
    pipeline_id: str,
    filter: Any = None,
    limit: int = 50,
    time_zone: str = "UTC",
) -> dict[str, Any]:
    """`limit` cards a stage, those that entered last first; totals are over all deals that match."""
    pipeline = session.execute(
        select(Pipeline.id, Pipeline.name).where(*visible(Pipeline, ctx), Pipeline.id == pipeline_id)
    ).first()
    if pipeline is None:
        raise NotFound(what="pipeline", id=pipeline_id)
    stages = session.scalars(
        select(Stage)
        .where(Stage.workspace_id == ctx.workspace_id, Stage.pipeline_id == pipeline_id)
        .order_by(Stage.position)
    ).all()
    where = [
        *visible(Deal, ctx),
        Deal.pipeline_id == pipeline_id,
        filters.to_sql(filters.parse(filter, DEAL_FIELDS), environment_of(ctx, time_zone)),
    ]
    sums = _sums(session, where)
    cards = _cards(session, ctx, where, limit)
    rotting = {stage.id: stage.rotting_days for stage in stages}
    for card in cards:
        days = rotting.get(card["stage_id"])
        entered = card["stage_entered_at"]
        card["is_rotting"] = bool(
            days and entered and card["status"] == "open" and entered < ctx.now - timedelta(days=days)
        )
    currency = next((card["amount"].currency for card in cards if card["amount"]), None)
    return {
        "pipeline": {"id": pipeline.id, "name": pipeline.name},
        "currency": currency,
        "stages": [_column(stage, sums.get(stage.id), cards, currency) for stage in stages],
    }


def _sums(session: Session, where: list[Any]) -> dict[str, Any]:
    rows = session.execute(
        select(
            Deal.stage_id,
            func.count().label("count"),
            func.sum(units(Deal.amount)).label("total"),
            func.sum(units(Deal.amount) * Deal.probability).label("weighted"),
            (func.count() - func.count(Deal.amount)).label("without"),
        )
        .where(*where)
        .group_by(Deal.stage_id)
    )
    return {row.stage_id: row for row in rows}


def _cards(session: Session, ctx: Context, where: list[Any], limit: int) -> list[dict[str, Any]]:
    place = func.row_number().over(
        partition_by=Deal.stage_id, order_by=(Deal.stage_entered_at.desc(), Deal.id.desc())
    )
    ranked = select(Deal.id, place.label("place")).where(*where).subquery()
    table = Deal.__table__
    rows = session.execute(
        select(table)
        .join(ranked, ranked.c.id == table.c.id)
        .where(table.c.workspace_id == ctx.workspace_id, ranked.c.place <= limit)
        .order_by(ranked.c.place)
    ).all()
    cards = [view_of(Deal, row._mapping) for row in rows]
    accounts = copies.labels(session, ctx, "account", (card["account_id"] for card in cards))
    owners = copies.labels(session, ctx, "user", (card["owner_id"] for card in cards))
    for card in cards:
        card["account_name"] = accounts.get(card["account_id"])
        card["owner_name"] = owners.get(card["owner_id"])
    return cards


def _column(stage: Stage, sums: Any, cards: list[dict[str, Any]], currency: str | None) -> dict[str, Any]:
    mine = [card for card in cards if card["stage_id"] == stage.id]
    count = sums._mapping["count"] if sums is not None else 0
    total = (from_units(sums.total) if sums is not None else None) or Decimal(0)
    weighted = ((from_units(sums.weighted) if sums is not None else None) or Decimal(0)) / 100
    return {
        **stage.view(),
        "count": count,
        "total": Money(total, currency) if currency else None,
        "weighted": Money(weighted, currency) if currency else None,
        "rows_without_amount": sums.without if sums is not None else 0,
        "deals": mine,
        "has_more": count > len(mine),
    }
