"""What becomes of a lead: whose it is, what it is worth, how far it has come."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.lead import ACCEPTED, RECYCLED, REJECTED, Lead, LifecycleStep


def assign_lead(uow: UnitOfWork, ctx: Context, *, lead_id: str, owner_id: str) -> Lead:
    """Give a lead without an owner to somebody; who has taken it meanwhile keeps it."""
    lead = uow.get(Lead, lead_id)
    if lead.owner_id is None:
        lead.owner_id = owner_id
    return lead


def set_lead_score(uow: UnitOfWork, ctx: Context, *, lead_id: str, score: int, revision: int) -> Lead:
    """Keep the newest score; one that was computed before it is passed over."""
    lead = uow.get(Lead, lead_id)
    if revision > (lead.score_revision or 0):
        lead.score_revision = revision
        if lead.score != score:
            lead.score = score
    return lead


def set_lifecycle(
    uow: UnitOfWork, ctx: Context, *, lead_id: str, stage: str, reason: str | None, is_backwards: bool
) -> Lead:
    """Asked again it is the same: a lead that is there already stays."""
    lead = uow.get(Lead, lead_id)
    if lead.lifecycle_stage != stage:
        step = lead.enter(stage, at=ctx.now, by=ctx.caller, reason=reason, is_backwards=is_backwards)
        uow.append(LifecycleStep, step)
    return lead


def accept_lead(uow: UnitOfWork, ctx: Context, *, lead_id: str, expected_version: int) -> Lead:
    return _answer(uow, ctx, lead_id, expected_version, ACCEPTED, None)


def reject_lead(uow: UnitOfWork, ctx: Context, *, lead_id: str, expected_version: int, reason: str) -> Lead:
    return _answer(uow, ctx, lead_id, expected_version, REJECTED, reason)


def recycle_lead(
    uow: UnitOfWork, ctx: Context, *, lead_id: str, expected_version: int, reason: str | None
) -> Lead:
    return _answer(uow, ctx, lead_id, expected_version, RECYCLED, reason)


def _answer(
    uow: UnitOfWork, ctx: Context, lead_id: str, version: int, handoff: str, reason: str | None
) -> Lead:
    lead = uow.get(Lead, lead_id, version)
    uow.append(LifecycleStep, lead.answer(handoff, at=ctx.now, by=ctx.caller, reason=reason))
    return lead
