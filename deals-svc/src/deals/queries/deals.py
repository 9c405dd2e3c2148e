"""Reads of deals: what filters and sorting know, lists, one deal's way through the stages."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.filters import Catalogue, Field
from chassis.money import Money
from chassis.reading import searcher
from chassis.tables import reference
from deals.domain.deal import Deal, StageMove
from deals.domain.pipeline import Pipeline, Stage
from deals.domain.product import Product
from messages.deals import CATEGORIES, STAGE_KINDS, TYPES


def _hop(kind: str, link: Any, column: Any) -> ColumnElement[Any]:
    """A value of the record a deal points to, out of the local copies."""
    copy = reference.alias()
    return (
        select(copy.c[column] if isinstance(column, str) else column(copy))
        .where(copy.c.workspace_id == Deal.workspace_id, copy.c.type == kind, copy.c.id == link)
        .scalar_subquery()
    )


def _stage(column: Any) -> ColumnElement[Any]:
    return (
        select(column)
        .where(Stage.workspace_id == Deal.workspace_id, Stage.id == Deal.stage_id)
        .scalar_subquery()
    )


DEAL_FIELDS = Catalogue(
    [
        Field("id", "reference", Deal.id),
        Field("name", "text", Deal.name),
        Field("amount", "money", Deal.amount),
        Field("status", "select", Deal.status, STAGE_KINDS),
        Field("probability", "number", Deal.probability),
        Field("forecast_category", "select", Deal.forecast_category, CATEGORIES),
        Field("type", "select", Deal.type, TYPES),
        Field("pipeline_id", "reference", Deal.pipeline_id),
        Field("stage_id", "reference", Deal.stage_id),
        Field("stage.name", "text", _stage(Stage.name)),
        Field("stage.kind", "select", Deal.status, STAGE_KINDS),
        Field("owner_id", "reference", Deal.owner_id),
        Field("owner.name", "text", _hop("user", Deal.owner_id, "label")),
        Field("team_id", "reference", Deal.team_id),
        Field("account_id", "reference", Deal.account_id),
        Field("account.name", "text", _hop("account", Deal.account_id, "label")),
        Field(
            "account.industry",
            "text",
            _hop("account", Deal.account_id, lambda copy: copy.c.data["industry"].as_string()),
        ),
        Field("contact_id", "reference", Deal.contact_id),
        Field("lead_id", "reference", Deal.lead_id),
        Field("product_id", "reference", Deal.product_id),
        Field("source", "text", Deal.source),
        Field("competitor", "text", Deal.competitor),
        Field("next_step", "text", Deal.next_step),
        Field("lost_reason", "text", Deal.lost_reason),
        Field("opened_on", "date", Deal.opened_on),
        Field("expected_close_on", "date", Deal.expected_close_on),
        Field("closed_on", "date", Deal.closed_on),
        Field("stage_entered_at", "instant", Deal.stage_entered_at),
        Field("created_at", "instant", Deal.created_at),
        Field("updated_at", "instant", Deal.updated_at),
        Field("tags", "list", Deal.tags),
        Field("external_id", "text", Deal.external_id),
    ]
)

PIPELINE_FIELDS = Catalogue(
    [
        Field("id", "reference", Pipeline.id),
        Field("name", "text", Pipeline.name),
        Field("is_default", "boolean", Pipeline.is_default),
        Field("external_id", "text", Pipeline.external_id),
        Field("created_at", "instant", Pipeline.created_at),
    ]
)

PRODUCT_FIELDS = Catalogue(
    [
        Field("id", "reference", Product.id),
        Field("name", "text", Product.name),
        Field("code", "text", Product.code),
        Field("family", "text", Product.family),
        Field("list_price", "money", Product.list_price),
        Field("is_active", "boolean", Product.is_active),
        Field("external_id", "text", Product.external_id),
        Field("created_at", "instant", Product.created_at),
    ]
)


def with_stages(session: Session, ctx: Context, views: list[dict[str, Any]]) -> None:
    """Add each pipeline's stages to its view, in one statement."""
    stages = session.scalars(
        select(Stage)
        .where(Stage.workspace_id == ctx.workspace_id, Stage.pipeline_id.in_([view["id"] for view in views]))
        .order_by(Stage.position)
    ).all()
    for view in views:
        view["stages"] = [stage.view() for stage in stages if stage.pipeline_id == view["id"]]


def stage_history(session: Session, ctx: Context, *, deal_id: str) -> dict[str, Any]:
    """The stages a deal went through, oldest first."""
    rows = session.scalars(
        select(StageMove)
        .where(StageMove.workspace_id == ctx.workspace_id, StageMove.deal_id == deal_id)
        .order_by(StageMove.position)
    ).all()
    stages = session.execute(
        select(Stage.id, Stage.name).where(
            Stage.workspace_id == ctx.workspace_id, Stage.id.in_({row.to_stage_id for row in rows})
        )
    )
    names: dict[str | None, str] = {row.id: row.name for row in stages}
    deal = session.scalars(
        select(Deal).where(Deal.workspace_id == ctx.workspace_id, Deal.id == deal_id)
    ).first()
    currency = (deal.currency if deal else None) or ""
    return {
        "data": [
            {
                "from_stage_id": row.from_stage_id,
                "from_stage": names.get(row.from_stage_id),
                "to_stage_id": row.to_stage_id,
                "to_stage": names.get(row.to_stage_id),
                "moved_at": row.moved_at,
                "moved_on": row.moved_on,
                "moved_by": row.moved_by,
                "seconds_in_stage": row.seconds_in_stage,
                "amount": None if row.amount is None else Money(row.amount, currency),
                "probability": row.probability,
            }
            for row in rows
        ]
    }


search_deals = searcher(Deal)
search_products = searcher(Product)
