"""Entries of timelines: one row a record and happening, so that a page of a record is one range of an index."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from activities.domain.base import Base
from chassis.clock import Instant

ACTIVITY, EVENT = "activity", "event"


class TimelineEntry(Base):
    """An activity (by its id, shown as it is now) or an event (as it was then) on the timeline of one record."""

    __tablename__ = "timeline_entry"
    __table_args__ = (
        Index("ix_timeline_entry_at", "workspace_id", "record_id", "at", "id"),
        Index("ix_timeline_entry_id", "workspace_id", "id"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(8))
    type: Mapped[str | None] = mapped_column(String(60), default=None)
    summary: Mapped[str | None] = mapped_column(String(500), default=None)
    actor_id: Mapped[str | None] = mapped_column(String(80), default=None)
    changes: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
