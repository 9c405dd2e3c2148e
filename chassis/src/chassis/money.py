"""Money: decimal with a currency, never float.

Amounts are stored as whole numbers of 1/10,000 unit, so that sums are exact on SQLite too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, type_coerce
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCALE = 10_000
LIMIT = Decimal("900000000000")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount and its currency (ISO 4217, three capital letters)."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, wire: Mapping[str, str]) -> Money:
        """What `as_wire` told."""
        return cls(Decimal(wire["amount"]), wire["currency"])

    def as_wire(self) -> dict[str, str]:
        return {"amount": text(self.amount), "currency": self.currency}


def text(amount: Decimal) -> str:
    """The amount as text: two decimals, four when it has them."""
    rounded = amount.quantize(_CENT, rounding=ROUND_HALF_EVEN)
    return str(rounded if rounded == amount else amount.quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN))


def units(column: Any) -> ColumnElement[int]:
    """An amount column as the whole numbers it is stored as: what sums and products are computed on."""
    return type_coerce(column, BigInteger)


def from_units(number: Any) -> Decimal | None:
    """The amount of a number of 1/10,000 units, as a database computed it (int or Decimal)."""
    return None if number is None else Decimal(number) / SCALE


class Amount(TypeDecorator[Decimal]):
    """A column of exact amounts; Python sees `Decimal`."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        amount = value if isinstance(value, Decimal) else Decimal(str(value))
        return int((amount * SCALE).to_integral_value(rounding=ROUND_HALF_EVEN))

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / SCALE
