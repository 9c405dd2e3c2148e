"""Put what happened to records elsewhere on their timelines; a deal's also on that of its account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.domain import wording
from activities.domain.activity import Activity, ActivityLink
from activities.domain.timeline import EVENT
from activities.usecases.placing import ENTRIES, entry
from chassis.envelope import Event
from chassis.sql import insert_if_absent
from chassis.tables import reference


def project_timeline(session: Session, events: Sequence[Event]) -> None:
    """One entry a record and event; an event that comes again finds its entry there."""
    names = _names(session, events)
    rows = [row for event in events for row in _rows(event, names)]
    insert_if_absent(session, ENTRIES, [*rows, *_moved_activities(session, events)])


def _rows(event: Event, names: Mapping[str, str]) -> list[dict[str, Any]]:
    said = wording.summary(event.type, event.data, names)
    row = {
        "workspace_id": event.workspace_id,
        "record_id": event.subject_id,
        "id": event.id,
        "at": event.time,
        "kind": EVENT,
        "type": event.type,
        "summary": said,
        "actor_id": event.on_behalf_of or event.actor,
        "changes": wording.bounded(event.changes),
    }
    account_id = _account_of(event)
    if account_id is None:
        return [row]
    title = str(event.record.get("name") or "Deal")
    return [row, {**row, "record_id": account_id, "summary": wording.under_account(title, said)}]


def _account_of(event: Event) -> str | None:
    return event.record.get("account_id") if event.subject_type == "deal" else None


def _names(session: Session, events: Sequence[Event]) -> dict[str, str]:
    """The titles of the records that changes name, in one statement."""
    wanted = {record_id for event in events for record_id in wording.ids_in(event.changes)}
    if not wanted:
        return {}
    rows = session.execute(
        select(reference.c.id, reference.c.label).where(
            reference.c.workspace_id.in_({event.workspace_id for event in events}), reference.c.id.in_(wanted)
        )
    )
    return {row.id: row.label for row in rows}


def _moved_activities(session: Session, events: Sequence[Event]) -> list[dict[str, Any]]:
    """When a deal gets an account, the deal's activities get onto that account's timeline."""
    accounts = {
        (event.workspace_id, event.subject_id): account_id
        for event in events
        if (account_id := _account_of(event)) is not None
        and (event.type == "deal.created.v1" or "account_id" in event.changes)
    }
    if not accounts:
        return []
    found = session.execute(
        select(ActivityLink.workspace_id, ActivityLink.record_id, Activity)
        .join(
            Activity,
            (Activity.workspace_id == ActivityLink.workspace_id) & (Activity.id == ActivityLink.activity_id),
        )
        .where(
            ActivityLink.workspace_id.in_({workspace_id for workspace_id, _ in accounts}),
            ActivityLink.record_id.in_({deal_id for _, deal_id in accounts}),
            Activity.deleted_at.is_(None),
        )
    )
    return [
        entry(
            row.workspace_id, accounts[row.workspace_id, row.record_id], row.Activity.id, row.Activity.moment
        )
        for row in found
        if (row.workspace_id, row.record_id) in accounts
    ]
