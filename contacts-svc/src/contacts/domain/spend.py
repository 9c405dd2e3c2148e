"""Spend: what winning customers costs, by day, channel and kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount
from chassis.record import Record
from contacts.domain.base import Base


class Spend(Record, Base):
    """Money spent on one day in one channel, for a campaign or without one."""

    __tablename__ = "spend"
    __table_args__ = (
        Index("uq_spend_external", "workspace_id", "external_id", unique=True),
        Index("ix_spend_day", "workspace_id", "spent_on", "channel"),
    )
    noun = "spend"
    prefix = "spend"
    money_columns = {"amount": "currency"}
    hidden_columns = frozenset({"currency"})

    spent_on: Mapped[date] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12), default="marketing")
    campaign: Mapped[str | None] = mapped_column(String(200), default=None)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str | None] = mapped_column(String(1000), default=None)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
