"""Reads of notifications: everybody's own, and nobody else's, whatever their role."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from activities.domain.notification import Notification
from chassis.context import Context
from chassis.errors import NotFound
from chassis.filters import Catalogue, Field
from chassis.reading import list_records, table_of, visible
from chassis.record import view_of
from messages.activities import NOTIFICATION_KINDS

NOTIFICATION_FIELDS = Catalogue(
    [
        Field("id", "reference", Notification.id),
        Field("kind", "select", Notification.kind, NOTIFICATION_KINDS),
        Field("title", "text", Notification.title),
        Field("body", "text", Notification.body),
        Field("target_id", "reference", Notification.target_id),
        Field("actor_id", "reference", Notification.actor_id),
        Field("workflow_id", "reference", Notification.workflow_id),
        Field("workflow_run_id", "reference", Notification.workflow_run_id),
        Field("happened_at", "instant", Notification.happened_at),
        Field("read_at", "instant", Notification.read_at),
        Field("archived_at", "instant", Notification.archived_at),
        Field("created_at", "instant", Notification.created_at),
        Field("updated_at", "instant", Notification.updated_at),
    ]
)


def _own(ctx: Context) -> ColumnElement[bool]:
    return table_of(Notification).c.user_id == ctx.caller


def list_notifications(session: Session, ctx: Context, **arguments: Any) -> dict[str, Any]:
    return list_records(session, ctx, Notification, NOTIFICATION_FIELDS, conditions=[_own(ctx)], **arguments)


def read_notifications(session: Session, ctx: Context, *, ids: Sequence[str]) -> dict[str, Any]:
    """Many by id; somebody else's are missing."""
    table = table_of(Notification)
    wanted = list(dict.fromkeys(ids))
    rows = session.execute(
        select(table).where(*visible(Notification, ctx), _own(ctx), table.c.id.in_(wanted))
    )
    found = {row.id: view_of(Notification, row._mapping) for row in rows}
    return {
        "data": [found[one] for one in wanted if one in found],
        "missing": [one for one in ids if one not in found],
    }


def get_notification(session: Session, ctx: Context, *, notification_id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = read_notifications(session, ctx, ids=[notification_id])["data"]
    if not found:
        raise NotFound(what=Notification.noun, id=notification_id)
    return found[0]


def count_unread(session: Session, ctx: Context) -> dict[str, Any]:
    """Counted in the index of what is unread, which is short."""
    return {
        "unread": session.scalar(
            select(func.count())
            .select_from(Notification)
            .where(*visible(Notification, ctx), _own(ctx), Notification.read_at.is_(None))
        )
        or 0
    }
