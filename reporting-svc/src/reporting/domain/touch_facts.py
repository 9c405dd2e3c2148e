"""Facts about touches: what people did where it is seen, and by which channel they came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import clock
from chassis.clock import Instant
from chassis.envelope import Event
from reporting.domain.base import Base
from reporting.domain.facts import Before, Current, Facts, Stated, stated
from reporting.domain.validity import State


class _Touch(Stated):
    """`person_id` is the lead or contact; None as long as nobody knows who the visitor is."""

    person_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    occurred_at: Mapped[datetime] = mapped_column(Instant)
    source: Mapped[str | None] = mapped_column(String(120))
    medium: Mapped[str | None] = mapped_column(String(120))
    campaign: Mapped[str | None] = mapped_column(String(200))


class TouchFact(_Touch, Current, Base):
    """A touch as it is."""

    __tablename__ = "touch_fact"
    __table_args__ = (Index("ix_touch_fact_person", "workspace_id", "person_id", "occurred_at"),)


class TouchVersion(_Touch, Before, Base):
    """A touch as it was."""

    __tablename__ = "touch_version"


def _touch_of(event: Event) -> State:
    record = event.record
    return {
        **stated(event),
        **{name: record.get(name) for name in ("kind", "source", "medium", "campaign")},
        "person_id": record.get("record_id"),
        "occurred_at": clock.from_text(record["occurred_at"]),
    }


# Signals are told when they come, and when it is known whose they are.
TOUCHES = Facts(("signal.created.v1", "signal.properties_changed.v1"), TouchFact, TouchVersion, _touch_of)
