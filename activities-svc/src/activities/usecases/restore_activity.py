"""Bring a deleted activity back, onto its timelines too; does nothing to one that is not deleted."""

from __future__ import annotations

from activities.domain.activity import Activity
from activities.usecases.placing import place
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def restore_activity(uow: UnitOfWork, ctx: Context, *, activity_id: str) -> Activity:
    activity = uow.get_deleted(Activity, activity_id)
    if activity.deleted_at is not None:
        activity.deleted_at = None
        place(uow, activity)
    return activity
