"""Reads of saved views: one's own and the shared ones; which of them a list opens with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.errors import NotFound
from chassis.filters import Catalogue, Field
from chassis.reading import get_record, list_records, read_records
from gateway.organisation.domain.saved_view import DefaultView, SavedView
from messages.organisation import VIEWED

VIEW_FIELDS = Catalogue(
    [
        Field("id", "reference", SavedView.id),
        Field("name", "text", SavedView.name),
        Field("resource", "select", SavedView.resource, VIEWED),
        Field("owner_id", "reference", SavedView.owner_id),
        Field("is_shared", "boolean", SavedView.is_shared),
        Field("created_at", "instant", SavedView.created_at),
        Field("updated_at", "instant", SavedView.updated_at),
    ]
)


def with_default(session: Session, ctx: Context, views: list[dict[str, Any]]) -> None:
    """Add `is_default`: whether the caller's list opens with this view."""
    defaults = set(
        session.scalars(
            select(DefaultView.view_id).where(
                DefaultView.workspace_id == ctx.workspace_id, DefaultView.user_id == ctx.caller
            )
        )
    )
    for view in views:
        view["is_default"] = view["id"] in defaults


def _seen(ctx: Context) -> ColumnElement[bool]:
    return or_(SavedView.is_shared.is_(True), SavedView.owner_id == ctx.caller)


def list_views(session: Session, ctx: Context, **arguments: Any) -> dict[str, Any]:
    """One's own views and the shared ones."""
    return list_records(
        session, ctx, SavedView, VIEW_FIELDS, conditions=[_seen(ctx)], decorate=with_default, **arguments
    )


def get_view(session: Session, ctx: Context, *, view_id: str) -> dict[str, Any]:
    """Somebody else's private view is not there."""
    view = get_record(session, ctx, SavedView, view_id, with_default)
    if not (view["is_shared"] or view["owner_id"] == ctx.caller):
        raise NotFound(what="view", id=view_id)
    return view


def read_views(session: Session, ctx: Context, *, ids: Sequence[str]) -> dict[str, Any]:
    """Many by id; those that are not there for the caller are missing."""
    found = read_records(session, ctx, SavedView, ids, with_default)["data"]
    seen = [view for view in found if view["is_shared"] or view["owner_id"] == ctx.caller]
    known = {view["id"] for view in seen}
    return {"data": seen, "missing": [one for one in ids if one not in known]}
