"""Reads of jobs: lists and single ones with what follows from their progress, and the rows that failed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.filters import Catalogue, Field
from gateway.jobs.domain.job import QUEUED, RUNNING, UNFINISHED, FailedRow, Job
from messages.jobs import KINDS, STATUSES

PAGE = 500

JOB_FIELDS = Catalogue(
    [
        Field("id", "reference", Job.id),
        Field("kind", "select", Job.kind, KINDS),
        Field("status", "select", Job.status, STATUSES),
        Field("mapping_id", "reference", Job.mapping_id),
        Field("mapping_name", "text", Job.mapping_name),
        Field("upload_id", "reference", Job.upload_id),
        Field("undoes_id", "reference", Job.undoes_id),
        Field("dry_run", "boolean", Job.dry_run),
        Field("failed", "number", Job.failed),
        Field("requested_by", "reference", Job.requested_by),
        Field("created_at", "instant", Job.created_at),
        Field("finished_at", "instant", Job.finished_at),
    ]
)


def with_progress(session: Session, ctx: Context, views: list[dict[str, Any]]) -> None:
    """Add the time that is left, and to those that wait for what they wait."""
    for view in views:
        view["eta_seconds"] = eta_seconds(view, ctx.now)
    waiting = [view for view in views if view["status"] == QUEUED]
    if not waiting:
        return
    unfinished = session.execute(
        select(Job.id, Job.created_at).where(Job.workspace_id == ctx.workspace_id, Job.status.in_(UNFINISHED))
    ).all()
    for view in waiting:
        before = sum((row.created_at, row.id) < (view["created_at"], view["id"]) for row in unfinished)
        if before:
            view["stage"] = f"waits for {before} earlier import{'s' if before > 1 else ''}"


def eta_seconds(view: dict[str, Any], now: datetime) -> int | None:
    """What is left, at the pace so far; None when there is no pace yet."""
    if view["status"] != RUNNING or not view["processed"] or not view["total"]:
        return None
    pace = (now - view["started_at"]).total_seconds() / view["processed"]
    return round(float(pace * (view["total"] - view["processed"])))


def files_with_failures(session: Session, ctx: Context, job_id: str) -> dict[str, int]:
    """How many rows failed in each file that has any."""
    rows = session.execute(
        select(FailedRow.file, func.count())
        .where(FailedRow.workspace_id == ctx.workspace_id, FailedRow.job_id == job_id)
        .group_by(FailedRow.file)
        .order_by(FailedRow.file)
    )
    return {row[0]: row[1] for row in rows}


def failed_rows(session: Session, ctx: Context, job_id: str, file: str) -> Iterator[Row[Any]]:
    """The failed rows of one file in the order of its lines: `line, original, errors`."""
    after: tuple[int, str] = (-1, "")
    while True:
        page: Sequence[Row[Any]] = session.execute(
            select(FailedRow.id, FailedRow.line, FailedRow.original, FailedRow.errors)
            .where(
                FailedRow.workspace_id == ctx.workspace_id,
                FailedRow.job_id == job_id,
                FailedRow.file == file,
                (FailedRow.line > after[0]) | ((FailedRow.line == after[0]) & (FailedRow.id > after[1])),
            )
            .order_by(FailedRow.line, FailedRow.id)
            .limit(PAGE)
        ).all()
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1].line, page[-1].id
