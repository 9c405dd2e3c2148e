"""Take back an import of people or teams: what changed is put back, but nobody who came is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.errors import AppError, RuleBroken
from chassis.undoing import Restore, Undoer, undoing
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.team import Team
from gateway.organisation.domain.user import User


class PeopleStay(RuleBroken):
    code = "organisation.people_stay"
    message = (
        "People and teams stay when an import is undone: records may be theirs. Deactivate them instead."
    )


def _all(uow: UnitOfWork, job_id: str, records: Sequence[User | Team]) -> dict[str, AppError]:
    return {record.id: PeopleStay() for record in records}


def _none(uow: UnitOfWork, pairs: Sequence[tuple[Any, dict[str, Any]]]) -> Restore[Any]:
    def restore(record: User | Team, values: dict[str, Any]) -> None:
        raise PeopleStay()

    return restore


undo_import = undoing(
    {"users": Undoer(cls=User, keep=_all, restore=_none), "teams": Undoer(cls=Team, keep=_all, restore=_none)}
)
