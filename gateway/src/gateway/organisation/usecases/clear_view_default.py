"""Let a list open with all records again, for the caller."""

from __future__ import annotations

from sqlalchemy import delete

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import DefaultView, SavedView
from gateway.organisation.usecases.views import seen_view


def clear_view_default(uow: UnitOfWork, ctx: Context, *, view_id: str) -> SavedView:
    view = seen_view(uow, view_id)
    uow.session.execute(
        delete(DefaultView).where(
            DefaultView.workspace_id == ctx.workspace_id,
            DefaultView.user_id == ctx.caller,
            DefaultView.view_id == view.id,
        )
    )
    return view
