"""Facts about leads, and about what winning customers costs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.clock import Instant
from chassis.envelope import Event
from chassis.money import Amount
from reporting.domain.base import Base
from reporting.domain.facts import Before, Current, Facts, Stated, day, instant, priced, stated, told_of
from reporting.domain.validity import State


class _Spend(Stated):
    spent_on: Mapped[date | None] = mapped_column(Date)
    channel: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    campaign: Mapped[str | None] = mapped_column(String(200))
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))


class SpendFact(_Spend, Current, Base):
    """Money spent, as it is known now."""

    __tablename__ = "spend_fact"
    __table_args__ = (Index("ix_spend_fact_day", "workspace_id", "is_deleted", "spent_on"),)


class SpendVersion(_Spend, Before, Base):
    """Money spent, as it was known before."""

    __tablename__ = "spend_version"


def _spend_of(event: Event) -> State:
    record = event.record
    return {
        **stated(event),
        **{name: record.get(name) for name in ("channel", "kind", "campaign")},
        **priced(record),
        "spent_on": day(record.get("spent_on")),
    }


SPEND = Facts(told_of("spend"), SpendFact, SpendVersion, _spend_of)


class _Lead(Stated):
    """Days are days in UTC."""

    owner_id: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(80))
    industry: Mapped[str | None] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(12))
    created_on: Mapped[date] = mapped_column(Date)
    converted_on: Mapped[date | None] = mapped_column(Date)
    account_id: Mapped[str | None] = mapped_column(String(40))
    contact_id: Mapped[str | None] = mapped_column(String(40))
    deal_id: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)


class LeadFact(_Lead, Current, Base):
    """A lead as it is."""

    __tablename__ = "lead_fact"
    __table_args__ = (
        Index("ix_lead_fact_created", "workspace_id", "is_deleted", "created_on"),
        Index("ix_lead_fact_account", "workspace_id", "account_id"),
        Index("ix_lead_fact_contact", "workspace_id", "contact_id"),
        Index("ix_lead_fact_deal", "workspace_id", "deal_id"),
    )


class LeadVersion(_Lead, Before, Base):
    """A lead as it was."""

    __tablename__ = "lead_version"


def _lead_of(event: Event) -> State:
    record = event.record
    converted, created = instant(record.get("converted_at")), clock.from_text(record["created_at"])
    copied = ("owner_id", "source", "country", "industry", "status", "account_id", "contact_id", "deal_id")
    return {
        **stated(event),
        **{name: record.get(name) for name in copied},
        # What brought them first, whatever brought them since.
        "source": record.get("original_source") or record.get("source"),
        "created_at": created,
        "created_on": created.date(),
        "converted_on": None if converted is None else converted.date(),
    }


LEADS = Facts(told_of("lead", "lifecycle_changed", "converted"), LeadFact, LeadVersion, _lead_of)
