"""The writes without a rule of their own: plain field edits, soft delete, restore. Rules make use cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chassis.context import Context
from chassis.record import Record
from chassis.unit_of_work import UnitOfWork


def updater(cls: type[Record]) -> Callable[..., Record]:
    """The command `update_<noun>`: sets the given plain properties of a record at the expected version."""

    def run(
        uow: UnitOfWork, ctx: Context, *, expected_version: int, changes: dict[str, Any], **arguments: Any
    ) -> Record:
        record = uow.get(cls, arguments[f"{cls.noun}_id"], expected_version)
        record.set(changes)
        return record

    return run


def deleter(cls: type[Record]) -> Callable[..., Record]:
    """The command `delete_<noun>`: soft, can be restored for 30 days."""

    def run(uow: UnitOfWork, ctx: Context, *, expected_version: int, **arguments: Any) -> Record:
        record = uow.get(cls, arguments[f"{cls.noun}_id"], expected_version)
        uow.delete(record)
        return record

    return run


def restorer(cls: type[Record]) -> Callable[..., Record]:
    """The command `restore_<noun>`: brings a deleted record back; does nothing to one that is not deleted."""

    def run(uow: UnitOfWork, ctx: Context, **arguments: Any) -> Record:
        record = uow.get_deleted(cls, arguments[f"{cls.noun}_id"])
        record.deleted_at = None
        return record

    return run
