"""The reads every kind of record has: a page of a list, one by id, many by id. Plain values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, func, inspect, select
from sqlalchemy.orm import Session

from chassis import codec, filters, paging, searching, sharing
from chassis.context import Context
from chassis.errors import Gone, NotFound
from chassis.filters import Catalogue, Environment
from chassis.record import Record, view_of
from chassis.searching import Searchable

Decorate = Callable[[Session, Context, list[dict[str, Any]]], None]


def table_of(cls: type[Any]) -> Table:
    """The table of a mapped class."""
    table = inspect(cls).local_table
    assert isinstance(table, Table)
    return table


def environment_of(ctx: Context, time_zone: str = "UTC") -> Environment:
    """What `me`, `now` and `today` mean for this caller."""
    user = ctx.on_behalf_of or (None if ctx.actor.startswith("system:") else ctx.actor)
    return Environment(user, (), ctx.now, time_zone, ctx.workspace_id)


def visible(cls: type[Record], ctx: Context) -> list[ColumnElement[bool]]:
    """The conditions under which a caller sees records of `cls`: its workspace, not deleted, shared where need be."""
    table = table_of(cls)
    return [
        table.c.workspace_id == ctx.workspace_id,
        table.c.deleted_at.is_(None),
        *sharing.conditions(cls, ctx),
    ]


def list_records(
    session: Session,
    ctx: Context,
    cls: type[Record],
    catalogue: Catalogue,
    *,
    filter: Any = None,
    sort: str | None = "",
    limit: int = 50,
    after: Sequence[Any] | None = None,
    count: bool = False,
    time_zone: str = "UTC",
    conditions: Sequence[ColumnElement[bool]] = (),
    decorate: Decorate | None = None,
) -> dict[str, Any]:
    """One page: `{"data": [...], "next": [...] or None, "total"}`; newest first unless sorted otherwise.

    `conditions` narrow the list further; `decorate` adds derived values to the views of a page, in one statement.
    """
    table = table_of(cls)
    where = [
        *visible(cls, ctx),
        *conditions,
        filters.to_sql(filters.parse(filter, catalogue), environment_of(ctx, time_zone)),
    ]
    keys = paging.parse_sort(sort or "-created_at", catalogue)
    rows = session.execute(paging.page(select(table).where(*where), keys, table.c.id, after, limit)).all()
    views = [view_of(cls, row._mapping) for row in rows[:limit]]
    if decorate is not None and views:
        decorate(session, ctx, views)
    following = paging.next_after(rows, limit)
    page: dict[str, Any] = {
        "data": views,
        "next": None if following is None else codec.plain(list(following)),
    }
    if count:
        page["total"] = session.scalar(select(func.count()).select_from(table).where(*where)) or 0
    return page


def get_record(
    session: Session, ctx: Context, cls: type[Record], record_id: str, decorate: Decorate | None = None
) -> dict[str, Any]:
    """One record; raises `NotFound` or `Gone`."""
    table = table_of(cls)
    row = session.execute(
        select(table).where(
            table.c.workspace_id == ctx.workspace_id, table.c.id == record_id, *sharing.conditions(cls, ctx)
        )
    ).first()
    if row is None:
        raise NotFound(what=cls.noun, id=record_id)
    if row.deleted_at is not None:
        raise Gone(what=cls.noun, id=record_id)
    views = [view_of(cls, row._mapping)]
    if decorate is not None:
        decorate(session, ctx, views)
    return views[0]


def read_records(
    session: Session,
    ctx: Context,
    cls: type[Record],
    record_ids: Sequence[str],
    decorate: Decorate | None = None,
) -> dict[str, Any]:
    """Many records by id in one statement: `{"data": [...], "missing": [ids]}`, order kept."""
    table = table_of(cls)
    rows = session.execute(
        select(table).where(*visible(cls, ctx), table.c.id.in_(list(dict.fromkeys(record_ids))))
    ).all()
    found = {row.id: view_of(cls, row._mapping) for row in rows}
    views = [found[record_id] for record_id in dict.fromkeys(record_ids) if record_id in found]
    if decorate is not None and views:
        decorate(session, ctx, views)
    return {"data": views, "missing": [record_id for record_id in record_ids if record_id not in found]}


def lister(
    cls: type[Record], catalogue: Catalogue, decorate: Decorate | None = None
) -> Callable[..., dict[str, Any]]:
    """The query `list_<plural>` of a kind of record."""

    def run(session: Session, ctx: Context, **arguments: Any) -> dict[str, Any]:
        return list_records(session, ctx, cls, catalogue, decorate=decorate, **arguments)

    return run


def getter(cls: type[Record], decorate: Decorate | None = None) -> Callable[..., dict[str, Any]]:
    """The query `get_<noun>`; its argument is `<noun>_id`."""

    def run(session: Session, ctx: Context, **arguments: Any) -> dict[str, Any]:
        return get_record(session, ctx, cls, arguments[f"{cls.noun}_id"], decorate)

    return run


def reader(cls: type[Record], decorate: Decorate | None = None) -> Callable[..., dict[str, Any]]:
    """The query `read_<plural>` of many ids."""

    def run(session: Session, ctx: Context, *, ids: Sequence[str]) -> dict[str, Any]:
        return read_records(session, ctx, cls, ids, decorate)

    return run


def searcher(cls: type[Searchable]) -> Callable[..., dict[str, Any]]:
    """The query `search_<plural>`: the records that fit `q`, the best first; hits as of `searching.find`."""

    def run(session: Session, ctx: Context, *, q: str, limit: int = 10) -> dict[str, Any]:
        return {"data": searching.find(session, ctx, cls, visible(cls, ctx), q, limit)}

    return run


def describer(catalogues: Mapping[str, Catalogue]) -> Callable[..., dict[str, Any]]:
    """The query `describe`: the filterable fields of each kind of record of a service."""

    def run(session: Session, ctx: Context, *, resource: str) -> dict[str, Any]:
        if resource not in catalogues:
            raise NotFound(what="resource", id=resource)
        return {"fields": catalogues[resource].describe()}

    return run
