"""Take back an import of activities, off the timelines too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from activities.domain.activity import Activity
from activities.usecases.placing import place, take_off
from chassis.undoing import Restore, Undoer, put_back, undoing
from chassis.unit_of_work import UnitOfWork

PLACING = frozenset({"record_ids", "occurred_at"})


def _take_off(uow: UnitOfWork, activities: Sequence[Activity]) -> None:
    take_off(uow, *activities)


def _restore(uow: UnitOfWork, pairs: Sequence[tuple[Activity, dict[str, Any]]]) -> Restore[Activity]:
    for activity, values in pairs:
        put_back(activity, values)
    place(uow, *(activity for activity, values in pairs if PLACING & values.keys()))
    return lambda activity, values: None


undo_import = undoing({"activities": Undoer(cls=Activity, remove=_take_off, restore=_restore)})
