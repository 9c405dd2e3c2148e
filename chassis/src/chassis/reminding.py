"""Facts that time brings: what falls due is claimed and told in one transaction, so that each is told once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from chassis.context import system
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.record import Record

AT_ONCE = 200

T = TypeVar("T")


def remind(runtime: Runtime, due: Callable[[], Select[T]], tell: Callable[[Session, T], bool]) -> None:
    """Tell of everything that `due` finds, in every workspace; `tell` says whether it told something.

    What was looked at must not be due any more afterwards, told or not.
    """

    def work(session: Session) -> tuple[int, int]:
        statement = due().limit(AT_ONCE).with_for_update(skip_locked=True)
        found = session.scalars(statement.execution_options(**ACROSS)).all()
        return len(found), sum(tell(session, one) for one in found)

    looked = AT_ONCE
    while looked == AT_ONCE:
        looked, told = runtime.database.transact(work)
        if told:
            runtime.nudge()


def tell_of(runtime: Runtime, session: Session, record: Record, event_type: str, **data: Any) -> None:
    """Tell a fact about a record as it is; its version stays."""
    uow = runtime.unit_of_work(session, system(record.workspace_id, "reminders"))
    uow.tell_of(record, event_type, **data)
    uow.flush()
