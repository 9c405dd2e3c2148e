"""Exports: a list from its first row to its last, in pages of bare tuples; what a row costs is what counts here.

The columns are those of the record, the derived ones that lists show, the names of what a record points to, and one
for each custom property in use. Values are JSON: money as `[amount, currency]`, lists as lists.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    true,
    type_coerce,
)
from sqlalchemy import Numeric as AnyNumber
from sqlalchemy.orm import Session

from chassis import clock, codec, filters, money, paging
from chassis.clock import Instant
from chassis.context import Context
from chassis.errors import AppError
from chassis.filters import Catalogue, Field
from chassis.money import Amount
from chassis.reading import environment_of, table_of, visible
from chassis.record import Record, visible_columns

LIMIT = 1000
MOST = 2000
MOST_CUSTOM = 200
CUSTOM = "custom"
PREFIX = "custom."


class UnknownColumn(AppError):
    kind = "malformed"
    code = "unknown_field"
    message = "There is no field {name}; records have {allowed}."


@dataclass(frozen=True)
class _Source:
    """One column of an export: the SQL columns it is made of, and how their values become one of JSON."""

    name: str
    type: str
    columns: Sequence[ColumnElement[Any]]
    values: Callable[..., Sequence[Any]]


def exporter(cls: type[Record], catalogue: Catalogue) -> Callable[..., dict[str, Any]]:
    """The query `export_<plural>` of a kind of record."""
    found: list[dict[str, _Source]] = []

    def run(session: Session, ctx: Context, **arguments: Any) -> dict[str, Any]:
        # Made at the first use: only then everything is mapped.
        if not found:
            found.append(_sources(cls, catalogue))
        return _export(session, ctx, cls, catalogue, found[0], **arguments)

    return run


def _export(
    session: Session,
    ctx: Context,
    cls: type[Record],
    catalogue: Catalogue,
    sources: dict[str, _Source],
    *,
    filter: Any = None,
    sort: str | None = "",
    fields: Sequence[str] = (),
    custom: Sequence[str] | None = None,
    after: Sequence[Any] | None = None,
    limit: int = LIMIT,
    time_zone: str = "UTC",
) -> dict[str, Any]:
    """One page: `{"columns": [{name, type}], "rows": [[...]], "next", "custom", "total"?}`.

    The first page counts the rows and looks which custom properties are in use; the next ones are told them.
    """
    table = table_of(cls)
    where = [
        *visible(cls, ctx),
        filters.to_sql(filters.parse(filter, catalogue), environment_of(ctx, time_zone)),
    ]
    chosen = _chosen(fields, sources)
    keys = paging.parse_sort(sort or "-created_at", catalogue)
    wants_custom = CUSTOM in table.c and (not fields or CUSTOM in fields)
    if custom is None:
        custom = _custom_names(session, table, where) if wants_custom else ()
    columns: list[ColumnElement[Any]] = [column for source in chosen for column in source.columns]
    if custom:
        columns.append(type_coerce(table.c.custom, Text).label("c_custom"))
    statement: Select[Any] = select(*columns).where(*where)
    rows = session.execute(paging.page(statement, keys, table.c.id, after, limit, most=MOST)).all()
    following = paging.next_after(rows, limit)
    page: dict[str, Any] = {
        "columns": [
            *({"name": source.name, "type": source.type} for source in chosen),
            *({"name": PREFIX + name, "type": "custom"} for name in custom),
        ],
        "rows": _tuples(rows[:limit], chosen, custom),
        "next": None if following is None else codec.plain(list(following)),
        "custom": list(custom),
    }
    if after is None:
        page["total"] = session.scalar(select(func.count()).select_from(table).where(*where)) or 0
    return page


def _tuples(rows: Sequence[Any], chosen: Sequence[_Source], custom: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows as values of JSON. Whole columns are turned at a time: a loop over cells costs twice as much."""
    if not rows:
        return []
    raw = list(zip(*rows, strict=True))
    columns: list[Sequence[Any]] = []
    position = 0
    for source in chosen:
        width = len(source.columns)
        columns.append(source.values(*raw[position : position + width]))
        position += width
    if custom:
        objects = [codec.loads(text) if text != "{}" else {} for text in map(_text, raw[position])]
        columns.extend([one.get(name) for one in objects] for name in custom)
    return list(zip(*columns, strict=True))


