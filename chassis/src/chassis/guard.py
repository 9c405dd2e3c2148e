"""The workspace wall inside the engine: no statement may touch a workspace's table without naming the workspace.

It runs on every statement of every engine, flushes and Core included. Work that spans workspaces (a timer that
looks for what is due everywhere) says so with the execution option `across_workspaces`.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Engine, Table, event
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement, TextClause, Tuple
from sqlalchemy.sql.selectable import SelectBase

ACROSS = {"across_workspaces": True}


class UnboundStatement(RuntimeError):
    """A statement on a workspace's table names no workspace: a defect in the program."""


def _guarded(table: Table) -> bool:
    return "workspace_id" in table.c and not table.info.get("technical")


def _workspace_of(column: Any) -> set[str]:
    """The table whose workspace this column is, if it is one."""
    if getattr(column, "name", None) != "workspace_id" or getattr(column, "table", None) is None:
        return set()
    table = column.table
    return {getattr(getattr(table, "element", table), "name", "")}


def missing(statement: ClauseElement) -> set[str]:
    """The names of workspace tables in `statement` that no condition binds to a workspace.

    A table is bound by a value, or by another table that is: two tables that only name each other are not.
    """
    tables: set[str] = set()
    bound: set[str] = set()
    links: list[set[str]] = []
    for element in visitors.iterate(statement):
        if isinstance(element, Table):
            if _guarded(element):
                tables.add(element.name)
        elif isinstance(element, BinaryExpression) and element.operator in (operators.eq, operators.in_op):
            left, right = _workspaces_in(element.left), _workspaces_in(element.right)
            if left and right and "" not in left | right:
                links.append(left | right)
            else:
                bound |= left | right
        elif isinstance(element, Column) and isinstance(element.table, Table) and _guarded(element.table):
            tables.add(element.table.name)
    while reached := [link for link in links if link & bound and not link <= bound]:
        bound.update(*reached)
    return tables - bound


def _workspaces_in(side: Any) -> set[str]:
    """The tables whose workspace stands on one side of a comparison; a derived table has no name."""
    columns = side.clauses if isinstance(side, Tuple) else (side,)
    return set().union(*(_workspace_of(column) for column in columns))


def install(engine: Engine) -> None:
    """Guard every statement that `engine` executes; each is looked through once, when it is compiled."""
    verdicts: WeakKeyDictionary[Any, frozenset[str]] = WeakKeyDictionary()

    @event.listens_for(engine, "before_cursor_execute")
    def check(conn: Any, cursor: Any, sql: str, parameters: Any, context: Any, executemany: bool) -> None:
        compiled = context.compiled
        if compiled is None or context.execution_options.get("across_workspaces"):
            return
        unbound = verdicts.get(compiled)
        if unbound is None:
            unbound = verdicts[compiled] = _verdict(compiled.statement)
        if unbound:
            raise UnboundStatement(f"no workspace_id condition on {', '.join(sorted(unbound))}")


def _verdict(statement: Any) -> frozenset[str]:
    if isinstance(statement, TextClause):
        return frozenset({"textual SQL, which needs the across_workspaces option and a review"})
    if isinstance(statement, (SelectBase, Update, Delete)):
        return frozenset(missing(statement))
    return frozenset()
