"""The ledger: a run for every fact that met a workflow, a step for every effect, each under a key of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from automation.domain.errors import RunNotFailed
from chassis.clock import Instant
from chassis.guard import ACROSS
from chassis.record import Record, Row

WAITING, PENDING, RUNNING, COMPLETED, FAILED = "waiting", "pending", "running", "completed", "failed"
SUPPRESSED, SKIPPED = "suppressed", "skipped"
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))


class Run(Record, Base):
    """A workflow that began, or was kept from beginning (`suppressed`, with the reason).

    `verdict` says in words what its filter found in the record; None where it has no filter. `events` counts what
    it stands for: one event, or all those of an import that would have told the same people the same.
    """

    __tablename__ = "workflow_run"
    __table_args__ = (
        Index("ix_run_created", "workspace_id", "created_at"),
        Index("ix_run_workflow", "workspace_id", "workflow_id", "created_at"),
        Index("ix_run_record", "workspace_id", "record_id", "created_at"),
        Index("ix_run_status", "workspace_id", "status", "created_at"),
        Index("ix_run_trigger", "workspace_id", "trigger_event_id"),
        Index("ix_run_request", "workspace_id", "request_id"),
    )
    noun = "run"
    is_told = False
    prefix = "run"
    workflow_id: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(Integer)
    trigger_event_id: Mapped[str] = mapped_column(String(40))
    trigger_type: Mapped[str] = mapped_column(String(60))
    record_type: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    verdict: Mapped[str | None] = mapped_column(Text, default=None)
    depth: Mapped[int] = mapped_column(Integer)
    events: Mapped[int] = mapped_column(Integer, default=1)
    request_id: Mapped[str] = mapped_column(String(80))
    finished_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    def require_failed(self) -> None:
        if self.status != FAILED:
            raise RunNotFailed(status=self.status)


class Step(Row, Base):
    """One effect: pending until its time, running while a process holds the claim, then completed or failed.

    `input` is what it is to do, in full, decided when the run began. `owner`, `attempts` and `claimed_until` are the
    claim: a process that lost it cannot write the outcome. `reason` says why there is nothing to do (`skipped`), or who
    of those it was to reach is left out.
    """

    __tablename__ = "step"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "run_id"], ["workflow_run.workspace_id", "workflow_run.id"]),
        Index("uq_step_effect", "workspace_id", "effect_key", unique=True),
        Index("ix_step_run", "workspace_id", "run_id", "position"),
        # Without the workspace in front: the worker looks for what is due in any of them.
        Index("ix_step_due", "status", "next_at", info=ACROSS),
    )

    run_id: Mapped[str] = mapped_column(String(40))
    workflow_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(40))
    effect_key: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    owner: Mapped[str | None] = mapped_column(String(60), default=None)
    claimed_until: Mapped[datetime | None] = mapped_column(Instant, default=None)
    next_at: Mapped[datetime] = mapped_column(Instant)
    input: Mapped[dict[str, Any]] = mapped_column(JSON)
    output: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    error: Mapped[str | None] = mapped_column(Text, default=None)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    started_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    finished_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    def view(self) -> dict[str, Any]:
        names = (
            "id",
            "position",
            "action",
            "status",
            "effect_key",
            "attempts",
            "input",
            "output",
            "error",
            "reason",
        )
        times = ("next_at", "started_at", "finished_at")
        return {name: getattr(self, name) for name in (*names, *times)}


class RunRecord(Base):
    """A record that a run concerns: the one that began it, or one that an effect of it is about."""

    __tablename__ = "run_record"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    run_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


def pause_after(attempts: int) -> timedelta | None:
    """How long a step waits after this many failed attempts; None when it is not tried again."""
    return BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None
