"""The filter language: one language with a text form and a JSON form, compiled to SQL or evaluated in memory.

    price >= 50000 AND size.label = "open" AND created_at > now - 30d AND tags:"vip" AND name ~ "acme"
    {"and": [{"field": "price", "op": ">=", "value": 50000}, {"field": "tags", "op": ":", "value": "vip"}]}

Operators: `= != < <= > >=`, `IN (a, b)`, `~` (holds the text, upper and lower case alike), `:` (the list has
the element); `= null` and `!= null` ask for absence. AND binds tighter than OR. Relative values: `me`,
`my_teams`, `now`, `today`, `yesterday`, `tomorrow`, `this_`, `last_` and `next_` with `week`, `month`,
`quarter`, `year`; `now` and the days move by `- 30d` and the like (w, d; `now` also h, m). What absence, days
and periods mean: `meaning.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.filters.errors import InvalidFilter
from chassis.filters.fields import OPERATORS, Catalogue, Field, FieldType
from chassis.filters.meaning import Environment
from chassis.filters.memory import Explanation, can_match, evaluate
from chassis.filters.nodes import Filter
from chassis.filters.portable import ascii_lower, prepare_sqlite
from chassis.filters.sql import contains, to_sql
from chassis.filters.text import from_text, to_text
from chassis.filters.tree import from_tree, to_tree

__all__ = [
    "OPERATORS",
    "Catalogue",
    "Environment",
    "Explanation",
    "Field",
    "FieldType",
    "Filter",
    "InvalidFilter",
    "ascii_lower",
    "can_match",
    "contains",
    "evaluate",
    "parse",
    "prepare_sqlite",
    "to_sql",
    "to_text",
    "to_tree",
]


def parse(source: str | Mapping[str, Any] | None, catalogue: Catalogue) -> Filter:
    """The filter written as text or as a JSON tree; None, blank text and `{}` match everything.

    Raises `InvalidFilter` with the position, the allowed names and the likely one. Limits: 8 levels, 200
    comparisons, 10,000 characters, 1,000 per value.
    """
    if source is None:
        return Filter(None)
    if isinstance(source, str):
        return from_text(source, catalogue)
    if isinstance(source, Mapping):
        return from_tree(source, catalogue)
    raise InvalidFilter("", "A filter is a text or a JSON object.")
