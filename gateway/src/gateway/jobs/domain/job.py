"""A job: what it is to do, how far it is, and the rule that its receipt adds up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.errors import AppError
from chassis.record import DomainEvent, Record, Row
from gateway.jobs.domain.base import Base
from gateway.jobs.domain.errors import (
    GaveUp,
    JobIsOver,
    NothingToUndo,
    PositionLost,
    ReceiptMismatch,
)

QUEUED, RUNNING, COMPLETED, FAILED, CANCELLED = "queued", "running", "completed", "failed", "cancelled"
UNFINISHED = (QUEUED, RUNNING)
READING = "reading the files"
IMPORT, UNDO = "import", "undo"
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "removed", "restored", "kept")
MOST_ATTEMPTS = 5
MOST_REASONS = 100


@dataclass(frozen=True)
class JobCompleted(DomainEvent):
    wire = "job.completed.v1"
    job_id: str
    kind: str
    requested_by: str
    counts: dict[str, int]
    files: list[str]


@dataclass(frozen=True)
class JobFailed(JobCompleted):
    wire = "job.failed.v1"
    reason: str


class Job(Record, Base):
    """Long work on somebody's behalf.

    `next_part` and `next_chunk` say where it goes on after a crash; `attempts` counts the starts at that place.
    `role` is what the requester was allowed to do when they asked. An import without a `mapping` has it guessed from
    its files. An undo names the import it takes back (`undoes_id`), and that one names its undo.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_created", "workspace_id", "created_at"),
        Index(
            "ix_job_unfinished",
            "workspace_id",
            "created_at",
            sqlite_where=text("status IN ('queued', 'running')"),
            postgresql_where=text("status IN ('queued', 'running')"),
        ),
    )
    noun = "job"
    prefix = "job"
    is_told = False
    hidden_columns = frozenset({"role", "mapping", "next_part", "next_chunk", "attempts"})

    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(12), default=QUEUED)
    stage: Mapped[str] = mapped_column(String(200), default=QUEUED)
    mapping: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    mapping_id: Mapped[str | None] = mapped_column(String(40), default=None)
    mapping_name: Mapped[str | None] = mapped_column(String(120), default=None)
    upload_id: Mapped[str | None] = mapped_column(String(40), default=None)
    automation: Mapped[str] = mapped_column(String(10), default="run")
    undoes_id: Mapped[str | None] = mapped_column(String(40), default=None)
    undo_id: Mapped[str | None] = mapped_column(String(40), default=None)
    dry_run: Mapped[bool] = mapped_column(default=False)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    total: Mapped[int | None] = mapped_column(Integer, default=None)
    processed: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    removed: Mapped[int] = mapped_column(Integer, default=0)
    restored: Mapped[int] = mapped_column(Integer, default=0)
    kept: Mapped[int] = mapped_column(Integer, default=0)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), default=None)
    requested_by: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    cancel_requested_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    next_part: Mapped[int] = mapped_column(Integer, default=0)
    next_chunk: Mapped[int] = mapped_column(Integer, default=0)
    attempts: Mapped[int] = mapped_column(Integer, default=0)

    def view(self) -> dict[str, Any]:
        return {**super().view(), "eta_seconds": None}

    @property
    def is_over(self) -> bool:
        return self.status not in UNFINISHED

    def begin(self, at: datetime) -> None:
        """A worker takes the job up, for the first time or again. A dry run has left nothing, so it starts over."""
        self.attempts += 1
        if self.attempts > MOST_ATTEMPTS:
            raise GaveUp(attempts=self.attempts - 1)
        self.status = RUNNING
        self.stage = READING
        self.started_at = self.started_at or at
        if self.dry_run:
            self.parts = []

    def plan(self, parts: Sequence[Mapping[str, Any]]) -> None:
        """The files are read: `parts` (entity, file, rows) is what there is to do. Going on keeps what is done."""
        if self.parts:
            return
        self.parts = [{**part, **dict.fromkeys(OUTCOMES, 0)} for part in parts]
        self.total = sum(part["rows"] for part in parts)
        self.processed = self.next_part = self.next_chunk = 0
        self.reasons = []
        for outcome in OUTCOMES:
            setattr(self, outcome, 0)

    def take(
        self,
        part: int,
        chunk: int,
        counts: Mapping[str, int],
        corrections: Sequence[dict[str, Any]],
        reasons: Mapping[tuple[str, str, str], int] | None = None,
    ) -> None:
        """A chunk of a part is done; raises `PositionLost` unless it was the next one.

        `reasons` counts outcomes by (outcome, code, message).
        """
        if (part, chunk) != (self.next_part, self.next_chunk) or self.is_over:
            raise PositionLost(job_id=self.id)
        done = dict(self.parts[part])
        for outcome in OUTCOMES:
            number = counts.get(outcome, 0)
            done[outcome] = done.get(outcome, 0) + number
            self.processed += number
            setattr(self, outcome, getattr(self, outcome) + number)
        self.parts = [*self.parts[:part], done, *self.parts[part + 1 :]]
        self.corrections = list(corrections)
        if reasons:
            self.reasons = _with_reasons(self.reasons, reasons)
        self.next_chunk = chunk + 1
        self.attempts = 0

    def settle(self, part: int) -> None:
        """An undo has come to the end of a part: rows that an import failed may have left something as well."""
        done = dict(self.parts[part])
        rows = sum(done.get(outcome, 0) for outcome in OUTCOMES)
        self.total = (self.total or 0) + rows - done["rows"]
        done["rows"] = rows
        self.parts = [*self.parts[:part], done, *self.parts[part + 1 :]]

    def turn(self, part: int) -> None:
        """All chunks of the parts before `part` are done."""
        if part > self.next_part:
            self.next_part, self.next_chunk = part, 0

    def complete(self, at: datetime, corrections: Sequence[dict[str, Any]]) -> None:
        """End well. Every row that came in has exactly one outcome, or the job has failed."""
        self.corrections = list(corrections)
        wrong = [part for part in self.parts if part["rows"] != sum(part[outcome] for outcome in OUTCOMES)]
        if wrong:
            outcomes = sum(wrong[0][outcome] for outcome in OUTCOMES)
            what = f"{wrong[0]['file']} has {wrong[0]['rows']} rows, {outcomes} have an outcome"
            raise ReceiptMismatch(what=what)
        if self.processed != self.total or self.processed != sum(
            getattr(self, outcome) for outcome in OUTCOMES
        ):
            raise ReceiptMismatch(what=f"{self.total} rows came in, {self.processed} have an outcome")
        self._end(COMPLETED, at)

    def fail(self, at: datetime, error: AppError) -> None:
        """End badly, and say why."""
        self.error = {"code": error.code, "message": error.text, "errors": [*error.errors]}
        self._end(FAILED, at)

    def undone_by(self, undo_id: str) -> None:
        """Remember the undo of this import; raises `NothingToUndo` for what is no import, a trial, or not over."""
        if self.kind != IMPORT or self.dry_run:
            raise NothingToUndo(what="a dry run" if self.kind == IMPORT else "an undo")
        if not self.is_over:
            raise NothingToUndo(what="an import that still runs; cancel it first")
        self.undo_id = undo_id

    def ended(self) -> JobCompleted | None:
        """The fact that is told when the job is over; None for a trial, and for one that somebody cancelled."""
        if self.dry_run or self.status not in (COMPLETED, FAILED):
            return None
        counts = {outcome: getattr(self, outcome) for outcome in OUTCOMES if getattr(self, outcome)}
        files = [str(file["name"]) for file in self.files]
        if self.status == COMPLETED:
            return JobCompleted(self.id, self.kind, self.requested_by, counts, files)
        reason = str((self.error or {}).get("message") or "")
        return JobFailed(self.id, self.kind, self.requested_by, counts, files, reason)

    def request_cancel(self, at: datetime) -> None:
        """A job that waits is cancelled at once, one that runs after its present chunk."""
        if self.is_over:
            raise JobIsOver(status=self.status)
        if self.status == QUEUED:
            self.cancel(at)
        else:
            self.cancel_requested_at = self.cancel_requested_at or at

    def cancel(self, at: datetime) -> None:
        self.cancel_requested_at = self.cancel_requested_at or at
        self._end(CANCELLED, at)

    def _end(self, status: str, at: datetime) -> None:
        self.status = self.stage = status
        self.finished_at = at


def _with_reasons(
    known: Sequence[Mapping[str, Any]], more: Mapping[tuple[str, str, str], int]
) -> list[dict[str, Any]]:
    """The reasons counted further; of too many different ones the rest is counted by its code only."""
    counted = {(one["outcome"], one["code"], one["message"]): int(one["count"]) for one in known}
    for (outcome, code, message), number in more.items():
        place = (outcome, code, message)
        if place not in counted and len(counted) >= MOST_REASONS:
            place = (outcome, code, "")
        counted[place] = counted.get(place, 0) + number
    return [
        {"outcome": outcome, "code": code, "message": message, "count": number}
        for (outcome, code, message), number in counted.items()
    ]


class FailedRow(Row, Base):
    """A row of a file that could not be brought in: what it held, and what is wrong with it.

    `errors` has entries of column, value, code and message.
    """

    __tablename__ = "job_failed_row"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "job_id"], ["job.workspace_id", "job.id"]),
        Index("ix_job_failed_row", "workspace_id", "job_id", "file", "line"),
    )

    job_id: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(40))
    file: Mapped[str] = mapped_column(String(200))
    line: Mapped[int] = mapped_column(Integer)
    original: Mapped[dict[str, Any]] = mapped_column(JSON)
    errors: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
