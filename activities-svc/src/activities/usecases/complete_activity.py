"""Complete a task."""

from __future__ import annotations

from activities.domain.activity import Activity
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def complete_activity(uow: UnitOfWork, ctx: Context, *, activity_id: str, expected_version: int) -> Activity:
    activity = uow.get(Activity, activity_id, expected_version)
    activity.complete(at=ctx.now)
    return activity
