"""Facts about deals: one row with what is true now, and one for each state before, with the time it held.

Only what reports count, sum and group by. A question about the past reads both tables: the rows of either that
held at that instant.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.clock import Instant
from chassis.envelope import Event
from chassis.money import Amount
from reporting.domain.base import Base
from reporting.domain.validity import State

OPEN, WON, LOST = "open", "won", "lost"


class _Facts:
    """The columns of both tables. `closed_quarter` and `cycle_days` follow from the days and are kept to group by."""

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    deal_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[datetime] = mapped_column(Instant)
    is_deleted: Mapped[bool]
    owner_id: Mapped[str | None] = mapped_column(String(40))
    team_id: Mapped[str | None] = mapped_column(String(40))
    account_id: Mapped[str | None] = mapped_column(String(40))
    contact_id: Mapped[str | None] = mapped_column(String(40))
    lead_id: Mapped[str | None] = mapped_column(String(40))
    product_id: Mapped[str | None] = mapped_column(String(40))
    pipeline_id: Mapped[str] = mapped_column(String(40))
    stage_id: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(8))
    probability: Mapped[int] = mapped_column(Integer)
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    forecast_category: Mapped[str | None] = mapped_column(String(12))
    type: Mapped[str | None] = mapped_column(String(12))
    source: Mapped[str | None] = mapped_column(String(120))
    lost_reason: Mapped[str | None] = mapped_column(String(200))
    competitor: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(Instant)
    stage_entered_at: Mapped[datetime | None] = mapped_column(Instant)
    opened_on: Mapped[date | None] = mapped_column(Date)
    expected_close_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_quarter: Mapped[str | None] = mapped_column(String(7))
    cycle_days: Mapped[int | None] = mapped_column(Integer)


class DealFact(_Facts, Base):
    """A deal as it is; it has been so since `valid_from`."""

    __tablename__ = "deal_fact"
    __table_args__ = (
        Index(
            "ix_deal_fact_closed",
            "workspace_id",
            "is_deleted",
            "status",
            "closed_on",
            "pipeline_id",
            "owner_id",
            "account_id",
            "product_id",
            "closed_quarter",
            "cycle_days",
            "currency",
            "amount",
        ),
        Index(
            "ix_deal_fact_stage",
            "workspace_id",
            "is_deleted",
            "pipeline_id",
            "stage_id",
            "status",
            "currency",
            "amount",
            "probability",
        ),
    )

    version: Mapped[int] = mapped_column(Integer, sort_order=1)


class DealVersion(_Facts, Base):
    """A deal as it was from `valid_from` until `valid_to`."""

    __tablename__ = "deal_version"
    __table_args__ = (Index("ix_deal_version_valid", "workspace_id", "valid_to", "valid_from"),)

    version: Mapped[int] = mapped_column(Integer, primary_key=True, sort_order=1)
    valid_to: Mapped[datetime] = mapped_column(Instant, sort_order=2)


def quarter(day: date) -> str:
    """The quarter of a calendar year, like 2017-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def state_of(event: Event) -> State:
    """The state of a deal that an event tells of."""
    record = event.record
    opened, closed = _day(record.get("opened_on")), _day(record.get("closed_on"))
    amount = record.get("amount")
    return {
        "workspace_id": event.workspace_id,
        "deal_id": event.subject_id,
        "sequence": event.sequence,
        "version": record["version"],
        "valid_from": clock.from_text(record["updated_at"]),
        "is_deleted": event.type.endswith(".deleted.v1"),
        "owner_id": record.get("owner_id"),
        "team_id": record.get("team_id"),
        "account_id": record.get("account_id"),
        "contact_id": record.get("contact_id"),
        "lead_id": record.get("lead_id"),
        "product_id": record.get("product_id"),
        "pipeline_id": record["pipeline_id"],
        "stage_id": record["stage_id"],
        "status": record["status"],
        "probability": record["probability"],
        "amount": None if amount is None else Decimal(amount["amount"]),
        "currency": None if amount is None else amount["currency"],
        "forecast_category": record.get("forecast_category"),
        "type": record.get("type"),
        "source": record.get("source"),
        "lost_reason": record.get("lost_reason"),
        "competitor": record.get("competitor"),
        "created_at": clock.from_text(record["created_at"]),
        "stage_entered_at": _instant(record.get("stage_entered_at")),
        "opened_on": opened,
        "expected_close_on": _day(record.get("expected_close_on")),
        "closed_on": closed,
        "closed_quarter": None if closed is None else quarter(closed),
        "cycle_days": None if opened is None or closed is None else (closed - opened).days,
    }


def _day(text: Any) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _instant(text: Any) -> datetime | None:
    return None if text is None else clock.from_text(text)
