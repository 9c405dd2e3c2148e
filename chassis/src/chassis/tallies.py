"""Counts of what large requests told and what became of it: one row a type, however many events there are.

Only what travels in the bulk lane is counted. A page about an import then says "2,800 told, 2,800 taken" without
looking at one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.envelope import BULK_ORIGINS, Event
from chassis.sql import add_up
from chassis.tables import tally

TOLD, TAKEN = "told", "taken"


def note_told(session: Session, ctx: Context, source: str, types: Iterable[str], moment: datetime) -> None:
    """Events of these types went into the outbox of `source`."""
    if ctx.origin in BULK_ORIGINS:
        counts = Counter((ctx.workspace_id, ctx.request_id, one) for one in types)
        _add(session, TOLD, source, counts, moment)


def note_taken(session: Session, consumer: str, events: Iterable[Event], moment: datetime) -> None:
    """Events were decided by `consumer`: handled, held or parked, each once."""
    counts = Counter(
        (event.workspace_id, event.request_id, event.type) for event in events if event.origin in BULK_ORIGINS
    )
    _add(session, TAKEN, consumer, counts, moment)


def _add(
    session: Session, kind: str, party: str, counts: Counter[tuple[str, str, str]], moment: datetime
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "workspace_id": workspace_id,
            "request_id": request_id[:80],
            "kind": kind,
            "party": party,
            "type": event_type,
            "count": count,
            "first_at": moment,
            "last_at": moment,
        }
        for (workspace_id, request_id, event_type), count in counts.items()
    ]
    add_up(session, tally, rows)
