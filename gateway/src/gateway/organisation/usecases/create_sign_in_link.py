"""Make a link that signs a person in."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.errors import UserNotActive
from gateway.organisation.domain.sign_in import LINK_LIFETIME, SignInLink
from gateway.organisation.domain.user import User, may_grant


def create_sign_in_link(
    uow: UnitOfWork, ctx: Context, *, link_id: str, token_hash: str, user_id: str | None = None
) -> dict[str, Any]:
    """For the caller, or for somebody who may do no more than the caller."""
    user = uow.get(User, user_id or ctx.caller)
    may_grant(ctx.role, user.role)
    if not user.is_active:
        raise UserNotActive(name=user.name)
    link = SignInLink(id=link_id, user_id=user.id, token_hash=token_hash, expires_at=ctx.now + LINK_LIFETIME)
    uow.add_row(link)
    return {"user_id": user.id, "expires_at": link.expires_at}
