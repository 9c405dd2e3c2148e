"""What a kind of fact is: one table of what is true now, one of what was true before, and how an event becomes a row.

A question about the past reads both tables: the rows of either that held at that instant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.clock import Instant
from chassis.envelope import Event
from reporting.domain.base import Base
from reporting.domain.validity import State

RECORD = "record_id"


@dataclass(frozen=True)
class Facts:
    """A kind of fact, fed by `events`. `key` is the column that holds the record's id."""

    events: tuple[str, ...]
    current: type[Base]
    before: type[Base]
    state_of: Callable[[Event], State]
    key: str = RECORD


class Stated:
    """Columns of both tables: whose state, told as which event of the record, since when."""

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[datetime] = mapped_column(Instant)
    is_deleted: Mapped[bool]


class Current:
    """The column of a table of what is true now."""

    version: Mapped[int] = mapped_column(Integer, sort_order=1)


class Before:
    """The columns of a table of what was true until `valid_to`."""

    version: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=1)
    valid_to: Mapped[datetime] = mapped_column(Instant, sort_order=2)


def told_of(noun: str, *further: str) -> tuple[str, ...]:
    """The events that tell the state of a kind of record: the four of every kind, and `further` ones."""
    names = ("created", "properties_changed", "deleted", "restored", *further)
    return tuple(f"{noun}.{name}.v1" for name in names)


def stated(event: Event) -> State:
    """The columns of `Stated` and the version, out of an event."""
    record = event.record
    return {
        "workspace_id": event.workspace_id,
        RECORD: event.subject_id,
        "sequence": event.sequence,
        "version": record["version"],
        "valid_from": clock.from_text(record["updated_at"]),
        "is_deleted": event.type.endswith(".deleted.v1"),
    }


def priced(record: Mapping[str, Any]) -> State:
    """The columns `amount` and `currency` of a record's amount; both None without one."""
    amount = record.get("amount")
    if amount is None:
        return {"amount": None, "currency": None}
    return {"amount": Decimal(amount["amount"]), "currency": amount["currency"]}


def day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)


def instant(text: Any) -> datetime | None:
    return None if text is None else clock.from_text(text)
