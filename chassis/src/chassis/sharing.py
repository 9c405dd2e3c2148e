"""Which records partners see: those they made and those shared with them. One predicate for lists, reads and writes.

Grants are rows beside the records, in the same database: made with the record when a partner makes it, otherwise by
sharing. Sharing is told as an event of the record (`<noun>.shared.v1`), so that it has a place in the record's history;
of a record that a partner makes the event of its making says whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Index, String, Table, false, inspect, select
from sqlalchemy.orm import Mapped, Session, declared_attr, mapped_column

from chassis.access import PARTNER
from chassis.clock import Instant
from chassis.context import Context
from chassis.errors import Forbidden
from chassis.record import DomainEvent, Record, Shown

TABLE = "access_grant"
READ, WRITE = "read", "write"
ACCESS = (READ, WRITE)


class Grant:
    """Columns of a grant; a service whose records are shared maps them as `class AccessGrant(Grant, Base)`."""

    __tablename__ = TABLE

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    principal_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    access: Mapped[str] = mapped_column(String(8))
    is_maker: Mapped[bool] = mapped_column()
    granted_at: Mapped[datetime] = mapped_column(Instant)

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - a directive of the class
        return (Index("ix_access_grant_record", "workspace_id", "record_type", "record_id"),)


class ReadOnly(Forbidden):
    code = "shared_for_reading"
    message = "The {what} {id} is shared with you for reading only."


@dataclass(frozen=True)
class Shared(DomainEvent):
    """A partner may see the record from now on, or write it too."""

    partner_id: str
    access: str
    is_maker: bool
    wire: ClassVar[str] = ""


@dataclass(frozen=True)
class Unshared(DomainEvent):
    """A partner may not see the record any more."""

    partner_id: str
    wire: ClassVar[str] = ""


@cache
def fact(kind: type[DomainEvent], noun: str) -> type[Any]:
    """`Shared` or `Unshared` as it is told of one kind of record."""
    return type(kind.__name__, (kind,), {"wire": f"{noun}.{kind.__name__.lower()}.v1"})


def grants_of(cls: type[Record]) -> Table:
    """The table of grants beside the records of `cls`."""
    found: Table = _table(cls).metadata.tables[TABLE]
    return found


def conditions(cls: type[Record], ctx: Context, access: str = READ) -> list[ColumnElement[bool]]:
    """What narrows records of `cls` to those the caller may see: nothing for those who work here."""
    if ctx.role != PARTNER or cls.shown_to_partners is Shown.ALL:
        return []
    if cls.shown_to_partners is Shown.NOTHING:
        return [false()]
    grants, table = grants_of(cls), _table(cls)
    held = [
        grants.c.workspace_id == ctx.workspace_id,
        grants.c.principal_id == ctx.caller,
        grants.c.record_type == cls.noun,
        grants.c.record_id == table.c.id,
    ]
    if access == WRITE:
        held.append(grants.c.access == WRITE)
    return [select(grants.c.record_id).where(*held).exists()]


def access_to(session: Session, ctx: Context, cls: type[Record], record_id: str) -> str | None:
    """What the caller may do with one record: `write`, `read` or nothing.

    Records that are not shared one by one are parts of the work of an operation that was opened to partners.
    """
    if ctx.role != PARTNER or cls.shown_to_partners is not Shown.GRANTED:
        return WRITE
    return access_of(session, ctx.workspace_id, ctx.caller, cls, record_id)


def access_of(
    session: Session, workspace_id: str, principal_id: str, cls: type[Record], record_id: str
) -> str | None:
    """What somebody was granted on one record."""
    grants = grants_of(cls)
    found: str | None = session.scalar(
        select(grants.c.access).where(
            grants.c.workspace_id == workspace_id,
            grants.c.principal_id == principal_id,
            grants.c.record_type == cls.noun,
            grants.c.record_id == record_id,
        )
    )
    return found


def made_by(ctx: Context, record: Record) -> dict[str, Any] | None:
    """The grant that comes with a record which a partner makes; None for everybody else's."""
    if ctx.role != PARTNER or type(record).shown_to_partners is not Shown.GRANTED:
        return None
    return {
        "workspace_id": ctx.workspace_id,
        "principal_id": ctx.caller,
        "record_type": record.noun,
        "record_id": record.id,
        "access": WRITE,
        "is_maker": True,
        "granted_at": ctx.now,
    }


def _table(cls: type[Any]) -> Table:
    table = inspect(cls).local_table
    assert isinstance(table, Table)
    return table
