"""Reports at a past instant: the same queries, over the facts as they were known then.

Every kind of fact has a table of what is true now and one of what was true before. For a question about the past each
statement gets, in front of it, a common table expression with the name of the table of the present, made of the rows of
either that held at that instant: the name of the table then means the past, and no query has to know.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from chassis import ids
from chassis.context import Context
from chassis.errors import Invalid
from chassis.reading import table_of
from reporting.domain.contract_facts import CONTRACTS
from reporting.domain.deal_fact import DEALS
from reporting.domain.facts import Facts
from reporting.domain.marketing_facts import LEADS, SPEND
from reporting.domain.selling_facts import FORECASTS, PURCHASES, QUOTAS
from reporting.domain.touch_facts import TOUCHES

_OPTION = "reporting_as_of"
_FACTS: Mapping[str, Facts] = {
    table_of(facts.current).name: facts
    for facts in (DEALS, LEADS, SPEND, PURCHASES, QUOTAS, FORECASTS, CONTRACTS, TOUCHES)
}
_NAMES = re.compile(rf"\b({'|'.join(_FACTS)})\b")

Report = Callable[..., dict[str, Any]]


class AsOfInFuture(Invalid):
    code = "reporting.as_of_in_future"
    message = "Nobody knows yet what will be at {as_of}; ask for now or a moment before."


def dated(report: Report) -> Report:
    """The report, which then takes `as_of`: its figures, as they would have been told at that instant."""

    @wraps(report)
    def run(session: Session, ctx: Context, *, as_of: datetime | None = None, **asked: Any) -> dict[str, Any]:
        if as_of is None:
            return {**report(session, ctx, **asked), "as_of": None}
        with known_at(session, ctx, as_of):
            found = report(session, ctx, **asked)
        # The lists behind the figures are those of today.
        for row in found["data"] if isinstance(found["data"], list) else (found["data"],):
            if "records" in row:
                row["records"] = None
        return {**found, "records": None, "as_of": as_of}

    return run


@contextmanager
def known_at(session: Session, ctx: Context, moment: datetime | None) -> Iterator[None]:
    """Within this, statements of the session read the facts as they were at a moment; None is now.

    Raises `AsOfInFuture`.
    """
    if moment is None:
        yield
        return
    if moment > ctx.now:
        raise AsOfInFuture(as_of=moment.isoformat())
    connection = session.connection()
    before = connection.get_execution_options().get(_OPTION)
    connection.execution_options(**{_OPTION: (ctx.workspace_id, moment)})
    try:
        yield
    finally:
        connection.execution_options(**{_OPTION: before})


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _look_back(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> tuple[str, Any]:
    """Put the past in front of a statement that is to read it."""
    asked: tuple[str, datetime] | None = connection.get_execution_options().get(_OPTION)
    named = sorted(set(_NAMES.findall(statement))) if asked else []
    if asked is None or not named:
        return statement, parameters
    pasts = ", ".join(_past(name, *asked, dialect=connection.dialect.name) for name in named)
    rest = statement.lstrip()
    if rest[:5].upper() == "WITH ":
        return f"WITH {pasts}, {rest[5:]}", parameters
    return f"WITH {pasts} {statement}", parameters


def _past(name: str, workspace_id: str, moment: datetime, *, dialect: str) -> str:
    """The rows of a kind of fact that held at a moment, under the name of those that hold now."""
    if not ids.is_id(workspace_id, "workspace"):
        raise ValueError(f"{workspace_id!r} is no workspace")
    facts = _FACTS[name]
    columns = ", ".join(column.name for column in table_of(facts.current).columns)
    utc = moment.astimezone(UTC)
    # Without a schema SQLite would take the expression for its own source.
    home = "main." if dialect == "sqlite" else ""
    at = (
        f"'{utc:%Y-%m-%d %H:%M:%S.%f}'"
        if dialect == "sqlite"
        else f"TIMESTAMPTZ '{utc:%Y-%m-%d %H:%M:%S.%f}+00'"
    )
    mine = f"workspace_id = '{workspace_id}' AND valid_from <= {at}"
    return (
        f"{name} AS (SELECT {columns} FROM {home}{name} WHERE {mine} "  # noqa: S608 - own names, a checked id, an instant
        f"UNION ALL SELECT {columns} FROM {home}{table_of(facts.before).name} WHERE {mine} AND valid_to > {at})"
    )
