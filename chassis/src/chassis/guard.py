"""The workspace wall inside the engine: no statement may touch a workspace's table without naming the workspace.

It runs on every statement of every engine, flushes and Core included. Work that spans workspaces (a timer that
looks for what is due everywhere) says so with the execution option `across_workspaces`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Engine, Table, event
from sqlalchemy.sql import operators, visitors
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.elements import BinaryExpression, ClauseElement, TextClause
from sqlalchemy.sql.selectable import SelectBase

ACROSS = {"across_workspaces": True}


class UnboundStatement(RuntimeError):
    """A statement on a workspace's table names no workspace: a defect in the program."""


def _guarded(table: Table) -> bool:
    return "workspace_id" in table.c and not table.info.get("technical")


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
                if isinstance(side, Column) and side.name == "workspace_id" and isinstance(side.table, Table):
                    bound.add(side.table.name)
                elif getattr(side, "name", None) == "workspace_id" and getattr(side, "table", None) is not None:
                    owner = getattr(side.table, "element", side.table)
                    bound.add(getattr(owner, "name", ""))
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
