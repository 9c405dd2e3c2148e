"""Values as Python has them and as the interface writes them: money, instants, days, links to records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final


class Unset(Enum):
    """Stands for an argument that was not given; None is a value (it empties a field)."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in a currency: `Money("1250.00", "EUR")`.

    The amount may be given as text, int or Decimal, never as a float; raises `ValueError` for what is no amount.
    """

    amount: Decimal
    currency: str

    def __init__(self, amount: Decimal | int | str, currency: str) -> None:
        if isinstance(amount, float):
            raise ValueError(f'Money is exact: write Money("{amount}", "{currency}"), not a float.')
        try:
            exact = Decimal(amount)
        except InvalidOperation:
            raise ValueError(f"{amount!r} is no amount; write it like 1250.00.") from None
        if not exact.is_finite():
            raise ValueError(f"{amount!r} is no amount; write it like 1250.00.")
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha() and currency.isupper()):
            raise ValueError(f"{currency!r} is no currency; write its three letters, like EUR.")
        object.__setattr__(self, "amount", exact)
        object.__setattr__(self, "currency", currency)

    @classmethod
    def parse(cls, text: str) -> Money:
        """The money that a text says: `1250.00 EUR`; raises `ValueError`."""
        parts = text.split()
        if len(parts) != 2:
            raise ValueError(f"{text!r} is no money; write an amount and a currency: 1250.00 EUR.")
        return cls(parts[0], parts[1].upper())

    def as_wire(self) -> dict[str, str]:
        return {"amount": format(self.amount, "f"), "currency": self.currency}

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def is_money(value: Any) -> bool:
    """Whether a value of an answer is an amount."""
    return isinstance(value, Mapping) and value.keys() == {"amount", "currency"}


def to_wire(value: Any) -> Any:
    """A value as the interface takes it; raises `ValueError` for an instant without a time zone, and for floats."""
    if isinstance(value, Money):
        return value.as_wire()
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; write e.g. datetime.now(UTC).")
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(name): to_wire(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_wire(one) for one in value]
    record_id = getattr(value, "id", None)
    return record_id if isinstance(record_id, str) else value


def body_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a request: what was given, as the interface takes it."""
    return {name: to_wire(value) for name, value in values.items() if value is not UNSET}


def from_wire(name: str, value: Any) -> Any:
    """A value of an answer as Python has it. `..._at` are instants, `..._on` days: so the interface names them."""
    if isinstance(value, str):
        if name.endswith("_at"):
            return _tolerant(datetime.fromisoformat, value)
        if name.endswith("_on"):
            return _tolerant(date.fromisoformat, value)
        return value
    if is_money(value):
        return Money(value["amount"], value["currency"])
    return value


def _tolerant(read: Any, text: str) -> Any:
    try:
        return read(text)
    except ValueError:
        return text


def quote(text: str) -> str:
    """A text as the filter language writes it, whatever is in it: `f"name = {quote(name)}"`."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
