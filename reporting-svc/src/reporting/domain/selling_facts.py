"""Facts about purchases, quotas and forecasts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.clock import Instant
from chassis.envelope import Event
from chassis.money import Amount
from messages.periods import days_of
from reporting.domain.base import Base
from reporting.domain.facts import Before, Current, Facts, Stated, day, priced, stated, told_of
from reporting.domain.validity import State


class _Purchase(Stated):
    kind: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[str] = mapped_column(String(40))
    deal_id: Mapped[str | None] = mapped_column(String(40))
    product_id: Mapped[str | None] = mapped_column(String(40))
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))
    billing: Mapped[str] = mapped_column(String(12))
    purchased_on: Mapped[date | None] = mapped_column(Date)


class PurchaseFact(_Purchase, Current, Base):
    """A purchase as it is."""

    __tablename__ = "purchase_fact"
    __table_args__ = (Index("ix_purchase_fact_day", "workspace_id", "is_deleted", "kind", "purchased_on"),)


class PurchaseVersion(_Purchase, Before, Base):
    """A purchase as it was."""

    __tablename__ = "purchase_version"


def _purchase_of(event: Event) -> State:
    record = event.record
    return {
        **stated(event),
        **{name: record.get(name) for name in ("kind", "account_id", "deal_id", "product_id", "billing")},
        **priced(record),
        "purchased_on": day(record.get("purchased_on")),
    }


PURCHASES = Facts(told_of("purchase"), PurchaseFact, PurchaseVersion, _purchase_of)


class _Period(Stated):
    """`from_on` and `to_on` are the first and the last day of the period."""

    owner_id: Mapped[str | None] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(7))
    from_on: Mapped[date] = mapped_column(Date)
    to_on: Mapped[date] = mapped_column(Date)
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str | None] = mapped_column(String(3))


class _Quota(_Period):
    team_id: Mapped[str | None] = mapped_column(String(40))


class QuotaFact(_Quota, Current, Base):
    """A quota as it is."""

    __tablename__ = "quota_fact"
    __table_args__ = (Index("ix_quota_fact_period", "workspace_id", "is_deleted", "from_on"),)


class QuotaVersion(_Quota, Before, Base):
    """A quota as it was."""

    __tablename__ = "quota_version"


class _Forecast(_Period):
    category: Mapped[str] = mapped_column(String(12))
    submitted_at: Mapped[datetime] = mapped_column(Instant)


class ForecastFact(_Forecast, Current, Base):
    """A forecast as it was submitted."""

    __tablename__ = "forecast_fact"
    __table_args__ = (Index("ix_forecast_fact_period", "workspace_id", "is_deleted", "from_on"),)


class ForecastVersion(_Forecast, Before, Base):
    """A forecast as it was, should one ever be corrected."""

    __tablename__ = "forecast_version"


def _of_period(event: Event) -> State:
    record = event.record
    first, last = days_of(record["period"])
    return {
        **stated(event),
        "owner_id": record.get("owner_id"),
        "period": record["period"],
        "from_on": first,
        "to_on": last,
        **priced(record),
    }


def _quota_of(event: Event) -> State:
    return {**_of_period(event), "team_id": event.record.get("team_id")}


def _forecast_of(event: Event) -> State:
    record = event.record
    return {
        **_of_period(event),
        "category": record["category"],
        "submitted_at": clock.from_text(record["created_at"]),
    }


QUOTAS = Facts(
    ("quota.created.v1", "quota.properties_changed.v1", "quota.deleted.v1"),
    QuotaFact,
    QuotaVersion,
    _quota_of,
)
FORECASTS = Facts(
    ("forecast.created.v1", "forecast.properties_changed.v1"), ForecastFact, ForecastVersion, _forecast_of
)
