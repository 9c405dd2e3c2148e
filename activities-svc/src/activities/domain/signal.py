"""Signals: what people do where we can see it - pages viewed, mails opened, forms sent - told by websites and tools."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from activities.domain.base import Base
from chassis.clock import Instant
from chassis.record import Record


class Signal(Record, Base):
    """One thing somebody did. `record_id` is the person, once it is known who the visitor is."""

    __tablename__ = "signal"
    __table_args__ = (
        Index("ix_signal_record", "workspace_id", "record_id", "occurred_at"),
        Index("ix_signal_visitor", "workspace_id", "visitor_id", "occurred_at"),
        Index("ix_signal_occurred", "workspace_id", "occurred_at"),
    )
    noun = "signal"
    prefix = "signal"

    event_id: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    visitor_id: Mapped[str | None] = mapped_column(String(200), default=None)
    record_id: Mapped[str | None] = mapped_column(String(40), default=None)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    email: Mapped[str | None] = mapped_column(String(254), default=None)
    url: Mapped[str | None] = mapped_column(String(2000), default=None)
    title: Mapped[str | None] = mapped_column(String(300), default=None)
    source: Mapped[str | None] = mapped_column(String(120), default=None)
    medium: Mapped[str | None] = mapped_column(String(120), default=None)
    campaign: Mapped[str | None] = mapped_column(String(200), default=None)
    properties: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SignalKey(Base):
    """An event id that was received: who comes second, at the same moment too, is a duplicate."""

    __tablename__ = "signal_key"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    event_id: Mapped[str] = mapped_column(String(200), primary_key=True)


class Visitor(Base):
    """Who a visitor turned out to be; the first identification counts."""

    __tablename__ = "visitor"
    __table_args__ = (Index("ix_visitor_record", "workspace_id", "record_id"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    visitor_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40))
    identified_at: Mapped[datetime] = mapped_column(Instant)
