"""The few statements that SQLite and PostgreSQL spell alike but SQLAlchemy keeps in two dialects."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

CHUNK = 400


def _insert(session: Session, table: Table) -> Any:
    dialect = importlib.import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    return dialect.insert(table)


def insert_if_absent(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Insert `rows`, passing over those whose key exists; returns the primary keys that were inserted."""
    done: list[tuple[Any, ...]] = []
    for start in range(0, len(rows), CHUNK):
        statement = (
            _insert(session, table)
            .values(list(rows[start : start + CHUNK]))
            .on_conflict_do_nothing()
            .returning(*table.primary_key.columns)
        )
        done.extend(tuple(row) for row in session.execute(statement))
    return done


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
    statement = _insert(session, table)
    assign = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    where = None if newer is None else statement.excluded[newer] > table.c[newer]
    # Rows as parameters, not as VALUES: the statement is compiled once whatever their number.
    session.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=assign, where=where), list(rows)
    )
