"""Bring an archived notification back into sight."""

from __future__ import annotations

from activities.domain.notification import Notification
from activities.usecases.own_notifications import own
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def unarchive_notification(uow: UnitOfWork, ctx: Context, *, notification_id: str) -> Notification:
    notification = own(uow, ctx, notification_id)
    notification.unarchive()
    return notification
