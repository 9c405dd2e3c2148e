"""Remove a partner."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.partner import Partner


def delete_partner(uow: UnitOfWork, ctx: Context, *, partner_id: str) -> Partner:
    """It takes no version: whoever shuts a partner out must not be told to look again first."""
    partner = uow.get(Partner, partner_id)
    uow.delete(partner)
    return partner
