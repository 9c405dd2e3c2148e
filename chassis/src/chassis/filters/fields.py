"""What can be filtered and sorted by: fields with a type, and the catalogue that knows them by name.

The operators follow from the type. A field one hop away is an entry whose name has one dot and whose column
is an SQL expression (a scalar subquery, or a column the query joins).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, SQLColumnExpression

from chassis.filters.errors import InvalidFilter, Position, closest

FieldType = Literal[
    "text", "number", "money", "date", "instant", "boolean", "reference", "references", "select", "list"
]

_ORDERED = ("=", "!=", "<", "<=", ">", ">=", "in")
OPERATORS: dict[FieldType, tuple[str, ...]] = {
    "text": ("=", "!=", "~", "in"),
    "number": _ORDERED,
    "money": _ORDERED,
    "date": _ORDERED,
    "instant": _ORDERED,
    "boolean": ("=", "!="),
    "reference": ("=", "!=", "in"),
    "references": ("=", "!=", "in"),
    "select": ("=", "!=", "in"),
    "list": (":",),
}
"""Operators by type. Besides these, `= null` and `!= null` work on every field."""

_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)?")


@dataclass(frozen=True)
class Field:
    """One field. `column` is None where only `evaluate` reads it; `values` are those of a select.

    A field of type `references` points to many records through rows of another table: `linked(ids, workspace_id)`
    is the condition that one of them is among `ids` (None: that there is any) in that workspace.
    """

    name: str
    type: FieldType
    column: SQLColumnExpression[Any] | None = field(default=None, compare=False, repr=False)
    values: tuple[str, ...] = ()
    linked: Callable[[Sequence[Any] | None, str | None], ColumnElement[bool]] | None = field(
        default=None, compare=False, repr=False
    )

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.type]

    @property
    def is_sortable(self) -> bool:
        return self.type not in ("list", "references")

    def links(self, ids: Sequence[Any] | None, workspace_id: str | None) -> ColumnElement[bool]:
        if self.linked is None:
            raise ValueError(f"the field {self.name!r} has no links, so no query can use it")
        return self.linked(ids, workspace_id)

    def expression(self) -> SQLColumnExpression[Any]:
        if self.column is None:
            raise ValueError(f"the field {self.name!r} has no column, so no query can use it")
        return self.column

    def describe(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "operators": list(self.operators),
            "sortable": self.is_sortable,
        }
        if self.values:
            row["enum"] = list(self.values)
        return row


class Catalogue:
    """The fields of one resource, in the order they are shown; extend with `Catalogue([*old, *more])`."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._fields: dict[str, Field] = {}
        for entry in fields:
            if not _NAME.fullmatch(entry.name):
                raise ValueError(f"{entry.name!r} is no field name: a word, or two with one dot")
            if entry.name in self._fields:
                raise ValueError(f"the field {entry.name!r} is listed twice")
            self._fields[entry.name] = entry

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def field(self, name: str, position: Position = 0, error: type[InvalidFilter] = InvalidFilter) -> Field:
        """The field of that name; raises `InvalidFilter` (or the given subclass) with the likely one."""
        found = self._fields.get(name)
        if found is not None:
            return found
        if name.count(".") > 1:
            raise error(position, f"'{name}' goes more than one hop.", self._fields)
        raise error(position, f"There is no field '{name}'.", self._fields, closest(name, self._fields))

    def describe(self) -> list[dict[str, Any]]:
        """Rows of the schema resource: name, type, operators, sortable, and enum for selects."""
        return [entry.describe() for entry in self]
