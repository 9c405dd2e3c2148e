"""Bring a deleted view back."""

from __future__ import annotations

from chassis.context import Context
from chassis.errors import NotFound
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import SavedView


def restore_view(uow: UnitOfWork, ctx: Context, *, view_id: str) -> SavedView:
    view = uow.get_deleted(SavedView, view_id)
    if not view.is_seen_by(ctx.caller):
        raise NotFound(what="view", id=view_id)
    view.require_owner(ctx.caller)
    view.deleted_at = None
    return view
