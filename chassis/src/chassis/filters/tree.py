"""The JSON form: `{"and": [...]}`, `{"or": [...]}`, `{"not": {...}}` and `{"field", "op", "value"}`.

Positions in refusals are JSON pointers from the root of the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from chassis.filters.building import Builder
from chassis.filters.errors import InvalidFilter
from chassis.filters.fields import Catalogue
from chassis.filters.nodes import And, Comparison, Filter, Node, Not, Or
from chassis.filters.values import Raw, plain

_SHAPES = ('{"and": [...]}', '{"or": [...]}', '{"not": {...}}', '{"field", "op", "value"}')


def from_tree(tree: Mapping[str, Any], catalogue: Catalogue) -> Filter:
    """The filter that the JSON object says; an empty object matches everything."""
    return Filter(_node(tree, "", Builder(catalogue), 1) if tree else None)


def _node(tree: Any, pointer: str, build: Builder, level: int) -> Node:
    build.nested(level, pointer)
    keys = set(tree) if isinstance(tree, Mapping) else set()
    if keys == {"field", "op", "value"}:
        return _comparison(tree, pointer, build)
    if keys == {"not"}:
        return build.negation(_node(tree["not"], f"{pointer}/not", build, level + 1), pointer)
    if keys in ({"and"}, {"or"}):
        word: str = keys.pop()
        items = tree[word]
        if not isinstance(items, list) or not items:
            raise InvalidFilter(f"{pointer}/{word}", f"'{word}' needs a list with at least one part.")
        parts = [_node(item, f"{pointer}/{word}/{i}", build, level + 1) for i, item in enumerate(items)]
        return build.all_of(parts, pointer) if word == "and" else build.any_of(parts, pointer)
    raise InvalidFilter(pointer, "A part of a filter has one of four shapes.", _SHAPES)


def _comparison(tree: Mapping[str, Any], pointer: str, build: Builder) -> Comparison:
    name, operator, value = tree["field"], tree["op"], tree["value"]
    for key, item in (("field", name), ("op", operator)):
        if not isinstance(item, str):
            raise InvalidFilter(f"{pointer}/{key}", f"'{key}' is a text.")
    at = f"{pointer}/value"
    if isinstance(value, list):
        if operator != "in" or not value:
            raise InvalidFilter(at, "A list belongs to the operator in and has at least one value.", ("in",))
        values = [_raw(item, f"{at}/{i}") for i, item in enumerate(value)]
    else:
        values = [_raw(value, at)]
    return build.comparison(
        Raw(name, "word", f"{pointer}/field"), Raw(operator, "word", f"{pointer}/op"), values
    )


def _raw(value: Any, pointer: str) -> Raw:
    match value:
        case None:
            return Raw("null", "word", pointer)
        case bool():
            return Raw("true" if value else "false", "word", pointer)
        case str():
            return Raw(value, "string", pointer)
        case int() if value.bit_length() <= 64:
            return Raw(str(value), "number", pointer)
        case float() if abs(value) < 2**63:
            return Raw(format(Decimal(repr(value)), "f"), "number", pointer)
        case Mapping() if set(value) <= {"amount", "currency"} and "amount" in value:
            return _raw(value["amount"], f"{pointer}/amount")
    raise InvalidFilter(pointer, "A value is a text, a number of ordinary size, true, false or null.")


def to_tree(item: Filter | Node) -> dict[str, Any]:
    """The JSON form; parses back to the same filter. The empty filter is the empty object."""
    match item:
        case Filter():
            return {} if item.root is None else to_tree(item.root)
        case Comparison(field=field, operator="in", values=values):
            return {"field": field.name, "op": "in", "value": [plain(value) for value in values]}
        case Comparison(field=field, operator=operator, values=(value,)):
            return {"field": field.name, "op": operator, "value": plain(value)}
        case Not(part=part):
            return {"not": to_tree(part)}
        case And(parts=parts):
            return {"and": [to_tree(part) for part in parts]}
        case Or(parts=parts):
            return {"or": [to_tree(part) for part in parts]}
    raise TypeError(f"{item!r} is no filter")
