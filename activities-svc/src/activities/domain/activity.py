"""The activity: a call, email, meeting or note that took place, or a task to be done; which fields fit which kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from activities.domain.base import Base
from activities.domain.errors import (
    CompleteItInstead,
    FieldNotOfKind,
    NotATask,
    TaskIsCompleted,
    TaskIsOpen,
)
from activities.domain.events import ActivityCompleted, ActivityReopened, CallMissed
from chassis.clock import Instant
from chassis.guard import ACROSS
from chassis.searching import Searchable
from chassis.words import Searched

CALL, EMAIL, MEETING, NOTE, TASK = "call", "email", "meeting", "note", "task"
NOT_STARTED, COMPLETED = "not_started", "completed"
NO_ANSWER = "no_answer"

FIELDS_OF_KINDS: Mapping[str, tuple[str, ...]] = {
    "direction": (CALL,),
    "outcome": (CALL,),
    "purpose": (CALL,),
    "duration_seconds": (CALL, MEETING),
    "occurred_at": (CALL, EMAIL, MEETING, NOTE),
    "due_at": (TASK,),
    "status": (TASK,),
    "priority": (TASK,),
}


class ActivityLink(Base):
    """A record that an activity is about: what lists and timelines find activities by."""

    __tablename__ = "activity_link"
    __table_args__ = (Index("ix_activity_link_activity", "workspace_id", "activity_id"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    activity_id: Mapped[str] = mapped_column(String(40), primary_key=True)


class Activity(Searchable, Base):
    """Something a person did or is to do, about any number of records of any kind."""

    __tablename__ = "activity"
    __table_args__ = (
        Index("uq_activity_external", "workspace_id", "external_id", unique=True),
        Index("ix_activity_created", "workspace_id", "created_at"),
        Index("ix_activity_owner", "workspace_id", "owner_id", "due_at"),
        Index("ix_activity_due", "workspace_id", "due_at"),
        # Without the workspace in front: the timer looks for what is due in any of them.
        Index(
            "ix_activity_due_untold",
            "due_at",
            info=ACROSS,
            sqlite_where=text("due_at IS NOT NULL AND is_due_told = 0"),
            postgresql_where=text("due_at IS NOT NULL AND NOT is_due_told"),
        ),
    )
    noun = "activity"
    prefix = "activity"
    searched = Searched("subject", by={}, detail=("kind",))
    hidden_columns = frozenset({"digest", "is_missed_told", "is_due_told"})

    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text, default=None)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    record_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    direction: Mapped[str | None] = mapped_column(String(12), default=None)
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)
    purpose: Mapped[str | None] = mapped_column(String(12), default=None)
    duration_seconds: Mapped[int | None] = mapped_column(Integer, default=None)
    occurred_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    due_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    status: Mapped[str | None] = mapped_column(String(12), default=None)
    priority: Mapped[str | None] = mapped_column(String(8), default=None)
    completed_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    origin: Mapped[str] = mapped_column(String(12))
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
    workflow_run_id: Mapped[str | None] = mapped_column(String(40), default=None)
    digest: Mapped[str] = mapped_column(String(64))
    is_missed_told: Mapped[bool] = mapped_column(Boolean, default=False)
    is_due_told: Mapped[bool] = mapped_column(Boolean, default=False)

    def begin(self, values: Mapping[str, Any], *, at: datetime) -> None:
        """Take its first properties. A task begins not started, at medium priority; all else took place by now."""
        self._check(values)
        self.record_ids = []
        if self.kind == TASK:
            self.status, self.priority = NOT_STARTED, "medium"
        else:
            self.occurred_at = at
        self._take(values, at=at)

    def begin_in_the_past(self, values: Mapping[str, Any], *, at: datetime) -> None:
        """Take its first properties from elsewhere, where it is history: a task may be completed by now.

        Of a missed call nobody is told any more.
        """
        self.is_missed_told = True
        state = {name: values[name] for name in ("status", "completed_at") if name in values}
        self.begin({name: value for name, value in values.items() if name not in state}, at=at)
        self.take_state(state, at=at)

    def take_state(self, values: Mapping[str, Any], *, at: datetime) -> None:
        """Take how far a task has come elsewhere, completed or open again, with no more said than that it changed."""
        status, completed_at = values.get("status"), values.get("completed_at")
        if status is None and completed_at is None:
            return
        self._require_task()
        if status is None or status == COMPLETED:
            self.status, self.completed_at = COMPLETED, completed_at or self.completed_at or at
        else:
            self.status, self.completed_at = status, None

    def edit(self, changes: Mapping[str, Any], *, at: datetime) -> None:
        """Set plain properties. A completed task keeps its status; reopen it first."""
        self._check(changes)
        if self.status == COMPLETED and "status" in changes:
            raise TaskIsCompleted()
        self._take(changes, at=at)

    def complete(self, *, at: datetime) -> None:
        """Finish a task, once."""
        self._require_task()
        if self.status == COMPLETED:
            raise TaskIsCompleted()
        self.status, self.completed_at = COMPLETED, at
        self.happened(ActivityCompleted())

    def reopen(self) -> None:
        """Take a completed task back to be done."""
        self._require_task()
        if self.status != COMPLETED:
            raise TaskIsOpen()
        self.status, self.completed_at = NOT_STARTED, None
        self.happened(ActivityReopened())

    @property
    def is_to_be_done(self) -> bool:
        """Whether it is a task that still waits for somebody."""
        return self.kind == TASK and self.status != COMPLETED and self.deleted_at is None

    @property
    def moment(self) -> datetime:
        """Where it stands on a timeline: when it took place; a task when it was set."""
        return self.occurred_at or self.created_at

    def _take(self, values: Mapping[str, Any], *, at: datetime) -> None:
        if "record_ids" in values:
            values = {**values, "record_ids": _distinct(values["record_ids"])}
        due_before = self.due_at
        self.set(values)
        if self.due_at != due_before:
            self._expect_due(at)
        self._tell_missed()

    def _expect_due(self, at: datetime) -> None:
        """A new due date is told when it comes; one that was past when it was set is no news to anybody."""
        self.is_due_told = self.due_at is not None and self.due_at <= at

    def _tell_missed(self) -> None:
        """A call that ends unanswered, in or out, is missed: said once a call, whatever is corrected later."""
        if self.outcome == NO_ANSWER and not self.is_missed_told and self.occurred_at is not None:
            self.is_missed_told = True
            self.happened(
                CallMissed(ended_at=self.occurred_at + timedelta(seconds=self.duration_seconds or 0))
            )

    def _check(self, values: Mapping[str, Any]) -> None:
        """Only calls have an outcome, only tasks are due: each kind has its own fields."""
        for field, kinds in FIELDS_OF_KINDS.items():
            if values.get(field) is not None and self.kind not in kinds:
                raise FieldNotOfKind(kind=self.kind, field=field, kinds=", ".join(kinds))
        if values.get("status") == COMPLETED:
            raise CompleteItInstead()

    def _require_task(self) -> None:
        if self.kind != TASK:
            raise NotATask(kind=self.kind)


def _distinct(record_ids: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(record_ids))
