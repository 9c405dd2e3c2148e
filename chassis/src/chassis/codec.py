"""The one JSON form of everything that travels or is stored: plain JSON, no object hooks, no NaN.

Decimals become text, instants RFC 3339, days ISO dates, money an object. What comes back is only dict, list,
str, int, float, bool and None: no marker in user data can turn into an object.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from chassis import clock
from chassis.money import Money, text

CONTENT_TYPE = "application/json"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return clock.to_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return text(value)
    if isinstance(value, Money):
        return value.as_wire()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)


def dumps(value: Any) -> str:
    """JSON text of `value`; raises `TypeError` or `ValueError` for what has no JSON form."""
    return _encoder.encode(value)


def plain(value: Any) -> Any:
    """`value` as JSON would bring it back: only dict, list, str, numbers, bool and None."""
    return loads(dumps(value))


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


# Made once: `json.loads` would make one a call, which costs as much as reading a short text.
_decoder = json.JSONDecoder(parse_constant=_refuse_constant)


def loads(data: str | bytes) -> Any:
    """The value of a JSON text (UTF-8); raises `ValueError` for anything else, NaN and Infinity included."""
    return _decoder.decode(data if isinstance(data, str) else str(data, "utf-8"))
