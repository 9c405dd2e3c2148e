"""Where both forms meet: names, operators and values are checked and the bounds of a filter are kept."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.filters.errors import InvalidFilter, Position, closest
from chassis.filters.fields import Catalogue, Field
from chassis.filters.nodes import And, Comparison, Node, Not, Or
from chassis.filters.values import Raw, coerce

MAX_DEPTH = 8
MAX_NESTING = 64
MAX_LEAVES = 200

_FOREIGN = {
    "==": "=",
    "<>": "!=",
    "=~": "~",
    "like": "~",
    "ilike": "~",
    "contains": "~",
    "has": ":",
    ":": "~",
    "is": "=",
}


class Builder:
    """Builds the tree of one filter; counts its leaves on the way (each value of an IN is one)."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._leaves = 0

    def comparison(self, name: Raw, operator: Raw, values: Sequence[Raw]) -> Comparison:
        """`name operator values`, checked; there is one value unless the operator is `in`."""
        field = self.catalogue.field(name.text, name.position)
        sign = operator.text.lower()
        allowed = field.operators
        is_null_test = sign in ("=", "!=") and values[0].is_null
        if sign not in allowed and not is_null_test:
            raise InvalidFilter(
                operator.position,
                f"The {field.type} field {field.name} has no operator '{operator.text}'.",
                allowed,
                _likely(field, sign),
            )
        self._leaves += len(values)
        if self._leaves > MAX_LEAVES:
            raise InvalidFilter(name.position, f"A filter has at most {MAX_LEAVES} comparisons.")
        typed = tuple(coerce(field, raw) for raw in values)
        if typed[0] is None and sign not in ("=", "!=", "in"):
            raise InvalidFilter(values[0].position, "null is compared by = and != only.", ("=", "!="))
        return Comparison(field, sign, typed)

    def all_of(self, parts: Sequence[Node], position: Position) -> Node:
        return parts[0] if len(parts) == 1 else self._bounded(And(tuple(parts)), position)

    def any_of(self, parts: Sequence[Node], position: Position) -> Node:
        return parts[0] if len(parts) == 1 else self._bounded(Or(tuple(parts)), position)

    def negation(self, part: Node, position: Position) -> Node:
        return self._bounded(Not(part), position)

    def nested(self, level: int, position: Position) -> None:
        """Stop before brackets that add no meaning exhaust the stack."""
        if level > MAX_NESTING:
            raise InvalidFilter(position, f"A filter is at most {MAX_DEPTH} levels deep.")

    def _bounded(self, node: Node, position: Position) -> Node:
        if node.depth > MAX_DEPTH:
            raise InvalidFilter(position, f"A filter is at most {MAX_DEPTH} levels deep.")
        return node


def _likely(field: Field, sign: str) -> str | None:
    meant = _FOREIGN.get(sign, ":" if field.type == "list" else None)
    if meant == "~" and field.type == "list":
        meant = ":"
    return meant if meant in field.operators else closest(sign, field.operators)
