"""Put a notification out of sight."""

from __future__ import annotations

from activities.domain.notification import Notification
from activities.usecases.own_notifications import own
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def archive_notification(uow: UnitOfWork, ctx: Context, *, notification_id: str) -> Notification:
    notification = own(uow, ctx, notification_id)
    notification.archive(at=ctx.now)
    return notification
