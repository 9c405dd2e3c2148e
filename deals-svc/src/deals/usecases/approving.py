"""Who approves a discount, and the request that asks them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Any

from sqlalchemy import select

from chassis import ids
from chassis.money import Money
from chassis.tables import reference
from chassis.unit_of_work import UnitOfWork
from deals.domain.approval import (
    DEFAULT_BANDS,
    DEFAULT_DISCOUNT,
    PENDING,
    Approval,
    ApprovalRule,
    steps_of,
)
from deals.domain.deal import Deal
from deals.domain.errors import NobodyToApprove
from deals.domain.line_item import Totals
from deals.domain.percent import SCALE


def default_rule(currency: str) -> ApprovalRule:
    return ApprovalRule(
        name="Discounts",
        discount_above=DEFAULT_DISCOUNT,
        currency=currency,
        bands=[dict(band) for band in DEFAULT_BANDS],
    )


def rule_of(uow: UnitOfWork, currency: str) -> ApprovalRule:
    """The rule of the workspace; the default one, which it has from now on, where it has none."""
    mine = ApprovalRule.workspace_id == uow.ctx.workspace_id
    found = uow.first(select(ApprovalRule).where(mine, ApprovalRule.deleted_at.is_(None)))
    return found or uow.add(default_rule(currency))


def ask_for_approval(uow: UnitOfWork, deal: Deal, totals: Totals) -> None:
    """Lock the deal until those whom the rule names have agreed, or set it free where nobody has to."""
    amount = Money(totals.amount, deal.currency or "")
    rule = rule_of(uow, amount.currency)
    if not rule.is_needed(totals.discount):
        deal.approval_status = deal.approval_id = None
        return
    approvers = _approvers(uow, deal, rule.applying(amount), totals.discount)
    approval = Approval(
        deal_id=deal.id,
        name=deal.name,
        discount=shown(totals.discount),
        requested_by=uow.ctx.caller,
        owner_id=approvers[0][1],
        steps=steps_of(approvers),
    )
    approval.set_money("amount", amount)
    uow.add(approval)
    deal.approval_status, deal.approval_id = PENDING, approval.id


def shown(discount: Fraction) -> float:
    """A discount in percent to 4 decimals, rounded up: one just above a limit shows as above it."""
    return ceil(discount * SCALE) / SCALE


def _approvers(
    uow: UnitOfWork, deal: Deal, bands: list[dict[str, Any]], discount: Fraction
) -> list[tuple[str, str]]:
    """(role, user id) in order: whom the rule names, else the next manager up the teams of the deal's owner."""
    managers = _managers(uow, deal.owner_id)
    found: list[tuple[str, str]] = []
    for band in bands:
        approver = band.get("approver_id") or next(managers, None)
        if approver is None:
            raise NobodyToApprove(role=band["role"], discount=f"{shown(discount):g}")
        found.append((band["role"], approver))
    return found


def _managers(uow: UnitOfWork, owner_id: str | None) -> Iterator[str]:
    """The managers of somebody's teams and of the teams above them, from the nearest up, each once."""
    if owner_id is None:
        return
    told = {owner_id}
    owner = _copies(uow, "user", [owner_id]).get(owner_id, {})
    level = list(owner.get("team_ids") or [])
    seen: set[str] = set()
    while level := [team_id for team_id in level if team_id not in seen]:
        seen |= set(level)
        teams = _copies(uow, "team", level)
        named = [teams.get(team_id, {}).get("manager_id") for team_id in level]
        people = _copies(uow, "user", [user_id for user_id in named if user_id])
        for user_id in named:
            if user_id and user_id not in told and people.get(user_id, {}).get("is_active") is not False:
                told.add(user_id)
                yield user_id
        parents = [teams.get(team_id, {}).get("parent_id") for team_id in level]
        level = [team_id for team_id in parents if team_id]


def _copies(uow: UnitOfWork, kind: str, record_ids: list[str]) -> dict[str, dict[str, Any]]:
    rows = uow.session.execute(
        select(reference.c.id, reference.c.data).where(
            reference.c.workspace_id == uow.ctx.workspace_id,
            reference.c.type == kind,
            reference.c.id.in_([one for one in record_ids if ids.is_id(one)]),
        )
    )
    return {row.id: dict(row.data) for row in rows}
