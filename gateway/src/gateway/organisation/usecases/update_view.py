"""Change a saved view: rename it, share it, save over it."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import SavedView
from gateway.organisation.usecases.views import own_view, require_sharing


def update_view(
    uow: UnitOfWork, ctx: Context, *, view_id: str, expected_version: int, changes: dict[str, Any]
) -> SavedView:
    view = own_view(uow, view_id, expected_version)
    require_sharing(uow, changes.get("is_shared"))
    view.change(changes, by=ctx.caller)
    return view
