"""Put all notifications that the caller has read out of sight."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.domain.notification import Notification
from activities.usecases.own_notifications import all_own
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def archive_all(uow: UnitOfWork, ctx: Context, *, until: datetime | None) -> dict[str, Any]:
    """What nobody has read yet stays in sight."""
    found = all_own(uow, ctx, until, Notification.read_at.is_not(None))
    for notification in found:
        notification.archive(at=ctx.now)
    return {"changed": len(found)}
