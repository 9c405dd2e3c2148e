"""Edit an activity's plain properties."""

from __future__ import annotations

from typing import Any

from activities.domain.activity import Activity
from activities.usecases.placing import place
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def update_activity(
    uow: UnitOfWork, ctx: Context, *, activity_id: str, expected_version: int, changes: dict[str, Any]
) -> Activity:
    activity = uow.get(Activity, activity_id, expected_version)
    activity.edit(changes, at=ctx.now)
    if {"record_ids", "occurred_at"} & changes.keys():
        place(uow, activity)
    return activity
