"""The workspace wall inside the engine: no statement may touch a workspace's table without naming the workspace.

It runs on every statement of every engine, flushes and Core included. Work that spans workspaces (a timer that
looks for what is due everywhere) says so with the execution option `across_workspaces`.
"""

from __future__ import annotations

from typing import Any

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
    """The names of workspace tables in `statement` that no condition binds to a workspace."""
    tables: set[str] = set()
    bound: set[str] = set()
    for element in visitors.iterate(statement):
        if isinstance(element, Table):
            if _guarded(element):
                tables.add(element.name)
        elif isinstance(element, BinaryExpression) and element.operator in (operators.eq, operators.in_op):
            for side in (element.left, element.right):
                for column in side.clauses if isinstance(side, Tuple) else (side,):
                    bound.update(_workspace_of(column))
        elif isinstance(element, Column) and isinstance(element.table, Table) and _guarded(element.table):
            tables.add(element.table.name)
    return tables - bound


def install(engine: Engine) -> None:
    """Guard every statement that `engine` executes."""

    @event.listens_for(engine, "before_execute")
    def check(conn: Any, statement: Any, multiparams: Any, params: Any, options: Any) -> None:
        if options.get("across_workspaces"):
            return
        if isinstance(statement, TextClause):
            raise UnboundStatement("textual SQL needs the across_workspaces option and a review")
        if isinstance(statement, (SelectBase, Update, Delete)):
            unbound = missing(statement)
            if unbound:
                raise UnboundStatement(f"no workspace_id condition on {', '.join(sorted(unbound))}")
