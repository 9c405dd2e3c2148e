"""Events in the words of a salesperson, like "Moved from Discovery to Proposal" or "Owner changed from Ann to Bob"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

LONGEST_SUMMARY = 500
LONGEST_VALUE = 200
MOST_FIELDS = 30
MOST_ITEMS = 20

Names = Mapping[str, str]
Pair = list[Any]

FIELD_WORDS = {
    "annual_revenue": "annual revenue",
    "closed_on": "close date",
    "expected_close_on": "expected close date",
    "opened_on": "opening date",
    "custom": "custom properties",
}


def summary(event_type: str, data: Mapping[str, Any], names: Names) -> str:
    """What the event says, as one sentence without a full stop. `names` are the titles of ids among the values."""
    noun, _, rest = event_type.partition(".")
    fact = rest.rpartition(".")[0]
    words = _FACTS.get(fact)
    said = words(noun, data, names) if words else f"{noun} {fact}".replace("_", " ").capitalize()
    return said[:LONGEST_SUMMARY]


def under_account(title: str, said: str) -> str:
    """The same on the account's timeline, where it must be said which deal is meant."""
    return f"{title}: {said}"[:LONGEST_SUMMARY]


def bounded(changes: Mapping[str, Pair]) -> dict[str, Pair]:
    """Changes cut to a size that a timeline can carry: field -> [before, after]."""
    return {field: [_cut(value) for value in pair] for field, pair in list(changes.items())[:MOST_FIELDS]}


def ids_in(changes: Mapping[str, Pair]) -> set[str]:
    """The ids among the values, whose titles a summary shows."""
    return {value for field, pair in changes.items() if field.endswith("_id") for value in pair if value}


def _created(noun: str, data: Mapping[str, Any], names: Names) -> str:
    return "Deal opened" if noun == "deal" else f"{noun.capitalize()} created"


def _edited(noun: str, data: Mapping[str, Any], names: Names) -> str:
    changes: Mapping[str, Pair] = data.get("changes") or {}
    if len(changes) != 1:
        words = [_word(field) for field in changes] or ["something"]
        return "Changed " + (" and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else words[0])
    ((field, (before, after)),) = changes.items()
    subject = _word(field).capitalize()
    if _is_empty(after):
        return f"{subject} cleared"
    if _is_empty(before):
        return f"{subject} set to {_said(after, names)}"
    return f"{subject} changed from {_said(before, names)} to {_said(after, names)}"


def _moved(noun: str, data: Mapping[str, Any], names: Names) -> str:
    came_from, went_to = data.get("from_stage"), data.get("to_stage")
    return f"Moved from {came_from} to {went_to}" if came_from else f"Moved to {went_to}"


def _won(noun: str, data: Mapping[str, Any], names: Names) -> str:
    amount = (data.get("record") or {}).get("amount")
    return f"Won, {_said(amount, names)}" if amount else "Won"


def _lost(noun: str, data: Mapping[str, Any], names: Names) -> str:
    return f"Lost: {data['reason']}" if data.get("reason") else "Lost"


def _came_to(noun: str, data: Mapping[str, Any], names: Names) -> str:
    said = f"Lifecycle changed from {data['from_stage']} to {data['to_stage']}"
    return f"{said}: {data['reason']}" if data.get("reason") else said


_FACTS: Mapping[str, Callable[[str, Mapping[str, Any], Names], str]] = {
    "created": _created,
    "properties_changed": _edited,
    "deleted": lambda noun, data, names: f"{noun.capitalize()} deleted",
    "restored": lambda noun, data, names: f"{noun.capitalize()} restored",
    "stage_moved": _moved,
    "won": _won,
    "lost": _lost,
    "lifecycle_changed": _came_to,
    "converted": lambda noun, data, names: "Converted to an account and a contact",
    "reopened": lambda noun, data, names: "Reopened",
    "stalled": lambda noun, data, names: f"No activity for {data['quiet_days']} days",
}


def _word(field: str) -> str:
    known = FIELD_WORDS.get(field)
    return known or field.removesuffix("_id").removesuffix("_ids").replace("_", " ")


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _said(value: Any, names: Names) -> str:
    if isinstance(value, Mapping):
        if "amount" in value and "currency" in value:
            return f"{Decimal(str(value['amount'])):,} {value['currency']}"
        return "new values"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value[:MOST_ITEMS])
    text = str(value)
    return names.get(text, text)[:LONGEST_VALUE]


def _cut(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
    if isinstance(value, list):
        return [_cut(item) for item in value[:MOST_ITEMS]]
    if isinstance(value, Mapping):
        return {name: _cut(item) for name, item in list(value.items())[:MOST_ITEMS]}
    return value
