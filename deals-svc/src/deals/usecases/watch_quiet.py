"""Note when something was done about a deal: its steps, and what people did with its customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from chassis import clock, ids
from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import upsert
from deals.domain.quiet import STALLED_AFTER, Quiet

# A deal that is brought in begins to be quiet now: what was before is history, of which nobody is told.
STEPS = ("deal.created.v1", "deal.stage_moved.v1", "deal.reopened.v1", "deal.restored.v1")
TOUCHES = ("activity.created.v1", "activity.completed.v1")


def watch_quiet(session: Session, events: Sequence[Event]) -> None:
    latest: dict[tuple[str, str], datetime] = {}
    for event in events:
        for deal_id, at in _done(event):
            key = (event.workspace_id, deal_id)
            latest[key] = max(at, latest.get(key, at))
    rows = [
        {"workspace_id": workspace, "deal_id": deal, "quiet_since": at, "stalls_at": at + STALLED_AFTER}
        for (workspace, deal), at in latest.items()
    ]
    upsert(session, table_of(Quiet), rows, newer="quiet_since")


def _done(event: Event) -> Iterator[tuple[str, datetime]]:
    """The deals about which something was done, and when. A task that is only set is a plan."""
    if event.subject_type == "deal":
        yield event.subject_id, event.time
        return
    record = event.record
    if record.get("kind") == "task" and event.type != "activity.completed.v1":
        return
    occurred = record.get("occurred_at")
    at = min(clock.from_text(occurred), event.time) if occurred else event.time
    for record_id in record.get("record_ids") or ():
        if ids.is_id(record_id, "deal"):
            yield record_id, at
