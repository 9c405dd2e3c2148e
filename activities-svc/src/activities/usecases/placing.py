"""Keeps links and timeline entries of an activity in step with it, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table, delete, inspect, select
from sqlalchemy.orm import Session

from activities.domain.activity import Activity, ActivityLink
from activities.domain.timeline import ACTIVITY, TimelineEntry
from chassis import ids
from chassis.tables import reference
from chassis.unit_of_work import UnitOfWork

LINKS: Table = inspect(ActivityLink).local_table  # type: ignore[assignment]
ENTRIES: Table = inspect(TimelineEntry).local_table  # type: ignore[assignment]


def place(uow: UnitOfWork, activity: Activity) -> None:
    """Link the activity to its records and put it on their timelines, and on those of the deals' accounts."""
    workspace_id = uow.ctx.workspace_id
    uow.session.execute(
        delete(LINKS).where(LINKS.c.workspace_id == workspace_id, LINKS.c.activity_id == activity.id)
    )
    uow.insert_rows(
        LINKS,
        [
            {"workspace_id": workspace_id, "record_id": record_id, "activity_id": activity.id}
            for record_id in activity.record_ids
        ],
    )
    take_off(uow, activity)
    shown = [*activity.record_ids, *_accounts_of(uow.session, workspace_id, activity.record_ids)]
    uow.insert_rows(
        ENTRIES,
        [entry(workspace_id, record_id, activity.id, activity.moment) for record_id in dict.fromkeys(shown)],
    )


def take_off(uow: UnitOfWork, activity: Activity) -> None:
    """Take the activity off every timeline."""
    uow.session.execute(
        delete(ENTRIES).where(ENTRIES.c.workspace_id == uow.ctx.workspace_id, ENTRIES.c.id == activity.id)
    )


def entry(workspace_id: str, record_id: str, activity_id: str, at: datetime) -> dict[str, Any]:
    """The row of an activity on one record's timeline."""
    return {
        "workspace_id": workspace_id,
        "record_id": record_id,
        "id": activity_id,
        "at": at,
        "kind": ACTIVITY,
        "type": None,
        "summary": None,
        "actor_id": None,
        "changes": None,
    }


def _accounts_of(session: Session, workspace_id: str, record_ids: Iterable[str]) -> list[str]:
    """The accounts of the deals among these records, as far as the copies know them."""
    deals = [record_id for record_id in record_ids if ids.prefix_of(record_id) == "deal"]
    if not deals:
        return []
    rows = session.scalars(
        select(reference.c.data).where(
            reference.c.workspace_id == workspace_id, reference.c.type == "deal", reference.c.id.in_(deals)
        )
    )
    return [data["account_id"] for data in rows if data.get("account_id")]
