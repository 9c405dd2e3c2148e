"""A filter applied to one record in memory, with the reason: what each comparison found.

Automation asks here why a rule did or did not fire; the answers are those of the SQL form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from chassis import clock
from chassis.filters.fields import Field, FieldType
from chassis.filters.meaning import Environment, Test, meaning
from chassis.filters.nodes import Comparison, Filter, Node, Not, Or, leaves
from chassis.filters.text import to_text
from chassis.money import Money


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a part of a filter matched, the part as text, and for a comparison the value the record had."""

    matched: bool
    text: str
    field: str | None = None
    actual: Any = None
    parts: tuple[Explanation, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain values, ready for JSON."""
        row: dict[str, Any] = {"matched": self.matched, "text": self.text}
        if self.field is not None:
            row |= {"field": self.field, "actual": self.actual}
        if self.parts:
            row["parts"] = [part.to_dict() for part in self.parts]
        return row


def evaluate(filter: Filter, record: Mapping[str, Any], environment: Environment) -> Explanation:
    """Whether `record` matches, and why; every comparison is looked at, also where the answer is clear.

    The record has Python values or those of JSON (ISO texts, money as an object); a field one hop away is
    found under its whole name or inside the object of its first word; what is missing is absent. Raises
    `ValueError` for a value that does not have its field's type.
    """
    return Explanation(True, "") if filter.root is None else _node(filter.root, record, environment)


def can_match(filter: Filter, known: Mapping[str, Any], environment: Environment) -> bool:
    """Whether a record of which only the fields in `known` are decided might match; True where that is open."""
    return filter.root is None or _can(filter.root, known, environment)


def _can(node: Node, known: Mapping[str, Any], environment: Environment) -> bool:
    if isinstance(node, (Comparison, Not)):
        is_open = any(leaf.field.name not in known for leaf in leaves(node))
        return is_open or _node(node, known, environment).matched
    parts = (_can(part, known, environment) for part in node.parts)
    return any(parts) if isinstance(node, Or) else all(parts)


def _node(node: Node, record: Mapping[str, Any], environment: Environment) -> Explanation:
    if isinstance(node, Comparison):
        actual = _actual(node.field, record)
        asked = meaning(node, environment)
        found = any(all(_test(node.field, actual, test) for test in tests) for tests in asked.alternatives)
        return Explanation(found != asked.negated, to_text(node), node.field.name, actual)
    if isinstance(node, Not):
        part = _node(node.part, record, environment)
        return Explanation(not part.matched, to_text(node), parts=(part,))
    parts = tuple(_node(part, record, environment) for part in node.parts)
    results = [part.matched for part in parts]
    return Explanation(any(results) if isinstance(node, Or) else all(results), to_text(node), parts=parts)


def _test(field: Field, actual: Any, test: Test) -> bool:
    operator, value = test
    if operator == "absent":
        return actual is None or (field.type in ("list", "references") and not actual)
    if actual is None:
        return False
    match operator:
        case "=" if field.type == "references":
            return value in actual
        case "=":
            return bool(actual == value)
        case "<":
            return bool(actual < value)
        case "<=":
            return bool(actual <= value)
        case ">":
            return bool(actual > value)
        case ">=":
            return bool(actual >= value)
        case ":":
            return value in actual
        case "~":
            return _contains(actual, str(value))


_ASCII_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _contains(text: str, needle: str) -> bool:
    if needle.isascii():
        return needle.lower() in text.translate(_ASCII_LOWER)
    return needle.lower() in text.lower()


def _actual(field: Field, record: Mapping[str, Any]) -> Any:
    value = _found(field.name, record)
    if value is None:
        return None
    try:
        return _READERS[field.type](value)
    except (ValueError, TypeError, ArithmeticError, KeyError) as error:
        raise ValueError(f"the value {value!r} of {field.name} is no {field.type}") from error


def _found(name: str, record: Mapping[str, Any]) -> Any:
    if name in record:
        return record[name]
    first, _, rest = name.partition(".")
    inner = record.get(first)
    return inner.get(rest) if rest and isinstance(inner, Mapping) else None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise TypeError
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _amount(value: Any) -> Decimal:
    if isinstance(value, Mapping):
        value = value["amount"]
    if isinstance(value, Money):
        value = value.amount
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        raise TypeError
    return value if isinstance(value, date) else date.fromisoformat(value)


def _instant(value: Any) -> datetime:
    return value.astimezone(UTC) if isinstance(value, datetime) else clock.from_text(value)


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _list(value: Any) -> list[Any]:
    if isinstance(value, str):
        raise TypeError
    return list(value)


_READERS: dict[FieldType, Callable[[Any], Any]] = {
    "text": _text,
    "number": _number,
    "money": _amount,
    "date": _day,
    "instant": _instant,
    "boolean": _boolean,
    "reference": _text,
    "references": _list,
    "select": _text,
    "list": _list,
}
