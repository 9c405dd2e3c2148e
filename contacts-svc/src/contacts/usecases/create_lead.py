"""Add a lead."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.lead import Lead


def create_lead(uow: UnitOfWork, ctx: Context, *, lead_id: str | None = None, **values: Any) -> Lead:
    lead = Lead(id=lead_id)
    lead.set(values)
    return uow.add(lead)
