"""Facts about deals: what reports count, sum and group by."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.clock import Instant
from chassis.envelope import Event
from chassis.money import Amount
from reporting.domain.base import Base
from reporting.domain.facts import RECORD, Before, Current, Facts, day, instant, priced, stated, told_of
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


class DealFact(_Facts, Current, Base):
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


class DealVersion(_Facts, Before, Base):
    """A deal as it was from `valid_from` until `valid_to`."""

    __tablename__ = "deal_version"
    __table_args__ = (Index("ix_deal_version_valid", "workspace_id", "valid_to", "valid_from"),)


def quarter(day: date) -> str:
    """The quarter of a calendar year, like 2017-Q1."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def state_of(event: Event) -> State:
    """The state of a deal that an event tells of."""
    record = event.record
    opened, closed = day(record.get("opened_on")), day(record.get("closed_on"))
    state = stated(event)
    deal_id = state.pop(RECORD)
    return {
        **state,
        "deal_id": deal_id,
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
        **priced(record),
        "forecast_category": record.get("forecast_category"),
        "type": record.get("type"),
        "source": record.get("source"),
        "lost_reason": record.get("lost_reason"),
        "competitor": record.get("competitor"),
        "created_at": clock.from_text(record["created_at"]),
        "stage_entered_at": instant(record.get("stage_entered_at")),
        "opened_on": opened,
        "expected_close_on": day(record.get("expected_close_on")),
        "closed_on": closed,
        "closed_quarter": None if closed is None else quarter(closed),
        "cycle_days": None if opened is None or closed is None else (closed - opened).days,
    }


DEALS = Facts(
    told_of("deal", "stage_moved", "won", "lost", "reopened", "adopted"),
    DealFact,
    DealVersion,
    state_of,
    "deal_id",
)
