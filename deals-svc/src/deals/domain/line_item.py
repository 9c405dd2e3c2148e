"""Line items: what a deal sells, at which price and discount. The amount of a deal follows its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount, Money
from chassis.record import Row
from deals.domain.base import Base
from deals.domain.percent import Percent, exact

CENT = Decimal("0.01")


class LineItem(Row, Base):
    """One line. `discount` is in percent; `periods` how many times a recurring price is paid."""

    __tablename__ = "line_item"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "deal_id"], ["deal.workspace_id", "deal.id"]),
        Index("ix_line_item_deal", "workspace_id", "deal_id", "position"),
    )

    deal_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    product_id: Mapped[str | None] = mapped_column(String(40), default=None)
    name: Mapped[str] = mapped_column(String(200))
    quantity: Mapped[int] = mapped_column(Integer, default=1)
    unit_price: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    discount: Mapped[float] = mapped_column(Percent, default=0.0)
    billing: Mapped[str] = mapped_column(String(12), default="one_off")
    periods: Mapped[int] = mapped_column(Integer, default=1)

    @property
    def list_amount(self) -> Decimal:
        """quantity x unit price x periods."""
        return self.quantity * self.unit_price * self.periods

    @property
    def net(self) -> Fraction:
        """The list amount less the discount, unrounded."""
        return Fraction(self.list_amount) * (1 - exact(self.discount) / 100)

    @property
    def amount(self) -> Decimal:
        """The list amount less the discount, to the cent."""
        net = Decimal(self.net.numerator) / Decimal(self.net.denominator)
        return net.quantize(CENT, rounding=ROUND_HALF_EVEN)

    def view(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "position": self.position,
            "product_id": self.product_id,
            "name": self.name,
            "quantity": self.quantity,
            "unit_price": Money(self.unit_price, self.currency),
            "discount": self.discount,
            "billing": self.billing,
            "periods": self.periods,
            "list_amount": Money(self.list_amount, self.currency),
            "amount": Money(self.amount, self.currency),
        }


@dataclass(frozen=True)
class Totals:
    """Sums over lines; `discount` is the highest of any line's and the total's, in percent, unrounded."""

    list_amount: Decimal
    amount: Decimal
    discount: Fraction

    @classmethod
    def of(cls, lines: Sequence[LineItem]) -> Totals:
        """1 - net / list of the total, beside the discounts of the lines."""
        listed = sum((line.list_amount for line in lines), Decimal(0))
        net = sum((line.net for line in lines), Fraction(0))
        total = (1 - net / Fraction(listed)) * 100 if listed else Fraction(0)
        highest = max((exact(line.discount) for line in lines), default=Fraction(0))
        return cls(listed, sum((line.amount for line in lines), Decimal(0)), max(total, highest))
