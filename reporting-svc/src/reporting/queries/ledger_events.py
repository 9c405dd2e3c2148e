"""The archive as the ledger reads it: the events of a record or of a request, and what they caused elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from chassis import codec
from chassis.context import Context
from chassis.errors import Invalid
from reporting.domain.archive import ArchivedEvent
from reporting.queries.addressed import may_read
from reporting.queries.report import watermark

NEWEST = 100
MOST_CAUSED = 200


def ledger_events(
    session: Session,
    ctx: Context,
    *,
    record_id: str | None = None,
    request_id: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page of events, newest first, and those on other records that they caused.

    `newest` are the heads of the latest hundred, whatever the page: whoever has not handled them yet is behind.
    """
    latest = watermark(session, ctx)["position"]
    of = _whose(record_id, request_id)
    mine = [ArchivedEvent.workspace_id == ctx.workspace_id, of, ArchivedEvent.position <= latest]
    page = [*mine, ArchivedEvent.position < before] if before is not None else mine
    rows = _events(session, page, limit + 1)
    data = [_event(ctx, row) for row in rows[:limit]]
    is_all = before is None and len(rows) <= limit
    heads = data if is_all else [_event(ctx, row) for row in _events(session, mine, NEWEST)]
    return {
        "data": data,
        "caused": _caused(session, ctx, [event["id"] for event in data], record_id),
        "newest": [
            {name: head[name] for name in HEAD if name in head}
            for head in sorted(heads, key=lambda head: -head["position"])[:NEWEST]
        ],
        "total": session.scalar(select(func.count()).select_from(ArchivedEvent).where(*mine)) or 0,
        "latest_position": latest,
        "has_more": len(rows) > limit,
    }


HEAD = ("id", "type", "source", "subject", "subjecttype", "sequence", "time", "origin", "position")


def _whose(record_id: str | None, request_id: str | None) -> ColumnElement[bool]:
    if record_id is not None:
        return ArchivedEvent.subject_id == record_id
    if request_id is not None:
        return ArchivedEvent.request_id == request_id
    raise Invalid("Name a record or a request.")


def _events(session: Session, conditions: Sequence[ColumnElement[bool]], limit: int) -> Sequence[Any]:
    return session.execute(
        select(ArchivedEvent.position, ArchivedEvent.payload, ArchivedEvent.addressee)
        .where(*conditions)
        .order_by(ArchivedEvent.position.desc())
        .limit(limit)
    ).all()


def _event(ctx: Context, row: Any) -> dict[str, Any]:
    """An event for somebody else is seen to have happened; what it says is not shown."""
    event = {**codec.loads(row.payload), "position": row.position}
    return event if may_read(ctx, row.addressee) else {**event, "data": {}}


def _caused(
    session: Session, ctx: Context, event_ids: Sequence[str], record_id: str | None
) -> list[dict[str, Any]]:
    """What followed from these events on other records, in the order it was told."""
    if not event_ids:
        return []
    rows = session.execute(
        select(ArchivedEvent.position, ArchivedEvent.payload, ArchivedEvent.addressee)
        .where(
            ArchivedEvent.workspace_id == ctx.workspace_id,
            ArchivedEvent.cause_id.in_(event_ids),
            ArchivedEvent.subject_id != (record_id or ""),
        )
        .order_by(ArchivedEvent.position)
        .limit(MOST_CAUSED)
    )
    return [_event(ctx, row) for row in rows]
