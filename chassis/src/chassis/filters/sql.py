"""A filter as an SQL condition with the same answers on SQLite and PostgreSQL, and the same as in memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Double,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    or_,
    true,
)
from sqlalchemy.types import TypeEngine

from chassis.clock import Instant
from chassis.filters.fields import Field, FieldType
from chassis.filters.meaning import Constant, Environment, Test, meaning
from chassis.filters.nodes import And, Comparison, Filter, Node, Not
from chassis.filters.portable import ascii_lower, has_element, unicode_lower
from chassis.money import Amount

_TYPES: dict[FieldType, TypeEngine[Any]] = {
    "money": Amount(),
    "date": Date(),
    "instant": Instant(),
    "boolean": Boolean(),
}


def to_sql(filter: Filter, environment: Environment) -> ColumnElement[bool]:
    """The condition for a `where`.

    NULL counts as no, as always in a `where`; to negate a filter, negate it in the filter, not around the
    SQL. Raises `InvalidFilter` for `me` where nobody is signed in, `ValueError` for a field without a column.
    """
    return true() if filter.root is None else _node(filter.root, environment)


def _node(node: Node, environment: Environment) -> ColumnElement[bool]:
    if isinstance(node, Comparison):
        return _comparison(node, environment)
    if isinstance(node, Not):
        return _negation(_node(node.part, environment))
    parts = [_node(part, environment) for part in node.parts]
    return and_(*parts) if isinstance(node, And) else or_(*parts)


def _negation(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """True exactly where `condition` is false or NULL; reads the column once, for the sake of subqueries."""
    return condition.is_not(true())


def _comparison(comparison: Comparison, environment: Environment) -> ColumnElement[bool]:
    field = comparison.field
    asked = meaning(comparison, environment)
    equals = [tests[0][1] for tests in asked.alternatives if tests[0][0] == "="]
    conditions = [
        and_(*(_test(field, test, environment) for test in tests))
        for tests in asked.alternatives
        if tests[0][0] != "="
    ]
    if equals or not conditions:
        conditions.append(_any_equal(field, equals, environment))
    condition = or_(*conditions)
    return _negation(condition) if asked.negated else condition


def _any_equal(field: Field, values: Sequence[Constant], environment: Environment) -> ColumnElement[bool]:
    if field.type == "references":
        return field.links(values, environment.workspace_id)
    column = field.expression()
    if len(values) == 1:
        return column == _bound(field, values[0])
    return column.in_(bindparam(None, list(values), _type(field, values), expanding=True))


def _test(field: Field, test: Test, environment: Environment) -> ColumnElement[bool]:
    operator, value = test
    if field.type == "references":
        found = field.links(None if operator == "absent" else [value], environment.workspace_id)
        return not_(found) if operator == "absent" else found
    column = field.expression()
    match operator:
        case "absent":
            return _absent(field, column)
        case "~":
            return contains(column, str(value))
        case ":":
            return has_element(column, literal(value, Text()))
        case "<":
            return column < _bound(field, value)
        case "<=":
            return column <= _bound(field, value)
        case ">":
            return column > _bound(field, value)
        case ">=":
            return column >= _bound(field, value)
        case _:
            return _any_equal(field, [value], environment)


def contains(column: SQLColumnExpression[Any], needle: str) -> ColumnElement[bool]:
    """Whether a text column holds `needle`, whatever the case."""
    # lower() knows A to Z on both databases; only a needle with other letters needs the slower one.
    lower = ascii_lower(column) if needle.isascii() else unicode_lower(column)
    return lower.contains(needle.lower(), autoescape=True)


def _absent(field: Field, column: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    if field.type != "list":
        return column.is_(None)
    # A list is absent when it is NULL, JSON null or empty: people ask for "no tags".
    return func.coalesce(cast(column, Text), "null").in_(["null", "[]"])


def _bound(field: Field, value: Constant) -> ColumnElement[Any]:
    return literal(value, _type(field, [value]))


def _type(field: Field, values: Sequence[Constant]) -> TypeEngine[Any]:
    if field.type == "number":
        # Bound by the value's type, not the column's: PostgreSQL would round 2.5 to compare it with an
        # integer column.
        return Double() if any(isinstance(value, float) for value in values) else BigInteger()
    return _TYPES.get(field.type, Text())
