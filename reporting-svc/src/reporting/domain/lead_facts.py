"""Facts about the life of leads: each step of the lifecycle, and when sales first answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, Index, Integer, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis import clock, ids
from chassis.clock import Instant
from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import upsert
from reporting.domain.base import Base
from reporting.domain.facts import RECORD

STEP_EVENTS = ("lead.lifecycle_changed.v1",)
ACTIVITY_EVENTS = ("activity.created.v1",)
AT_ONCE = 500
ANSWERS = ("call", "email", "meeting")


class LifecycleStepFact(Base):
    """One step of a lead, with the marks it had then; told once, never changed."""

    __tablename__ = "lifecycle_step_fact"
    __table_args__ = (
        Index("ix_lifecycle_step_fact_stage", "workspace_id", "to_stage", "changed_on"),
        Index("ix_lifecycle_step_fact_handoff", "workspace_id", "handoff", "changed_on"),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    from_stage: Mapped[str] = mapped_column(String(16))
    to_stage: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_on: Mapped[date] = mapped_column(Date)
    handoff: Mapped[str | None] = mapped_column(String(12))
    source: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(80))
    industry: Mapped[str | None] = mapped_column(String(120))
    owner_id: Mapped[str | None] = mapped_column(String(40))


class ResponseFact(Base):
    """The first call, mail or meeting of a person about a lead: when it was, and whose."""

    __tablename__ = "response_fact"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    responded_at: Mapped[datetime] = mapped_column(Instant)
    responder_id: Mapped[str | None] = mapped_column(String(40))
    activity_id: Mapped[str] = mapped_column(String(40))


def note_steps(session: Session, events: Sequence[Event]) -> None:
    """Keep every step, once."""
    rows = []
    for event in events:
        changed_at = clock.from_text(event.data["changed_at"])
        rows.append(
            {
                "workspace_id": event.workspace_id,
                RECORD: event.subject_id,
                "sequence": event.sequence,
                **{name: event.data[name] for name in ("from_stage", "to_stage")},
                "handoff": event.data.get("handoff"),
                "changed_at": changed_at,
                "changed_on": changed_at.date(),
                **{name: event.record.get(name) for name in ("source", "country", "industry", "owner_id")},
            }
        )
    upsert(session, table_of(LifecycleStepFact), rows)


def note_responses(session: Session, events: Sequence[Event]) -> None:
    """Keep the earliest answer to each lead, in whatever order they are told."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        for row in _responses(event):
            key = (row["workspace_id"], row[RECORD])
            if key not in first or _order(row) < _order(first[key]):
                first[key] = row
    leads: dict[str, list[str]] = defaultdict(list)
    for workspace_id, lead_id in sorted(first):
        leads[workspace_id].append(lead_id)
    known = {
        (row["workspace_id"], row[RECORD]): row
        for workspace_id, lead_ids in leads.items()
        for row in _known(session, workspace_id, lead_ids)
    }
    earlier = [row for key, row in first.items() if key not in known or _order(row) < _order(known[key])]
    upsert(session, table_of(ResponseFact), earlier)


def _responses(event: Event) -> list[dict[str, Any]]:
    record = event.record
    if record.get("kind") not in ANSWERS or record.get("direction") == "inbound":
        return []
    # A meeting that is planned is no answer yet.
    if not record.get("occurred_at") or clock.from_text(record["occurred_at"]) > event.time:
        return []
    row = {
        "workspace_id": event.workspace_id,
        "responded_at": clock.from_text(record["occurred_at"]),
        "responder_id": record.get("owner_id"),
        "activity_id": event.subject_id,
    }
    return [{**row, RECORD: one} for one in record.get("record_ids") or () if ids.is_id(one, "lead")]


def _order(row: Any) -> tuple[Any, ...]:
    return row["responded_at"], row["activity_id"]


def _known(session: Session, workspace_id: str, lead_ids: Sequence[str]) -> Iterator[Any]:
    """The answers that are known, some at a time: one import may concern very many leads."""
    table = table_of(ResponseFact)
    for begin in range(0, len(lead_ids), AT_ONCE):
        some = lead_ids[begin : begin + AT_ONCE]
        statement = select(table).where(table.c.workspace_id == workspace_id, table.c[RECORD].in_(some))
        yield from session.execute(statement.with_for_update()).mappings()
