"""The timeline of a record: a page is one range of an index, and one read of the activities on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from activities.domain.activity import Activity
from activities.domain.timeline import ACTIVITY, EVENT, TimelineEntry
from chassis import codec, paging
from chassis.context import Context
from chassis.filters import Catalogue, Field
from chassis.reading import read_records, table_of

_NEWEST_FIRST = paging.parse_sort("-at", Catalogue([Field("at", "instant", TimelineEntry.at)]))


def timeline(
    session: Session,
    ctx: Context,
    *,
    record_id: str,
    kinds: Sequence[str] = (),
    limit: int = 50,
    after: Sequence[Any] | None = None,
) -> dict[str, Any]:
    """Newest first; activities as they are now, events as they were."""
    table = table_of(TimelineEntry)
    entries = select(table).where(table.c.workspace_id == ctx.workspace_id, table.c.record_id == record_id)
    if kinds:
        entries = entries.where(_of_kinds(table, kinds))
    rows = session.execute(paging.page(entries, _NEWEST_FIRST, TimelineEntry.id, after, limit)).all()
    wanted = [row.id for row in rows[:limit] if row.kind == ACTIVITY]
    activities = (
        {view["id"]: view for view in read_records(session, ctx, Activity, wanted)["data"]} if wanted else {}
    )
    following = paging.next_after(rows, limit)
    return {
        "data": [
            _entry(row, activities) for row in rows[:limit] if row.kind != ACTIVITY or row.id in activities
        ],
        "next": None if following is None else codec.plain(list(following)),
    }


def _of_kinds(table: Table, kinds: Sequence[str]) -> ColumnElement[bool]:
    """An event, or an activity of one of these kinds: looked up entry by entry, so that a page stays a range."""
    activity = (
        select(Activity.id)
        .where(
            Activity.workspace_id == table.c.workspace_id,
            Activity.id == table.c.id,
            Activity.kind.in_([kind for kind in kinds if kind != EVENT]),
        )
        .exists()
    )
    shown = (table.c.kind == ACTIVITY) & activity
    return or_(table.c.kind == EVENT, shown) if EVENT in kinds else shown


def _entry(row: Any, activities: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if row.kind == ACTIVITY:
        return {"at": row.at, "kind": row.kind, "activity": activities[row.id]}
    fact = {"type": row.type, "summary": row.summary, "actor_id": row.actor_id, "changes": row.changes or {}}
    return {"at": row.at, "kind": row.kind, "event": fact}
