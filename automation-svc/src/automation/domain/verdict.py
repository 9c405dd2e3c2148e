"""What a filter found in a record, in words that a salesperson reads: `amount >= 50000 (it was 62,000)`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from chassis import clock
from chassis.filters import Explanation

LONGEST = 500


def said(found: Explanation) -> str:
    """Each comparison that held, and the value the record had."""
    parts = [f"{part.text} (it was {_value(part.actual)})" for part in _comparisons(found) if part.matched]
    return "; ".join(parts)[:LONGEST] or found.text[:LONGEST]


def missed(found: Explanation) -> str:
    """Each comparison that did not hold, and the value the record had."""
    parts = [
        f"{part.text} (it was {_value(part.actual)})" for part in _comparisons(found) if not part.matched
    ]
    return "; ".join(parts)[:LONGEST] or f"not {found.text}"[:LONGEST]


def _comparisons(found: Explanation) -> Iterator[Explanation]:
    if found.field is not None:
        yield found
    for part in found.parts:
        yield from _comparisons(part)


def _value(value: Any) -> str:
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float, Decimal)):
        return f"{value.normalize():,f}" if isinstance(value, Decimal) else f"{value:,}"
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, list):
        return ", ".join(map(str, value[:20])) or "empty"
    return str(value)
