"""Add a partner."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.partner import Partner


def create_partner(uow: UnitOfWork, ctx: Context, *, partner_id: str | None = None, **values: Any) -> Partner:
    partner = Partner(id=partner_id, is_active=True, shown_fields=[], requests_per_second=50, streams=20)
    partner.set(values)
    return uow.add(partner)
