"""Keyset paging: lists walk by the values of their sort keys and the id, never by offset.

Absent values come last in both directions on both databases, so a page boundary may fall among them. Texts
are sorted without regard to the case of A to Z, by code point beyond that, which both databases do alike.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    Row,
    Select,
    SQLColumnExpression,
    and_,
    false,
    literal,
    or_,
    tuple_,
)

from chassis.clock import Instant, from_text
from chassis.errors import AppError
from chassis.filters.errors import InvalidFilter
from chassis.filters.fields import Catalogue, Field
from chassis.filters.portable import ascii_lower

MAX_LIMIT = 200
DEFAULT_LIMIT = 50
MAX_KEYS = 4


class InvalidSort(InvalidFilter):
    """A sort order that cannot be read; details as of `InvalidFilter`."""

    code = "invalid_sort"
    parameter = "sort"


class InvalidLimit(AppError):
    kind = "malformed"
    code = "invalid_limit"
    message = "limit is a whole number from 1 to {maximum}."


class InvalidCursor(AppError):
    kind = "malformed"
    code = "invalid_cursor"
    message = "The cursor is damaged; start again without one."


class CursorMismatch(AppError):
    kind = "malformed"
    code = "cursor_mismatch"
    message = "The cursor belongs to a list with another filter or sort order; start again without one."


@dataclass(frozen=True)
class SortKey:
    """A field to sort by, rising or falling."""

    field: Field
    is_descending: bool = False

    def __str__(self) -> str:
        return ("-" if self.is_descending else "") + self.field.name

    @property
    def expression(self) -> SQLColumnExpression[Any]:
        column = self.field.expression()
        return ascii_lower(column) if self.field.type in ("text", "select") else column


def parse_sort(text: str | None, catalogue: Catalogue) -> list[SortKey]:
    """The keys of `-amount,name` (minus: falling); at most four, each field once. Raises `InvalidSort`."""
    if not text or not text.strip():
        return []
    keys: list[SortKey] = []
    position = 0
    for part in text.split(","):
        start = position + len(part) - len(part.lstrip())
        word = part.strip()
        name = word.removeprefix("-")
        field = catalogue.field(name, start + len(word) - len(name), InvalidSort)
        if not field.is_sortable:
            allowed = [entry.name for entry in catalogue if entry.is_sortable]
            raise InvalidSort(start, f"A list cannot be sorted by {name}.", allowed)
        if any(key.field == field for key in keys):
            raise InvalidSort(start, f"{name} is named twice.")
        keys.append(SortKey(field, word.startswith("-")))
        if len(keys) > MAX_KEYS:
            raise InvalidSort(start, f"A list is sorted by at most {MAX_KEYS} fields.")
        position += len(part) + 1
    return keys


def check_limit(limit: int | str | None, most: int = MAX_LIMIT) -> int:
    """The page size: 1 to `most`, 50 when None. Raises `InvalidLimit`."""
    if limit is None:
        return DEFAULT_LIMIT
    text = str(limit)
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise InvalidLimit(maximum=most, limit=text[:20])
    return int(text)


def page(
    query: Select[*tuple[Any, ...]],
    sort: Sequence[SortKey],
    id_column: SQLColumnExpression[str],
    after: Sequence[Any] | None = None,
    limit: int = DEFAULT_LIMIT,
    most: int = MAX_LIMIT,
) -> Select[*tuple[Any, ...]]:
    """`query` for one page: after the key `after` (of `next_after`), in order, one row more than `limit`.

    The keys travel as the last columns of each row, so run it with `execute`, not `scalars`. The id decides
    ties, in the direction of the last key.
    """
    check_limit(limit, most)
    falling = bool(sort) and sort[-1].is_descending
    keys = [_Key(key.expression, key.is_descending, _is_nullable(key.field)) for key in sort]
    keys.append(_Key(id_column, falling, False))
    if after is not None:
        if len(after) != len(keys):
            raise CursorMismatch()
        query = query.where(_comes_after(keys, after))
    labelled: list[ColumnElement[Any]] = [key.column.label(f"page_{index}") for index, key in enumerate(keys)]
    return query.add_columns(*labelled).order_by(*(key.order for key in keys)).limit(limit + 1)


def next_after(rows: Sequence[Row[Any]], limit: int = DEFAULT_LIMIT) -> tuple[Any, ...] | None:
    """The key after `rows[:limit]`, or None when there is no further page; `rows` as `page` fetched them."""
    if len(rows) <= limit:
        return None
    row = rows[limit - 1]._mapping
    values: list[Any] = []
    while (name := f"page_{len(values)}") in row:
        values.append(row[name])
    return tuple(values)


@dataclass(frozen=True, eq=False)
class _Key:
    column: Any
    is_descending: bool
    is_nullable: bool

    @property
    def order(self) -> ColumnElement[Any]:
        order: ColumnElement[Any] = self.column.desc() if self.is_descending else self.column.asc()
        # Said only where it matters: PostgreSQL would not use a plain index for a falling NULLS LAST.
        return order.nulls_last() if self.is_nullable else order

    def bound(self, value: Any) -> ColumnElement[Any]:
        return literal(_from_wire(value, self.column.type), self.column.type)

    def reaches(self, value: Any) -> ColumnElement[bool]:
        """At `value` or after it, for a column without NULLs."""
        bound: ColumnElement[bool] = (
            self.column <= self.bound(value) if self.is_descending else self.column >= self.bound(value)
        )
        return bound

    def passes(self, value: Any) -> ColumnElement[bool]:
        """Strictly after `value`; nothing is after an absent value."""
        if value is None:
            return false()
        later: ColumnElement[bool] = (
            self.column < self.bound(value) if self.is_descending else self.column > self.bound(value)
        )
        return or_(later, self.column.is_(None)) if self.is_nullable else later

    def equals(self, value: Any) -> ColumnElement[bool]:
        same: ColumnElement[bool] = (
            self.column.is_(None) if value is None else self.column == self.bound(value)
        )
        return same


def _comes_after(keys: Sequence[_Key], after: Sequence[Any]) -> ColumnElement[bool]:
    first = keys[0]
    if not any(key.is_nullable for key in keys) and len({key.is_descending for key in keys}) == 1:
        # A row comparison is one range of an index; the general form below is not.
        row, values = tuple_(*(key.column for key in keys)), tuple_(*map(_Key.bound, keys, after))
        return row < values if first.is_descending else row > values
    condition: ColumnElement[bool] = false()
    for key, value in reversed(list(zip(keys, after, strict=True))):
        condition = or_(key.passes(value), and_(key.equals(value), condition))
    # Implied by the rest, but something an index can start from.
    return condition if first.is_nullable else and_(first.reaches(after[0]), condition)


def _from_wire(value: Any, kind: Any) -> Any:
    """A key's value as the column knows it; one that travelled comes as text."""
    if not isinstance(value, str) or not isinstance(kind, (Instant, Date)):
        return value
    try:
        return from_text(value) if isinstance(kind, Instant) else date.fromisoformat(value)
    except ValueError:
        raise InvalidCursor() from None


