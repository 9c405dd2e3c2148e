"""Ask again for the approval of a discount."""

from __future__ import annotations

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.approval import RECALLED, REJECTED
from deals.domain.deal import Deal
from deals.domain.errors import NothingToApprove
from deals.domain.line_item import LineItem, Totals
from deals.usecases.approving import ask_for_approval


def request_approval(uow: UnitOfWork, ctx: Context, *, deal_id: str, expected_version: int) -> Deal:
    deal = uow.get(Deal, deal_id, expected_version)
    deal.require_free()
    if deal.approval_status not in (REJECTED, RECALLED):
        raise NothingToApprove()
    lines = uow.session.scalars(
        select(LineItem)
        .where(LineItem.workspace_id == ctx.workspace_id, LineItem.deal_id == deal.id)
        .order_by(LineItem.position)
    ).all()
    ask_for_approval(uow, deal, Totals.of(lines))
    return deal
