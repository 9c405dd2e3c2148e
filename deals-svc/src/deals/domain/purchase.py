"""Purchases: what customers bought, as an order, an invoice or a payment says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount
from chassis.record import Record
from deals.domain.base import Base


class Purchase(Record, Base):
    """One purchase of an account, of one product or of something named."""

    __tablename__ = "purchase"
    __table_args__ = (
        Index("uq_purchase_external", "workspace_id", "external_id", unique=True),
        Index("ix_purchase_account", "workspace_id", "account_id", "purchased_on"),
        Index("ix_purchase_day", "workspace_id", "purchased_on"),
    )
    noun = "purchase"
    prefix = "purchase"
    money_columns = {"amount": "currency"}
    hidden_columns = frozenset({"currency"})

    name: Mapped[str | None] = mapped_column(String(200), default=None)
    kind: Mapped[str] = mapped_column(String(12), default="order")
    account_id: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[str | None] = mapped_column(String(40), default=None)
    deal_id: Mapped[str | None] = mapped_column(String(40), default=None)
    product_id: Mapped[str | None] = mapped_column(String(40), default=None)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    quantity: Mapped[int] = mapped_column(Integer, default=1)
    billing: Mapped[str] = mapped_column(String(12), default="one_off")
    purchased_on: Mapped[date] = mapped_column(Date)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
