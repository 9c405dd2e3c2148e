"""The link from a number to the deals behind it: a filter of the list of deals that finds exactly those."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from chassis.filters.building import MAX_LEAVES
from chassis.filters.values import literal

EMPTY = None
"""The value of a comparison with a field that is empty."""


class TooLong(ValueError):
    """More values than a filter may have."""


def compare(field: str, operator: str, value: str | date | None) -> str:
    """One comparison."""
    return f"{field} {operator} {literal(value)}"


def among(field: str, values: Iterable[str | None]) -> str:
    """The field is one of `values`; None means that it is empty. Raises `TooLong`."""
    wanted = list(dict.fromkeys(values))
    named = [value for value in wanted if value is not None]
    # Leave room for the other comparisons of the same filter.
    if len(named) > MAX_LEAVES - 10:
        raise TooLong
    parts = [compare(field, "=", EMPTY)] if len(named) < len(wanted) else []
    if len(named) == 1:
        parts.append(compare(field, "=", named[0]))
    elif named:
        parts.append(f"{field} IN ({', '.join(literal(value) for value in named)})")
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def both(parts: Sequence[str]) -> str:
    """All of `parts` at once; the empty text, which every deal passes, for none."""
    return " AND ".join(parts)
