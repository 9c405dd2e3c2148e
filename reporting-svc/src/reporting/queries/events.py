"""The archive read by position: everything, some types, or one record; each event as it was told, with its place.

An event that is addressed to one user is passed over for everybody else: the position goes on, the event is not shown.
Only the suite itself, which shows pages to several readers and cuts them for each, gets it with its `addressee`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from chassis import codec, contracts
from chassis.context import Context
from reporting.domain.archive import ArchivedEvent, ArchivedRecord
from reporting.queries.addressed import may_read
from reporting.queries.report import watermark


def events(
    session: Session,
    ctx: Context,
    *,
    after: int | None = 0,
    types: Sequence[str] = (),
    limit: int = 100,
) -> dict[str, Any]:
    """Events after a position, oldest first. The cost depends on `limit`, not on what lies between them."""
    rows, position, latest, has_more = _after(session, ctx, after or 0, types, limit)
    return _page(ctx, rows, position, latest, has_more)


def raw_events(
    session: Session, ctx: Context, *, after: int, types: Sequence[str], limit: int
) -> dict[str, Any]:
    """As `events`, each event as the text that was told."""
    rows, position, _, has_more = _after(session, ctx, after, types, limit)
    data = [row.payload for row in rows if may_read(ctx, row.addressee)]
    return {"data": data, "position": position, "has_more": has_more}


def _after(
    session: Session, ctx: Context, after: int, types: Sequence[str], limit: int
) -> tuple[Sequence[Any], int, int, bool]:
    """The rows, the position to go on from, the latest position, and whether there are more."""
    latest = watermark(session, ctx)["position"]
    mine = ArchivedEvent.workspace_id == ctx.workspace_id
    within = ArchivedEvent.position.between(after + 1, latest)
    wanted = contracts.event_types(types)
    condition = within
    if wanted is not None:
        # The first few positions of each type, by its index, then the first few of those.
        first = [
            select(ArchivedEvent.position)
            .where(mine, within, ArchivedEvent.type == one)
            .order_by(ArchivedEvent.position)
            .limit(limit + 1)
            .subquery()
            for one in wanted
        ]
        condition = ArchivedEvent.position.in_(union_all(*(select(part.c.position) for part in first)))
    rows = _rows(session, [mine, condition], limit)
    has_more = len(rows) > limit
    page = rows[:limit]
    return page, page[-1].position if has_more else max(after, latest), latest, has_more


def record_events(
    session: Session,
    ctx: Context,
    *,
    record_id: str,
    after: int | None = None,
    newest_first: bool = False,
    limit: int = 50,
) -> dict[str, Any]:
    """What happened to one record; `after` goes on from there in the chosen direction."""
    latest = watermark(session, ctx)["position"]
    conditions = [ArchivedEvent.workspace_id == ctx.workspace_id, ArchivedEvent.subject_id == record_id]
    if after is not None:
        conditions.append(ArchivedEvent.position < after if newest_first else ArchivedEvent.position > after)
    rows = _rows(session, conditions, limit, newest_first=newest_first)
    page = rows[:limit]
    position = page[-1].position if page else (after or 0)
    return _page(ctx, page, position, latest, len(rows) > limit)


def latest_position(session: Session, ctx: Context) -> dict[str, Any]:
    """Where the archive ends: position 0 before the first event."""
    return watermark(session, ctx)


def position_before(session: Session, ctx: Context, *, moment: datetime) -> dict[str, Any]:
    """The position of the last event that was told before a moment; events come in the order of time, nearly.

    Halves the archive until the place is found: a lookup by key each time, whatever its size.
    """
    low, high = 0, watermark(session, ctx)["position"]
    found: datetime | None = None
    while low < high:
        middle = (low + high + 1) // 2
        at = session.scalar(
            select(ArchivedEvent.at).where(
                ArchivedEvent.workspace_id == ctx.workspace_id, ArchivedEvent.position == middle
            )
        )
        if at is not None and at < moment:
            low, found = middle, at
        else:
            high = middle - 1
    return {"position": low, "at": found}


def gaps(session: Session, ctx: Context, *, limit: int = 50) -> dict[str, Any]:
    """Records whose events have a hole, the oldest hole first."""
    mine = (ArchivedRecord.workspace_id == ctx.workspace_id, ArchivedRecord.gap_since.is_not(None))
    rows = session.scalars(
        select(ArchivedRecord)
        .where(*mine)
        .order_by(ArchivedRecord.gap_since, ArchivedRecord.subject_id)
        .limit(limit)
    )
    return {
        "data": [
            {
                "subject_type": row.subject_type,
                "subject_id": row.subject_id,
                "highest": row.highest,
                "archived": row.archived,
                "since": row.gap_since,
            }
            for row in rows
        ],
        "total": session.scalar(select(func.count()).select_from(ArchivedRecord).where(*mine)),
    }


def _rows(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int, *, newest_first: bool = False
) -> Sequence[Any]:
    position = ArchivedEvent.position
    return session.execute(
        select(position, ArchivedEvent.payload, ArchivedEvent.addressee)
        .where(*conditions)
        .order_by(position.desc() if newest_first else position)
        .limit(limit + 1)
    ).all()


def _shown(row: Any) -> dict[str, Any]:
    addressed = {} if row.addressee is None else {"addressee": row.addressee}
    return {**codec.loads(row.payload), **addressed, "position": row.position}


def _page(ctx: Context, rows: Sequence[Any], position: int, latest: int, has_more: bool) -> dict[str, Any]:
    return {
        "data": [_shown(row) for row in rows if may_read(ctx, row.addressee)],
        "position": position,
        "latest_position": latest,
        "has_more": has_more,
    }
