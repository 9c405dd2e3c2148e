"""Shares in percent with 4 decimals: numbers for people, whole 1/10,000 in the database, fractions to compare."""

from __future__ import annotations

from fractions import Fraction

from sqlalchemy import Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

SCALE = 10_000


def exact(percent: float) -> Fraction:
    """The share as it was meant: 20.01 is 2001/100."""
    return Fraction(round(percent * SCALE), SCALE)


class Percent(TypeDecorator[float]):
    """A column of shares in percent."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:
        return None if value is None else round(value * SCALE)

    def process_result_value(self, value: int | None, dialect: Dialect) -> float | None:
        return None if value is None else value / SCALE