def _chosen(fields: Sequence[str], sources: dict[str, _Source]) -> list[_Source]:
    for name in fields:
        if name not in sources and name != CUSTOM:
            raise UnknownColumn(name=name[:80], allowed=", ".join(sources))
    wanted = dict.fromkeys(["id", *fields]) if fields else sources
    return [sources[name] for name in wanted if name in sources]


def _custom_names(session: Session, table: Table, where: Sequence[ColumnElement[bool]]) -> list[str]:
    """The custom properties that any of these records has."""
    if session.get_bind().dialect.name == "sqlite":
        entries = func.json_each(table.c.custom).table_valued("key")
    else:
        entries = func.json_object_keys(table.c.custom).table_valued("key").render_derived()
    found = session.scalars(
        select(entries.c.key)
        .select_from(table.join(entries, true()))
        .where(*where, cast(table.c.custom, Text) != "{}")
        .distinct()
        .limit(MOST_CUSTOM)
    )
    return sorted(found)


def _sources(cls: type[Record], catalogue: Catalogue) -> dict[str, _Source]:
    """Every column an export may have, by name, in the order they are shown."""
    table = table_of(cls)
    found: dict[str, _Source] = {}
    for name in visible_columns(cls):
        if name == CUSTOM:
            continue
        column = table.c[name]
        if name in cls.money_columns:
            currency = table.c[cls.money_columns[name]]
            found[name] = _Source(
                name, "money", [column.label(f"c_{name}"), currency.label(f"c_{name}_currency")], _moneys
            )
        else:
            found[name] = _of_column(name, column)
    for field in catalogue:
        if field.name not in found and field.type not in ("references", "list"):
            hop, _, end = field.name.partition(".")
            if not end or (end == "name" and f"{hop}_id" in found):
                found[field.name] = _of_field(field)
    return found


def _of_column(name: str, column: Column[Any]) -> _Source:
    kind = column.type
    label = column.label(f"c_{name}")
    if isinstance(kind, Instant):
        return _Source(name, "instant", [label], _instants)
    if isinstance(kind, Date):
        return _Source(name, "date", [label], _days)
    if isinstance(kind, Amount):
        return _Source(name, "number", [label], _amounts)
    if isinstance(kind, JSON):
        return _Source(name, "json", [type_coerce(column, Text).label(f"c_{name}")], _documents)
    word = (
        "boolean"
        if isinstance(kind, Boolean)
        else "number"
        if isinstance(kind, (Integer, AnyNumber))
        else "text"
    )
    return _Source(name, word, [label], _as_they_are)


def _of_field(field: Field) -> _Source:
    label: ColumnElement[Any] = field.expression().label("c_" + field.name.replace(".", "_"))
    word, values = {
        "instant": ("instant", _instants),
        "date": ("date", _days),
        "money": ("number", _amounts),
        "number": ("number", _as_they_are),
        "boolean": ("boolean", _as_they_are),
    }.get(field.type, ("text", _as_they_are))
    return _Source(field.name, word, [label], values)


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values


def _instants(values: Sequence[Any]) -> Sequence[Any]:
    return [None if value is None else clock.to_text(value) for value in values]


def _days(values: Sequence[Any]) -> Sequence[Any]:
    return [None if value is None else value.isoformat() for value in values]


def _amounts(values: Sequence[Any]) -> Sequence[Any]:
    return [None if value is None else money.text(value) for value in values]


def _moneys(amounts: Sequence[Any], currencies: Sequence[Any]) -> Sequence[Any]:
    return [
        None if amount is None else (money.text(amount), currency)
        for amount, currency in zip(amounts, currencies, strict=True)
    ]


def _documents(values: Sequence[Any]) -> Sequence[Any]:
    """JSON columns, which arrive as text on SQLite. Most are alike, so each text is read once a page."""
    read: dict[Any, Any] = {}
    found: list[Any] = []
    for value in values:
        if isinstance(value, str):
            if value not in read:
                read[value] = codec.loads(value)
            value = read[value]
        found.append(value)
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else codec.dumps(value)
