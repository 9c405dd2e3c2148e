"""Writes without a rule of their own: plain edits, soft delete, restore, sharing, enrolling. Rules make use cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from chassis import sharing
from chassis.context import Context
from chassis.reading import get_record
from chassis.record import Record
from chassis.sql import upsert
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


def enroller(cls: type[Record]) -> Callable[..., Record]:
    """The command `enroll_<noun>`: tells that a workflow takes the record up, which stays as it is."""

    def run(uow: UnitOfWork, ctx: Context, **arguments: Any) -> Record:
        record = uow.get(cls, arguments.pop(f"{cls.noun}_id"))
        uow.tell_of(record, f"{cls.noun}.enrolled.v1", **arguments)
        return record

    return run


def sharer(cls: type[Record]) -> Callable[..., Record]:
    """The command `share_<noun>`: a partner may read the record, or write it too; again the same changes nothing."""

    def run(uow: UnitOfWork, ctx: Context, *, partner_id: str, access: str, **arguments: Any) -> Record:
        record = uow.get(cls, arguments[f"{cls.noun}_id"])
        known = _grant(uow.session, ctx, cls, record.id, partner_id)
        if known is not None and known.access == access:
            return record
        is_maker = known is not None and known.is_maker
        row = {
            "workspace_id": ctx.workspace_id,
            "principal_id": partner_id,
            "record_type": cls.noun,
            "record_id": record.id,
            "access": access,
            "is_maker": is_maker,
            "granted_at": ctx.now,
        }
        upsert(uow.session, sharing.grants_of(cls), [row])
        told = sharing.fact(sharing.Shared, cls.noun)
        record.happened(told(partner_id=partner_id, access=access, is_maker=is_maker))
        return record

    return run


def unsharer(cls: type[Record]) -> Callable[..., Record]:
    """The command `unshare_<noun>`: the partner sees the record no more, also when they made it."""

    def run(uow: UnitOfWork, ctx: Context, *, partner_id: str, **arguments: Any) -> Record:
        record = uow.get(cls, arguments[f"{cls.noun}_id"])
        if _grant(uow.session, ctx, cls, record.id, partner_id) is None:
            return record
        grants = sharing.grants_of(cls)
        uow.session.execute(delete(grants).where(*_key(cls, ctx, record.id, partner_id)))
        record.happened(sharing.fact(sharing.Unshared, cls.noun)(partner_id=partner_id))
        return record

    return run


def shares_of(cls: type[Record]) -> Callable[..., dict[str, Any]]:
    """The query `list_<noun>_shares`: the partners that see a record, and what they may do with it."""

    def run(session: Session, ctx: Context, **arguments: Any) -> dict[str, Any]:
        record_id = get_record(session, ctx, cls, arguments[f"{cls.noun}_id"])["id"]
        grants = sharing.grants_of(cls)
        rows = session.execute(
            select(grants.c.principal_id, grants.c.access, grants.c.is_maker, grants.c.granted_at)
            .where(*_key(cls, ctx, record_id))
            .order_by(grants.c.granted_at, grants.c.principal_id)
        )
        return {
            "data": [
                {
                    "partner_id": row.principal_id,
                    "access": row.access,
                    "is_maker": row.is_maker,
                    "granted_at": row.granted_at,
                }
                for row in rows
            ]
        }

    return run


def _key(cls: type[Record], ctx: Context, record_id: str, partner_id: str | None = None) -> list[Any]:
    grants = sharing.grants_of(cls)
    found = [
        grants.c.workspace_id == ctx.workspace_id,
        grants.c.record_type == cls.noun,
        grants.c.record_id == record_id,
    ]
    return found if partner_id is None else [*found, grants.c.principal_id == partner_id]


def _grant(session: Session, ctx: Context, cls: type[Record], record_id: str, partner_id: str) -> Any:
    grants = sharing.grants_of(cls)
    return session.execute(
        select(grants.c.access, grants.c.is_maker).where(*_key(cls, ctx, record_id, partner_id))
    ).first()
