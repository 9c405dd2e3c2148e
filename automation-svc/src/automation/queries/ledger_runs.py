"""The runs that the ledger of a record or a request tells of: those it began, and those whose effects are about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from automation.domain.run import Run, RunRecord
from automation.queries.runs import with_steps
from chassis.context import Context
from chassis.reading import table_of
from chassis.record import view_of


def ledger_runs(
    session: Session,
    ctx: Context,
    *,
    record_id: str | None = None,
    request_id: str | None = None,
    event_ids: Sequence[str] = (),
    statuses: Collection[str] = (),
    after: Mapping[str, Any] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """A page of runs, newest first, and how many there are of each status.

    `because` are the runs that the events `event_ids` began, whatever record those were about.
    """
    table = table_of(Run)
    mine = [Run.workspace_id == ctx.workspace_id, *_whose(ctx, record_id, request_id)]
    counted = session.execute(select(Run.status, func.count()).where(*mine).group_by(Run.status))
    totals = dict(counted.tuples().all())
    page = [*mine]
    if statuses:
        page.append(Run.status.in_(statuses))
    if after is not None:
        same = and_(Run.created_at == after["at"], Run.id < after["key"])
        page.append(or_(Run.created_at < after["at"], same))
    rows = session.execute(
        select(table).where(*page).order_by(Run.created_at.desc(), Run.id.desc()).limit(limit + 1)
    ).all()
    data = [view_of(Run, row._mapping) for row in rows[:limit]]
    because: list[dict[str, Any]] = []
    if event_ids:
        began = session.execute(
            select(table)
            .where(Run.workspace_id == ctx.workspace_id, Run.trigger_event_id.in_(event_ids))
            .order_by(Run.created_at)
            .limit(200)
        )
        because = [view_of(Run, row._mapping) for row in began]
    with_steps(session, ctx, [*data, *because])
    return {"data": data, "has_more": len(rows) > limit, "totals": totals, "because": because}


def _whose(ctx: Context, record_id: str | None, request_id: str | None) -> list[ColumnElement[bool]]:
    if request_id is not None:
        return [Run.request_id == request_id]
    linked = select(RunRecord.run_id).where(
        RunRecord.workspace_id == ctx.workspace_id, RunRecord.record_id == (record_id or "")
    )
    return [Run.id.in_(linked)]
