"""What every business record has: workspace, id, version, timestamps, custom values - and news it tells.

A record collects what happened to it (`happened`); the unit of work turns that into events in the outbox of the
same transaction. `view()` is the one plain form of a record: in answers, in events, in lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from sqlalchemy import JSON, Integer, String, inspect
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from chassis import clock, ids
from chassis.clock import Instant
from chassis.errors import Stale
from chassis.money import Money


class Shown(Enum):
    """What partners see of a kind of record: nothing, what they made and what is shared with them, or all of it."""

    NOTHING = "nothing"
    GRANTED = "granted"
    ALL = "all"


_UNSET = object()
HIDDEN = frozenset({"workspace_id", "event_sequence", "deleted_at", "search_text"})


@dataclass(frozen=True)
class DomainEvent:
    """A fact about a record; subclasses name the wire event in `wire` and add what listeners need."""

    wire: ClassVar[str]


class Row:
    """Columns of every row of a workspace: the key is workspace and id."""

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)


class Record(Row):
    """A versioned business record.

    Subclasses set `noun` (event names and messages), `prefix` (ids) and `money_columns` (amount column ->
    currency column); `is_told = False` makes one that tells no events,
    `shown_to_partners` opens it to them. `version` moves with every change to the
    record or its parts, `event_sequence` with every event.
    """

    noun: ClassVar[str]
    prefix: ClassVar[str]
    money_columns: ClassVar[Mapping[str, str]] = {}
    hidden_columns: ClassVar[frozenset[str]] = frozenset()
    is_told: ClassVar[bool] = True
    shown_to_partners: ClassVar[Shown] = Shown.NOTHING

    version: Mapped[int] = mapped_column(Integer, default=1)
    event_sequence: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    deleted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    custom: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - a directive of the class
        # The version is raised by the unit of work; SQLAlchemy puts the old one into the UPDATE's condition.
        return {"version_id_col": cls.version, "version_id_generator": False}

    def happened(self, fact: DomainEvent) -> None:
        """Remember a fact to be told after commit."""
        self.facts.append(fact)

    @property
    def facts(self) -> list[DomainEvent]:
        facts: list[DomainEvent] = self.__dict__.setdefault("_facts", [])
        return facts

    def expect(self, version: int | None) -> None:
        """Refuse (`Stale`) unless the record is at the version the caller saw."""
        if version is not None and version != self.version:
            raise Stale(version=self.version, expected=version)

    def set(self, values: Mapping[str, Any]) -> None:
        """Assign plain properties; a `Money` also sets its currency column."""
        for name, value in values.items():
            if name in self.money_columns:
                self.set_money(name, value)
            elif name == "custom":
                self.custom = {**(self.custom or {}), **value}
            else:
                self._assign(name, value)

    def set_money(self, name: str, value: Money | None) -> None:
        self._assign(name, None if value is None else value.amount)
        if value is not None:
            self._assign(self.money_columns[name], value.currency)

    def _assign(self, name: str, value: Any) -> None:
        """Set an attribute unless it has this value; most of what an import brings again is as it was."""
        if self.__dict__.get(name, _UNSET) != value:
            setattr(self, name, value)

    def view(self) -> dict[str, Any]:
        """The record as plain values, as callers and listeners see it."""
        return view_of(type(self), self.__dict__ if not inspect(self).expired else columns_of(self))

    def changes(self) -> dict[str, list[Any]]:
        """What this transaction changed: field -> [before, after]."""
        state = inspect(self)
        found: dict[str, list[Any]] = {}
        touched = state.committed_state
        for name in visible_columns(type(self)) if touched else ():
            if name not in touched:
                continue
            history = state.attrs[name].history
            if history.has_changes():
                before = history.deleted[0] if history.deleted else None
                after = history.added[0] if history.added else None
                if before != after:
                    found[name] = [before, after]
        return found

    @classmethod
    def new_id(cls) -> str:
        return ids.new(cls.prefix)


def columns_of(record: Record) -> dict[str, Any]:
    """The values of all columns of a record, by attribute name."""
    return {name: getattr(record, name) for name in inspect(type(record)).column_attrs.keys()}  # noqa: SIM118 - a collection, no dict


_UNSET_DEFAULTS: dict[type, tuple[tuple[str, Any], ...]] = {}


def insertable(record: Record) -> dict[str, Any]:
    """The row of a new record, with the defaults of the columns it leaves out; the record takes them too."""
    cls = type(record)
    defaults = _UNSET_DEFAULTS.get(cls)
    if defaults is None:
        defaults = _UNSET_DEFAULTS[cls] = tuple(
            (attr.key, getattr(attr.columns[0].default, "arg", None)) for attr in inspect(cls).column_attrs
        )
    values = record.__dict__
    row: dict[str, Any] = {}
    for name, default in defaults:
        if name in values:
            row[name] = values[name]
        else:
            # A callable default takes the context of the statement, which none of ours looks at.
            row[name] = values[name] = default(None) if callable(default) else default
    return row


_columns: dict[type, tuple[str, ...]] = {}


def visible_columns(cls: type[Record]) -> tuple[str, ...]:
    """The names of the columns a record shows, in order of declaration, currencies folded into their amounts."""
    known = _columns.get(cls)
    if known is None:
        currencies = set(cls.money_columns.values())
        hidden = HIDDEN | cls.hidden_columns | (currencies - {"currency"})
        names = [attr.key for attr in inspect(cls).column_attrs if attr.key not in hidden]
        known = _columns[cls] = ("id", *(name for name in names if name != "id"))
    return known


def view_of(cls: type[Record], row: Any, only: Iterable[str] | None = None) -> dict[str, Any]:
    """The plain form of a row of `cls` (a mapping of column names to values)."""
    money = cls.money_columns
    found: dict[str, Any] = {}
    for name in visible_columns(cls):
        value = row.get(name)
        if name in money and value is not None:
            value = Money(value, row[money[name]])
        found[name] = value
    if only is not None:
        return {name: found[name] for name in only if name in found}
    return found


def stamp(record: Record, workspace_id: str, moment: datetime | None = None) -> None:
    """Give a new record its workspace, id and timestamps where it has none."""
    moment = moment or clock.now()
    record.workspace_id = workspace_id
    if not record.id:
        record.id = record.new_id()
    record.created_at = record.created_at or moment
    record.updated_at = record.updated_at or moment
    record.version = record.version or 1
    record.event_sequence = record.event_sequence or 0
    record.custom = record.custom if record.custom is not None else {}
