"""Take a lead from a partner, once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.context import Context
from chassis.reading import visible
from chassis.unit_of_work import UnitOfWork
from contacts.domain.lead import Lead
from contacts.queries.figures import with_last_activity
from contacts.usecases.create_lead import create_lead

ACCEPTED, SAME_EXTERNAL_ID, SAME_EMAIL = "accepted", "same_external_id", "same_email"


def submit_lead(uow: UnitOfWork, ctx: Context, **values: Any) -> dict[str, Any]:
    """A new lead, unless the partner submitted it before: their own external id or address says so.

    Only what the partner may see is looked at, so that an address learns nothing about anybody else's leads.
    """
    for name, outcome in (("external_id", SAME_EXTERNAL_ID), ("email", SAME_EMAIL)):
        known = _own(uow, ctx, name, values.get(name))
        if known is not None:
            return _answer(uow, ctx, known, outcome)
    return _answer(uow, ctx, create_lead(uow, ctx, **values), ACCEPTED)


def _own(uow: UnitOfWork, ctx: Context, name: str, value: str | None) -> Lead | None:
    if value is None:
        return None
    column = getattr(Lead, name)
    return uow.first(select(Lead).where(*visible(Lead, ctx), column == value).order_by(Lead.created_at))


def _answer(uow: UnitOfWork, ctx: Context, lead: Lead, outcome: str) -> dict[str, Any]:
    view = lead.view()
    with_last_activity(uow.session, ctx, [view])
    return {"lead": view, "outcome": outcome}
