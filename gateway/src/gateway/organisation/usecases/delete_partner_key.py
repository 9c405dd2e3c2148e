"""Revoke a partner's key."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.partner import PartnerKey


def delete_partner_key(uow: UnitOfWork, ctx: Context, *, partner_key_id: str) -> PartnerKey:
    """It takes no version: whoever finds a leaked key must not be told to look again first."""
    key = uow.get(PartnerKey, partner_key_id)
    uow.delete(key)
    return key
