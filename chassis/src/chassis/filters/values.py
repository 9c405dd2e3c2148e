"""Values: from what was written to what the field's type holds, and back to text.

Both forms come through here as `Raw`, so that text and tree accept the same values with the same refusals.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from chassis import clock, money
from chassis.filters.errors import InvalidFilter, Position, closest
from chassis.filters.fields import Field
from chassis.filters.nodes import Symbol, Value

MAX_STRING = 1_000
MAX_OFFSET = timedelta(days=36_525)
PERIODS = tuple(
    f"{which}_{unit}" for unit in ("week", "month", "quarter", "year") for which in ("this", "last", "next")
)
DAYS = ("today", "yesterday", "tomorrow")
PEOPLE = ("me", "my_teams")

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SYMBOL = re.compile(r"(\w+)((?:\s*[+-]\s*[0-9]+\w+)*)\s*")
_STEP = re.compile(r"([+-])\s*([0-9]{1,9})(\w+)")
_UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_SMALLEST = {"now": timedelta(minutes=1)} | {name: timedelta(days=1) for name in DAYS}


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as written: its text, how it was written, and where."""

    text: str
    kind: Literal["word", "string", "number"]
    position: Position

    @property
    def is_null(self) -> bool:
        return self.kind == "word" and self.text.lower() == "null"


def coerce(field: Field, raw: Raw) -> Value:
    """The typed value of `raw` for `field`; raises `InvalidFilter` at the value's position."""
    if raw.is_null:
        return None
    if len(raw.text) > MAX_STRING:
        raise InvalidFilter(raw.position, f"A value has at most {MAX_STRING:,} characters.")
    match field.type:
        case "number":
            return _number(field, raw)
        case "money":
            return _amount(field, raw)
        case "boolean":
            return _boolean(field, raw)
        case "date" | "instant":
            return _time(field, raw)
        case "reference" if raw.text in PEOPLE:
            return Symbol(raw.text)
        case "select" if field.values and raw.text not in field.values:
            message = f"'{raw.text}' is no value of {field.name}."
            raise InvalidFilter(raw.position, message, field.values, closest(raw.text, field.values))
    return _string(raw)


def _string(raw: Raw) -> str:
    if any(unicodedata.category(char) == "Cs" or char == "\0" for char in raw.text):
        raise InvalidFilter(raw.position, "The value has a character that no text can hold.")
    return unicodedata.normalize("NFC", raw.text)


def _decimal(field: Field, raw: Raw) -> Decimal:
    if not _NUMBER.fullmatch(raw.text):
        raise InvalidFilter(
            raw.position, f"{field.name} needs a number such as 50000 or 12.5, not '{raw.text}'."
        )
    return Decimal(raw.text)


def _number(field: Field, raw: Raw) -> int | float:
    value = _decimal(field, raw)
    if abs(value) >= 2**63:
        raise InvalidFilter(raw.position, "The number is too large.")
    return int(value) if value == value.to_integral_value() else float(value)


def _amount(field: Field, raw: Raw) -> Decimal:
    value = _decimal(field, raw)
    if abs(value) > money.LIMIT:
        raise InvalidFilter(raw.position, "The amount is too large.")
    if value * money.SCALE != (value * money.SCALE).to_integral_value():
        raise InvalidFilter(raw.position, "An amount has at most four decimals.")
    return value


def _boolean(field: Field, raw: Raw) -> bool:
    if raw.text.lower() not in ("true", "false"):
        raise InvalidFilter(
            raw.position, f"{field.name} is true or false, not '{raw.text}'.", ("true", "false")
        )
    return raw.text.lower() == "true"


def _time(field: Field, raw: Raw) -> date | datetime | Symbol:
    text = raw.text.strip()
    try:
        if _DAY.match(text):
            found = date.fromisoformat(text) if _DAY.fullmatch(text) else clock.from_text(text)
            if not 1900 <= found.year < 2200:
                raise InvalidFilter(raw.position, "A time lies between the years 1900 and 2199.")
            if field.type == "date" and isinstance(found, datetime):
                raise InvalidFilter(
                    raw.position, f"{field.name} is a day such as 2026-01-31: leave the time out."
                )
            return found
    except (ValueError, OverflowError):
        shape = "2026-01-31" if field.type == "date" else "2026-01-31 or 2026-01-31T09:30:00Z"
        raise InvalidFilter(
            raw.position, f"'{text}' is no time of the calendar with its zone: write {shape}."
        ) from None
    return _symbol(field, text, raw.position)


def _symbol(field: Field, text: str, position: Position) -> Symbol:
    known = ("now", *DAYS, *PERIODS)
    match = _SYMBOL.fullmatch(text)
    name = match[1] if match else text
    if match is None or name not in known:
        message = f"{field.name} needs a day, an instant or one of the names below, not '{text}'."
        raise InvalidFilter(position, message, known, closest(name, known))
    offset = timedelta(0)
    for sign, count, unit in _STEP.findall(match[2]):
        step = _UNITS.get(unit)
        if step is None or step < _SMALLEST.get(name, MAX_OFFSET):
            units = [u for u, size in _UNITS.items() if size >= _SMALLEST.get(name, MAX_OFFSET)]
            message = f"{name} moves by {' or '.join(units)}." if units else f"{name} cannot be moved."
            raise InvalidFilter(position, f"{message} '{count}{unit}' does not fit.", units)
        if int(count) > MAX_OFFSET // step:
            raise InvalidFilter(position, "A moved time stays within 100 years.")
        offset += int(count) * step * (1 if sign == "+" else -1)
    if abs(offset) > MAX_OFFSET:
        raise InvalidFilter(position, "A moved time stays within 100 years.")
    return Symbol(name, offset)


def plain(value: Value) -> str | int | float | bool | None:
    """A value in its JSON form; what `coerce` reads back as the same value."""
    match value:
        case Symbol():
            return value.name + _offset_text(value.offset)
        case Decimal():
            return int(value) if value == value.to_integral_value() else format(value, "f")
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
    return value


def literal(value: Value) -> str:
    """A value in its text form."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case float():
            return format(Decimal(repr(value)), "f")
    return str(plain(value))


def _offset_text(offset: timedelta) -> str:
    if not offset:
        return ""
    sign, size = ("-", -offset) if offset < timedelta(0) else ("+", offset)
    unit = next(unit for unit in "dhm" if not size % _UNITS[unit])
    return f" {sign} {size // _UNITS[unit]}{unit}"
