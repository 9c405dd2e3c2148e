"""Finding the view that a use case names."""

from __future__ import annotations

from chassis import access
from chassis.errors import NotFound
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import SavedView


def seen_view(uow: UnitOfWork, view_id: str) -> SavedView:
    """A view that the caller can see; raises `NotFound` for another's private one."""
    view = uow.get(SavedView, view_id)
    if not view.is_seen_by(uow.ctx.caller):
        raise NotFound(what="view", id=view_id)
    return view


def own_view(uow: UnitOfWork, view_id: str, expected_version: int) -> SavedView:
    """A view of the caller's; raises `NotFound` or `ViewNotYours` before it looks at the version."""
    seen_view(uow, view_id).require_owner(uow.ctx.caller)
    return uow.get(SavedView, view_id, expected_version)


def require_sharing(uow: UnitOfWork, is_shared: bool | None) -> None:
    """Everybody keeps views of their own; what all see is for those who may write."""
    if is_shared:
        access.require(uow.ctx, "write")