def _is_nullable(field: Field) -> bool:
    """Whether it may be NULL: only a plain column of the record's own table is known not to be."""
    column = getattr(field.expression(), "expression", None)
    return "." in field.name or not isinstance(column, Column) or column.nullable is not False


def digest_of(*parts: str) -> str:
    """What a cursor is bound to: workspace, resource, canonical filter, sort."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def encode_cursor(secret: bytes, values: Sequence[Any], digest: str) -> str:
    """An opaque, signed text of the key `values`; `digest` names the list it belongs to."""
    payload = json.dumps([digest, *map(_packed, values)], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_signature(secret, payload) + payload).decode().rstrip("=")


def decode_cursor(secret: bytes, cursor: str, digest: str) -> tuple[Any, ...]:
    """The key in the cursor. Raises `InvalidCursor` (damaged, forged) or `CursorMismatch` (other list)."""
    try:
        data = base64.b64decode(
            cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
    except (ValueError, binascii.Error):
        raise InvalidCursor() from None
    payload = data[32:]
    if not payload or not hmac.compare_digest(data[:32], _signature(secret, payload)):
        raise InvalidCursor()
    bound_to, *values = json.loads(payload)
    if bound_to != digest:
        raise CursorMismatch()
    return tuple(map(_unpacked, values))


def _signature(secret: bytes, payload: bytes) -> bytes:
    return hmac.new(secret, b"cursor\0" + payload, hashlib.sha256).digest()


def _packed(value: Any) -> Any:
    match value:
        case datetime():
            return {"instant": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case Decimal():
            return {"decimal": str(value)}
    return value


def _unpacked(value: Any) -> Any:
    match value:
        case {"instant": text}:
            return datetime.fromisoformat(text)
        case {"day": text}:
            return date.fromisoformat(text)
        case {"decimal": text}:
            return Decimal(text)
    return value
