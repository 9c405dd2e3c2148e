"""Let a list open with a view, for the caller."""

from __future__ import annotations

from chassis.context import Context
from chassis.reading import table_of
from chassis.sql import upsert
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.saved_view import DefaultView, SavedView
from gateway.organisation.usecases.views import seen_view


def make_view_default(uow: UnitOfWork, ctx: Context, *, view_id: str) -> SavedView:
    view = seen_view(uow, view_id)
    row = {"workspace_id": ctx.workspace_id, "user_id": ctx.caller, "resource": view.resource}
    upsert(uow.session, table_of(DefaultView), [{**row, "view_id": view.id}])
    return view
