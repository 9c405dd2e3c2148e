"""Reads of approvals, and of the lines of a deal."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.copies import copied
from chassis.filters import Catalogue, Field
from chassis.reading import get_record
from deals.domain.approval import Approval, ApprovalRule
from deals.domain.deal import Deal
from deals.domain.line_item import LineItem
from messages.deals import APPROVAL_STATUSES

APPROVAL_FIELDS = Catalogue(
    [
        Field("id", "reference", Approval.id),
        Field("name", "text", Approval.name),
        Field("deal_id", "reference", Approval.deal_id),
        Field("status", "select", Approval.status, APPROVAL_STATUSES),
        Field("amount", "money", Approval.amount),
        Field("owner_id", "reference", Approval.owner_id),
        Field("owner.name", "text", copied("user", Approval.owner_id)),
        Field("requested_by", "reference", Approval.requested_by),
        Field("created_at", "instant", Approval.created_at),
        Field("updated_at", "instant", Approval.updated_at),
    ]
)

RULE_FIELDS = Catalogue(
    [
        Field("id", "reference", ApprovalRule.id),
        Field("name", "text", ApprovalRule.name),
        Field("created_at", "instant", ApprovalRule.created_at),
    ]
)


def lines(session: Session, ctx: Context, *, deal_id: str) -> dict[str, Any]:
    """What a deal sells, in order; raises `NotFound` for a deal that is not there."""
    get_record(session, ctx, Deal, deal_id)
    found = session.scalars(
        select(LineItem)
        .where(LineItem.workspace_id == ctx.workspace_id, LineItem.deal_id == deal_id)
        .order_by(LineItem.position)
    )
    return {"data": [line.view() for line in found]}
