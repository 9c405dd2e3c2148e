"""Agree to a discount or refuse it, hand the decision on, or take the request back."""

from __future__ import annotations

from chassis.access import may
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.approval import APPROVED, PENDING, RECALLED, REJECTED, Approval
from deals.domain.deal import Deal


def approve_discount(
    uow: UnitOfWork, ctx: Context, *, approval_id: str, expected_version: int, comment: str | None
) -> Approval:
    return _decide(uow, ctx, approval_id, expected_version, APPROVED, comment)


def reject_discount(
    uow: UnitOfWork, ctx: Context, *, approval_id: str, expected_version: int, comment: str
) -> Approval:
    return _decide(uow, ctx, approval_id, expected_version, REJECTED, comment)


def delegate_approval(
    uow: UnitOfWork,
    ctx: Context,
    *,
    approval_id: str,
    expected_version: int,
    to_user_id: str,
    comment: str | None,
) -> Approval:
    approval = uow.get(Approval, approval_id, expected_version)
    approval.delegate(to_user_id, by=ctx.caller, may_administer=may(ctx, "administer"), comment=comment)
    return approval


def recall_approval(uow: UnitOfWork, ctx: Context, *, approval_id: str, expected_version: int) -> Approval:
    """The deal is free to be changed again; it cannot be won until its discount is lower or approved."""
    approval = uow.get(Approval, approval_id, expected_version)
    approval.recall(by=ctx.caller, may_administer=may(ctx, "administer"))
    uow.get(Deal, approval.deal_id).approval_status = RECALLED
    return approval


def _decide(
    uow: UnitOfWork, ctx: Context, approval_id: str, version: int, verdict: str, comment: str | None
) -> Approval:
    approval = uow.get(Approval, approval_id, version)
    approval.decide(verdict, by=ctx.caller, at=ctx.now, comment=comment)
    if approval.status != PENDING:
        uow.get(Deal, approval.deal_id).approval_status = approval.status
    return approval
