"""Quotas: what a person, a team or the company is to win in a period."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount
from chassis.record import Record
from deals.domain.base import Base

COMPANY = "company"
_LIVE = text("deleted_at IS NULL")


class Quota(Record, Base):
    """A quota. `holder` is whose it is, so that nobody has two for the same period."""

    __tablename__ = "quota"
    __table_args__ = (
        Index(
            "uq_quota_holder",
            "workspace_id",
            "holder",
            "period",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )
    noun = "quota"
    prefix = "quota"
    money_columns = {"amount": "currency"}
    hidden_columns = frozenset({"currency", "holder"})

    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    team_id: Mapped[str | None] = mapped_column(String(40), default=None)
    holder: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
