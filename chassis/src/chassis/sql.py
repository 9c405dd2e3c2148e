"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two dialects."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session


def lock(session: Session, *names: str) -> None:
    """Let one transaction at a time go on from here, of all that name the same; until its end.

    Writers of SQLite come one after the other anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = "/".join(names)
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def insert_into(session: Session, table: Table) -> Any:
    """An INSERT that knows `on_conflict_do_...`, in the session's dialect."""
    dialect = importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    return dialect.insert(table)


def insert_if_absent(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Insert `rows`, passing over those whose key exists; returns the primary keys that were inserted."""
    if not rows:
        return []
    statement = insert_into(session, table).on_conflict_do_nothing().returning(*table.primary_key.columns)
    # Rows as parameters, not as VALUES: the statement is compiled once whatever their number.
    return [tuple(row) for row in session.execute(statement, list(rows))]


def upsert(
    session: Session,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    newer: str | None = None,
) -> None:
    """Insert `rows` or overwrite those with the same key; with `newer`, only when that column grows."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = insert_into(session, table)
    assign = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    where = None if newer is None else statement.excluded[newer] > table.c[newer]
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=assign, where=where), list(rows)
    )


def add_up(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert `rows` of a counting table, or raise `count` (and `last_at`) of those that are there."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key.columns]
    # In one order, so that two transactions over the same rows never wait for each other crosswise.
    listed = sorted(rows, key=lambda row: [str(row[key]) for key in keys])
    statement = insert_into(session, table)
    excluded = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=keys, set_={"count": table.c.count + excluded.count, "last_at": excluded.last_at}
        ),
        listed,
    )


def insert_texts(
    session: Session, table: Table, rows: Sequence[tuple[str, ...]], *, is_new: bool = True
) -> None:
    """Insert many rows of nothing but texts, in the order of the table's columns; for rows by the ten thousand.

    Goes to the driver as it is: SQLAlchemy's work for each row costs more than the row. With `is_new=False` those
    whose key exists are passed over.
    """
    if not rows:
        return
    connection = session.connection()
    preparer = connection.dialect.identifier_preparer
    places = ", ".join(["?" if connection.dialect.paramstyle == "qmark" else "%s"] * len(table.columns))
    names = ", ".join(preparer.format_column(column) for column in table.columns)
    otherwise = "" if is_new else " ON CONFLICT DO NOTHING"
    connection.exec_driver_sql(
        f"INSERT INTO {preparer.format_table(table)} ({names}) VALUES ({places}){otherwise}",  # noqa: S608 - names of our own tables
        list(rows),
    )
