"""Append events to the archive of their workspace, each once, and notice when some of a record are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, insert, literal, null, select, update
from sqlalchemy.orm import Session

from chassis import clock, contracts
from chassis.clock import Instant
from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import insert_if_absent, insert_into
from reporting.domain.archive import Archive, ArchivedEvent, ArchivedRecord
from reporting.usecases.note_grants import note_grants


def archive_events(session: Session, events: Sequence[Event]) -> dict[str, int]:
    """Append `events` in the order given; returns the newest position of each workspace that grew."""
    by_workspace: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_workspace[event.workspace_id].append(event)
    grown: dict[str, int] = {}
    # In one order, so that two batches over the same workspaces never wait for each other crosswise.
    for workspace_id in sorted(by_workspace):
        position = _append(session, workspace_id, by_workspace[workspace_id])
        if position is not None:
            grown[workspace_id] = position
    return grown


def _append(session: Session, workspace_id: str, events: Sequence[Event]) -> int | None:
    end = _lock(session, workspace_id)
    new = _not_archived(session, workspace_id, events)
    if not new:
        return None
    session.execute(
        insert(ArchivedEvent),
        [
            {
                "workspace_id": workspace_id,
                "position": position,
                "event_id": event.id,
                "type": event.type,
                "subject_type": event.subject_type,
                "subject_id": event.subject_id,
                "sequence": event.sequence,
                "at": event.time,
                "payload": event.raw,
                "request_id": event.request_id[:80],
                "cause_id": event.cause_id,
                "addressee": contracts.addressee_of(event.type, event.data),
            }
            for position, event in enumerate(new, end.position + 1)
        ],
    )
    position: int = end.position + len(new)
    times = [event.time for event in new] + ([end.at] if end.at is not None else [])
    session.execute(
        update(Archive).where(Archive.workspace_id == workspace_id).values(position=position, at=max(times))
    )
    _count(session, workspace_id, new)
    note_grants(session, workspace_id, list(enumerate(new, end.position + 1)))
    return position


def _lock(session: Session, workspace_id: str) -> Any:
    """The end of the workspace's archive, held against every other writer until commit."""
    statement = (
        select(Archive.position, Archive.at).where(Archive.workspace_id == workspace_id).with_for_update()
    )
    end = session.execute(statement).first()
    if end is None:
        row = {"workspace_id": workspace_id, "position": 0, "at": None}
        insert_if_absent(session, table_of(Archive), [row])
        end = session.execute(statement).one()
    return end


def _not_archived(session: Session, workspace_id: str, events: Sequence[Event]) -> list[Event]:
    """Those of `events` the archive does not have, each once."""
    by_id = {event.id: event for event in events}
    known = set(
        session.scalars(
            select(ArchivedEvent.event_id).where(
                ArchivedEvent.workspace_id == workspace_id, ArchivedEvent.event_id.in_(list(by_id))
            )
        )
    )
    return [event for event in by_id.values() if event.id not in known]


def _count(session: Session, workspace_id: str, events: Sequence[Event]) -> None:
    """Count the events of each record; a gap opens when their number falls behind and closes when it catches up."""
    moment = clock.now()
    rows: dict[str, dict[str, Any]] = {}
    for event in events:
        row = rows.setdefault(
            event.subject_id,
            {
                "workspace_id": workspace_id,
                "subject_id": event.subject_id,
                "subject_type": event.subject_type,
                "highest": 0,
                "archived": 0,
            },
        )
        row["highest"] = max(row["highest"], event.sequence)
        row["archived"] += 1
    for row in rows.values():
        row["gap_since"] = moment if row["archived"] < row["highest"] else None
    table = table_of(ArchivedRecord)
    statement = insert_into(session, table)
    newer = statement.excluded
    highest = case((newer.highest > table.c.highest, newer.highest), else_=table.c.highest)
    archived = table.c.archived + newer.archived
    opened = func.coalesce(table.c.gap_since, literal(moment, Instant()))
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["workspace_id", "subject_id"],
            set_={
                "highest": highest,
                "archived": archived,
                "gap_since": case((archived < highest, opened), else_=null()),
            },
        ),
        list(rows.values()),
    )
