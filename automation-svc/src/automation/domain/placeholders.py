"""Texts with fields of the record in braces: `Review large deal {name}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from automation.domain.errors import PlaceholderUnknown
from chassis.filters import Catalogue

_PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)?)\}")


def check(text: str, catalogue: Catalogue, subject: str) -> None:
    """Refuse a placeholder that no record of this kind can fill."""
    for name in _PLACEHOLDER.findall(text):
        if name not in catalogue:
            known = ", ".join(field.name for field in catalogue)
            raise PlaceholderUnknown(name=name, subject=subject, known=known)


def filled(text: str, record: Mapping[str, Any], *, longest: int) -> str:
    """The text with the record's values; what a record does not have is left out."""
    return _PLACEHOLDER.sub(lambda match: _said(_value(record, match[1])), text).strip()[:longest]


def says_something(text: str, record: Mapping[str, Any]) -> bool:
    """Whether any of its placeholders has a value (no number that is nought); a text without any always does."""
    names = _PLACEHOLDER.findall(text)
    return not names or any(_value(record, name) for name in names)


def _value(record: Mapping[str, Any], name: str) -> Any:
    first, _, rest = name.partition(".")
    value = record.get(first)
    return (value or {}).get(rest) if rest else value


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return f"{Decimal(str(value['amount'])):,} {value['currency']}" if "amount" in value else ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
