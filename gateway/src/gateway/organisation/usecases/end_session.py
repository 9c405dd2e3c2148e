"""Sign out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.sign_in import BrowserSession


def end_session(uow: UnitOfWork, ctx: Context, *, session_id: str) -> dict[str, Any]:
    """Ending a session that has ended does nothing."""
    uow.session.execute(
        delete(BrowserSession).where(
            BrowserSession.workspace_id == ctx.workspace_id, BrowserSession.id == session_id
        )
    )
    return {}
