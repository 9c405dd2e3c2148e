"""The archive as partners read it: the events of records that they made or that are shared with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from chassis import codec, contracts
from chassis.context import Context
from reporting.domain.archive import ArchivedEvent, RecordGrant
from reporting.queries.report import watermark

# So many positions are looked through at most, so that a partner with few records costs no more than one with many.
WINDOW = 5000


def _is_open(ctx: Context) -> ColumnElement[bool]:
    """Whether an event lies within a grant, and is not addressed to a user."""
    position = ArchivedEvent.position
    return and_(
        RecordGrant.workspace_id == ctx.workspace_id,
        RecordGrant.record_id == ArchivedEvent.subject_id,
        ArchivedEvent.addressee.is_(None),
        or_(and_(RecordGrant.until.is_(None), position >= RecordGrant.since), position == RecordGrant.until),
    )


def watched_events(
    session: Session, ctx: Context, *, after: int | None, types: Sequence[str] = (), limit: int = 100
) -> dict[str, Any]:
    """The caller's events after a position, oldest first; without a position only where the archive ends."""
    latest = watermark(session, ctx)["position"]
    if after is None:
        return _page([], latest, latest)
    end = min(latest, after + WINDOW)
    wanted = contracts.event_types(types)
    conditions = [
        ArchivedEvent.workspace_id == ctx.workspace_id,
        ArchivedEvent.position.between(after + 1, end),
        RecordGrant.partner_id == ctx.caller,
        _is_open(ctx),
    ]
    if wanted is not None:
        conditions.append(ArchivedEvent.type.in_(wanted))
    rows = session.execute(
        select(ArchivedEvent.position, ArchivedEvent.payload)
        .where(*conditions)
        .order_by(ArchivedEvent.position)
        .limit(limit + 1)
    ).all()
    page = [{**codec.loads(row.payload), "position": row.position} for row in rows[:limit]]
    position = rows[limit - 1].position if len(rows) > limit else max(after, end)
    return _page(page, position, latest)


def shared_events(session: Session, ctx: Context, *, after: int, limit: int = 500) -> dict[str, Any]:
    """The next `limit` positions: those of their events that partners may see, each with `partner_ids`."""
    latest = watermark(session, ctx)["position"]
    end = max(after, min(latest, after + limit))
    within = (
        ArchivedEvent.workspace_id == ctx.workspace_id,
        ArchivedEvent.position.between(after + 1, end),
    )
    readers: dict[int, list[str]] = defaultdict(list)
    for row in session.execute(
        select(ArchivedEvent.position, RecordGrant.partner_id).where(*within, _is_open(ctx))
    ):
        readers[row.position].append(row.partner_id)
    rows = session.execute(
        select(ArchivedEvent.position, ArchivedEvent.payload)
        .where(*within, ArchivedEvent.position.in_(list(readers)))
        .order_by(ArchivedEvent.position)
    )
    page = [
        {**codec.loads(row.payload), "position": row.position, "partner_ids": sorted(readers[row.position])}
        for row in rows
    ]
    return _page(page, end, latest)


def _page(page: list[dict[str, Any]], position: int, latest: int) -> dict[str, Any]:
    return {"data": page, "position": position, "latest_position": latest, "has_more": position < latest}
