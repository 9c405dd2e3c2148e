"""Keeps links and timeline entries of an activity in step with it, in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def place(uow: UnitOfWork, *activities: Activity) -> None:
    """Link activities to their records and put them on their timelines, and on those of the deals' accounts.

    The number of statements does not depend on how many there are.
    """
    if not activities:
        return
    workspace_id = uow.ctx.workspace_id
    uow.session.execute(
        delete(LINKS).where(
            LINKS.c.workspace_id == workspace_id, LINKS.c.activity_id.in_([one.id for one in activities])
        )
    )
    take_off(uow, *activities)
    put_on(uow, activities)


def put_on(uow: UnitOfWork, activities: Sequence[Activity]) -> None:
    """Link activities that are nowhere yet, and put them on the timelines."""
    workspace_id = uow.ctx.workspace_id
    uow.insert_rows(
        LINKS,
        [
            {"workspace_id": workspace_id, "record_id": record_id, "activity_id": activity.id}
            for activity in activities
            for record_id in activity.record_ids
        ],
    )
    deals = {
        record_id
        for activity in activities
        for record_id in activity.record_ids
        if ids.prefix_of(record_id) == "deal"
    }
    accounts = _accounts_of(uow.session, workspace_id, deals)
    rows = []
    for activity in activities:
        above = [accounts[record_id] for record_id in activity.record_ids if record_id in accounts]
        for record_id in dict.fromkeys([*activity.record_ids, *above]):
            rows.append(entry(workspace_id, record_id, activity.id, activity.moment))
    uow.insert_rows(ENTRIES, rows)


def take_off(uow: UnitOfWork, *activities: Activity) -> None:
    """Take activities off every timeline."""
    uow.session.execute(
        delete(ENTRIES).where(
            ENTRIES.c.workspace_id == uow.ctx.workspace_id, ENTRIES.c.id.in_([one.id for one in activities])
        )
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


def _accounts_of(session: Session, workspace_id: str, deal_ids: Collection[str]) -> dict[str, str]:
    """The accounts of these deals, by deal, as far as the copies know them."""
    if not deal_ids:
        return {}
    rows = session.execute(
        select(reference.c.id, reference.c.data).where(
            reference.c.workspace_id == workspace_id,
            reference.c.type == "deal",
            reference.c.id.in_(deal_ids),
        )
    )
    return {row.id: account_id for row in rows if (account_id := row.data.get("account_id"))}
