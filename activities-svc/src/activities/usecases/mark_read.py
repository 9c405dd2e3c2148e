"""Remember that a notification was read."""

from __future__ import annotations

from activities.domain.notification import Notification
from activities.usecases.own_notifications import own
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def mark_read(uow: UnitOfWork, ctx: Context, *, notification_id: str) -> Notification:
    """It takes no version: nobody but its user changes it, and reading twice is reading once."""
    notification = own(uow, ctx, notification_id)
    notification.mark_read(at=ctx.now)
    return notification
