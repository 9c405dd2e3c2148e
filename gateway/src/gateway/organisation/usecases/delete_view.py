"""Delete a saved view; it can be restored."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import SavedView
from gateway.organisation.usecases.views import own_view


def delete_view(uow: UnitOfWork, ctx: Context, *, view_id: str, expected_version: int) -> SavedView:
    view = own_view(uow, view_id, expected_version)
    uow.delete(view)
    return view
