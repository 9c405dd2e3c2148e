"""Reads of activities: what filters and sorting know, what is next on a record, search."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from activities.domain.activity import COMPLETED, TASK, Activity, ActivityLink
from chassis.context import Context
from chassis.copies import copied
from chassis.filters import Catalogue, Field
from chassis.reading import searcher, visible
from messages.activities import DIRECTIONS, KINDS, OUTCOMES, PRIORITIES, PURPOSES, STATUSES


def _linked(record_ids: Sequence[Any] | None, workspace_id: str | None) -> ColumnElement[bool]:
    """Whether an activity is about one of these records (None: about any): found from the links, not by a scan."""
    links = select(ActivityLink.activity_id).where(ActivityLink.workspace_id == workspace_id)
    return Activity.id.in_(
        links if record_ids is None else links.where(ActivityLink.record_id.in_(record_ids))
    )


ACTIVITY_FIELDS = Catalogue(
    [
        Field("id", "reference", Activity.id),
        Field("kind", "select", Activity.kind, KINDS),
        Field("subject", "text", Activity.subject),
        Field("body", "text", Activity.body),
        Field("owner_id", "reference", Activity.owner_id),
        Field("owner.name", "text", copied("user", Activity.owner_id)),
        Field("record_id", "references", linked=_linked),
        Field("direction", "select", Activity.direction, DIRECTIONS),
        Field("outcome", "select", Activity.outcome, OUTCOMES),
        Field("purpose", "select", Activity.purpose, PURPOSES),
        Field("duration_seconds", "number", Activity.duration_seconds),
        Field("occurred_at", "instant", Activity.occurred_at),
        Field("due_at", "instant", Activity.due_at),
        Field("status", "select", Activity.status, STATUSES),
        Field("priority", "select", Activity.priority, PRIORITIES),
        Field("completed_at", "instant", Activity.completed_at),
        Field("origin", "text", Activity.origin),
        Field("external_id", "text", Activity.external_id),
        Field("workflow_run_id", "reference", Activity.workflow_run_id),
        Field("created_at", "instant", Activity.created_at),
        Field("updated_at", "instant", Activity.updated_at),
    ]
)


def next_activities(session: Session, ctx: Context, *, record_ids: Sequence[str]) -> dict[str, Any]:
    """The open task due first of each record, in one statement."""
    place = func.row_number().over(
        partition_by=ActivityLink.record_id, order_by=(Activity.due_at, Activity.id)
    )
    ranked = (
        select(ActivityLink.record_id, Activity.id, Activity.subject, Activity.due_at, place.label("place"))
        .join(
            Activity,
            (Activity.workspace_id == ActivityLink.workspace_id) & (Activity.id == ActivityLink.activity_id),
        )
        .where(
            *visible(Activity, ctx),
            ActivityLink.workspace_id == ctx.workspace_id,
            ActivityLink.record_id.in_(list(dict.fromkeys(record_ids))),
            Activity.kind == TASK,
            Activity.status != COMPLETED,
            Activity.due_at.is_not(None),
        )
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place == 1))
    return {
        "data": [
            {"record_id": row.record_id, "activity_id": row.id, "subject": row.subject, "due_at": row.due_at}
            for row in rows
        ]
    }


search_activities = searcher(Activity)
