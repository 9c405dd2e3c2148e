"""Save a view of a list."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import SavedView
from gateway.organisation.usecases.views import require_sharing


def create_view(uow: UnitOfWork, ctx: Context, *, view_id: str | None = None, **values: Any) -> SavedView:
    require_sharing(uow, values.get("is_shared"))
    view = SavedView(id=view_id, owner_id=ctx.caller)
    view.set(values)
    return uow.add(view)
