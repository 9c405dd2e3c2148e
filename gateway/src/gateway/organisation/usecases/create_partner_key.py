"""Make a key for a partner's programs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.errors import TooManyKeys
from gateway.organisation.domain.partner import ACTIVE_KEYS, Partner, PartnerKey


def create_partner_key(
    uow: UnitOfWork,
    ctx: Context,
    *,
    partner_key_id: str,
    partner_id: str,
    name: str,
    scopes: list[str],
    expires_at: datetime | None,
    secret_hash: str,
) -> PartnerKey:
    """Two keys may be active at once, so that one can take over from the other; no more, so that none is forgotten."""
    # Locked, so that of two who make a key at this moment the second counts the first one's.
    uow.first(
        select(Partner)
        .where(Partner.workspace_id == ctx.workspace_id, Partner.id == partner_id)
        .with_for_update()
    )
    partner = uow.get(Partner, partner_id)
    keys = uow.scalars(
        select(PartnerKey).where(
            PartnerKey.workspace_id == ctx.workspace_id, PartnerKey.partner_id == partner.id
        )
    )
    if sum(key.is_active(ctx.now) for key in keys) >= ACTIVE_KEYS:
        raise TooManyKeys(name=partner.name, count=ACTIVE_KEYS)
    return uow.add(
        PartnerKey(
            id=partner_key_id,
            partner_id=partner.id,
            name=name,
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
            secret_hash=secret_hash,
        )
    )
