"""Forecasts: what somebody said they will win in a period. Said once, never changed; the newest counts."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount
from chassis.record import Record
from deals.domain.base import Base


class Forecast(Record, Base):
    """One submission, of `submitted_by` for `owner_id`."""

    __tablename__ = "forecast"
    __table_args__ = (Index("ix_forecast_owner", "workspace_id", "owner_id", "period", "created_at"),)
    noun = "forecast"
    prefix = "forecast"
    money_columns = {"amount": "currency"}
    hidden_columns = frozenset({"currency"})

    owner_id: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    category: Mapped[str] = mapped_column(String(12), default="commit")
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    submitted_by: Mapped[str] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(2000), default=None)
