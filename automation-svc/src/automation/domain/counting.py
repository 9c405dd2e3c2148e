"""Counted behaviour: a workflow that waits for several facts about one record within a time.

It fires once when the number is reached, and again only after the time passed without any such fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from automation.domain.conditions import ACTIVITY, SIGNAL
from automation.domain.fact import Fact
from chassis import clock, ids
from chassis.clock import Instant

USUAL_WINDOW = "30d"
COUNTED_FOR = ("account", "contact", "lead")


class CountedFact(Base):
    """A fact that was counted, by the record that it is: the same again is not counted twice."""

    __tablename__ = "counted_fact"
    __table_args__ = (Index("ix_counted_fact_at", "workspace_id", "workflow_id", "record_id", "at"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    fact_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


class Count(Base):
    """The last fact known when a workflow fired for a record; None: it has not fired since its facts began."""

    __tablename__ = "counted"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    workflow_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    fired_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


def counted_for(fact: Fact) -> str | None:
    """The record whose facts are counted: who gave a signal; the account, contact or lead of an activity."""
    if fact.record_type == SIGNAL:
        return fact.record.get("record_id")
    if fact.record_type != ACTIVITY:
        return fact.record_id
    about = fact.record.get("record_ids") or ()
    for kind in COUNTED_FOR:
        for record_id in about:
            if ids.is_id(record_id, kind):
                return str(record_id)
    return None


def moment_of(fact: Fact) -> datetime:
    """When it happened: what is told late counts for the time it was."""
    occurred = fact.record.get("occurred_at")
    return min(clock.from_text(occurred), fact.at) if occurred else fact.at


@dataclass
class Memory:
    """The same counting in memory, for a look at the past: the facts of a record by id, and when it fired."""

    facts: dict[str, datetime] = field(default_factory=dict)
    fired_at: datetime | None = None

    def is_reached(self, fact_id: str, at: datetime, wanted: int, window: timedelta) -> bool:
        """Counts the fact, once."""
        if fact_id in self.facts:
            return False
        near = [other for other in self.facts.values() if at - window < other < at + window]
        has_fired, self.fired_at = fires(at, near, wanted, window, self.fired_at)
        self.facts = {known: then for known, then in self.facts.items() if then > at - window * 2}
        self.facts[fact_id] = at
        return has_fired


def fires(
    at: datetime, near: Sequence[datetime], wanted: int, window: timedelta, fired_at: datetime | None
) -> tuple[bool, datetime | None]:
    """Whether a fact at `at` makes the workflow fire, and what `fired_at` is from now on.

    `near` are the others less than a window before or after it: facts come in any order, and the one that comes last
    may be the first that happened. With none before it in the window it is armed again, unless it is older than what
    fired.
    """
    is_first = not any(other <= at for other in near)
    is_armed = fired_at is None or (is_first and at > fired_at)
    if is_armed and _holds(sorted([*near, at]), at, wanted, window):
        return True, max(at, *near)
    return False, None if is_armed else fired_at


def _holds(moments: Sequence[datetime], at: datetime, wanted: int, window: timedelta) -> bool:
    """Whether a window around `at` holds as many of the moments as are wanted."""
    spans = zip(moments, moments[wanted - 1 :], strict=False)
    return any(first <= at <= last and last - first < window for first, last in spans)
