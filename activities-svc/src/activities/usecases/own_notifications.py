"""Notifications as their user may reach them: one of their own, or all of them up to an instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from activities.domain.notification import MOST_KEPT, Notification
from chassis.context import Context
from chassis.errors import NotFound
from chassis.unit_of_work import UnitOfWork


def own(uow: UnitOfWork, ctx: Context, notification_id: str) -> Notification:
    """The caller's notification; somebody else's is `NotFound` like one that never was, for administrators too."""
    notification = uow.get(Notification, notification_id)
    if notification.user_id != ctx.caller:
        raise NotFound(what=Notification.noun, id=notification_id)
    return notification


def all_own(
    uow: UnitOfWork, ctx: Context, until: datetime | None, *conditions: ColumnElement[bool]
) -> Sequence[Notification]:
    """Those of the caller's notifications that are not archived, were made by `until`, and meet `conditions`."""
    made = () if until is None else (Notification.created_at <= until,)
    return uow.scalars(
        select(Notification)
        .where(
            Notification.workspace_id == ctx.workspace_id,
            Notification.user_id == ctx.caller,
            Notification.deleted_at.is_(None),
            Notification.archived_at.is_(None),
            *made,
            *conditions,
        )
        .order_by(Notification.created_at.desc())
        .limit(MOST_KEPT)
    )
