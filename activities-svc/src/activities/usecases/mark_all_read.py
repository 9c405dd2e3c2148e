"""Remember that all notifications of the caller were read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from activities.domain.notification import Notification
from activities.usecases.own_notifications import all_own
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def mark_all_read(uow: UnitOfWork, ctx: Context, *, until: datetime | None) -> dict[str, Any]:
    """`until` leaves alone what came after the caller looked."""
    found = all_own(uow, ctx, until, Notification.read_at.is_(None))
    for notification in found:
        notification.mark_read(at=ctx.now)
    return {"changed": len(found)}
