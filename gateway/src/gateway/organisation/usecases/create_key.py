"""Make an API key."""

from __future__ import annotations

from datetime import datetime

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.key import Key
from gateway.organisation.domain.user import may_grant


def create_key(
    uow: UnitOfWork,
    ctx: Context,
    *,
    key_id: str,
    name: str,
    role: str,
    expires_at: datetime | None,
    secret_hash: str,
) -> Key:
    """The key acts for the caller, with at most the caller's rights."""
    may_grant(ctx.role, role)
    return uow.add(
        Key(
            id=key_id,
            name=name,
            role=role,
            user_id=ctx.caller,
            expires_at=expires_at,
            secret_hash=secret_hash,
        )
    )
