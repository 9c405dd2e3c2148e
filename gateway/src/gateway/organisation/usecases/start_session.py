"""Spend a sign-in link on a session."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.errors import LinkNotValid
from gateway.organisation.domain.sign_in import BrowserSession, SignInLink
from gateway.organisation.domain.user import User


def start_session(
    uow: UnitOfWork, ctx: Context, *, link_id: str, session_id: str, token_hash: str
) -> dict[str, Any]:
    """The link's row is locked while it is spent, so that two browsers cannot both get in."""
    link = uow.first(
        select(SignInLink)
        .where(SignInLink.workspace_id == ctx.workspace_id, SignInLink.id == link_id)
        .with_for_update()
    )
    if link is None:
        raise LinkNotValid()
    link.spend(ctx.now)
    user = uow.get(User, link.user_id)
    if not user.is_active:
        raise LinkNotValid()
    uow.add_row(
        BrowserSession(
            id=session_id, user_id=user.id, token_hash=token_hash, started_at=ctx.now, seen_at=ctx.now
        )
    )
    return {"id": session_id, "user_id": user.id}
