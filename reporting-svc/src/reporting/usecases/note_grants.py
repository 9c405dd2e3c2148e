"""Keep what partners may read of the archive, in the transaction that archives the sharing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import ids
from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import upsert
from reporting.domain.archive import RecordGrant

MADE, SHARED, UNSHARED = ".created.v1", ".shared.v1", ".unshared.v1"


def note_grants(session: Session, workspace_id: str, archived: Sequence[tuple[int, Event]]) -> None:
    """Take in what `archived` (position, event) says of sharing, each record's newest word last.

    A partner reads a record from the event on that shares it, and the maker of a record all of it. Both are known
    from the first such event itself: a reader that sees it archived sees the grant too.
    """
    told = [(position, event) for position, event in archived if _partner_of(event) is not None]
    if not told:
        return
    known = _known(session, workspace_id, [event.subject_id for _, event in told])
    changed: dict[tuple[str, str], dict[str, Any]] = {}
    for position, event in sorted(told, key=lambda one: one[1].sequence):
        key = (str(_partner_of(event)), event.subject_id)
        before = known.get(key)
        if before is not None and before["sequence"] >= event.sequence:
            continue
        known[key] = changed[key] = {
            "workspace_id": workspace_id,
            "partner_id": key[0],
            "record_id": key[1],
            **_span(event, position, before),
            "sequence": event.sequence,
        }
    upsert(session, table_of(RecordGrant), list(changed.values()))


def _partner_of(event: Event) -> str | None:
    """The partner of whom an event says that they see its record, or see it no more."""
    if event.type.endswith((SHARED, UNSHARED)):
        return str(event.data["partner_id"])
    is_theirs = event.type.endswith(MADE) and ids.is_id(event.actor, "partner")
    return event.actor if is_theirs else None


def _span(event: Event, position: int, before: dict[str, Any] | None) -> dict[str, Any]:
    is_open = before is not None and before["until"] is None
    if event.type.endswith(UNSHARED):
        return {"since": before["since"] if before is not None else position, "until": position}
    if is_open and before is not None:
        return {"since": before["since"], "until": None}
    return {"since": 0 if event.type.endswith(MADE) else position, "until": None}


def _known(
    session: Session, workspace_id: str, record_ids: Sequence[str]
) -> dict[tuple[str, str], dict[str, Any]]:
    grants = table_of(RecordGrant)
    rows = session.execute(
        select(grants).where(grants.c.workspace_id == workspace_id, grants.c.record_id.in_(set(record_ids)))
    )
    return {(row.partner_id, row.record_id): dict(row._mapping) for row in rows}
