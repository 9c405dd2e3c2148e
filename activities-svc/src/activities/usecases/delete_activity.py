"""Delete an activity softly, and take it off the timelines."""

from __future__ import annotations

from activities.domain.activity import Activity
from activities.usecases.placing import take_off
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def delete_activity(uow: UnitOfWork, ctx: Context, *, activity_id: str, expected_version: int) -> Activity:
    activity = uow.get(Activity, activity_id, expected_version)
    uow.delete(activity)
    take_off(uow, activity)
    return activity
