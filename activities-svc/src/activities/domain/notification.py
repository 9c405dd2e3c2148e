"""The notification: what one user was told, with the records it is about as they were called then; read or not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from activities.domain.base import Base
from chassis.clock import Instant
from chassis.guard import ACROSS
from chassis.record import Record

KEPT_READ = timedelta(days=90)
MOST_KEPT = 1000


class Notification(Record, Base):
    """Something told to one user. Nobody else sees it, whatever their role."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_user", "workspace_id", "user_id", "created_at"),
        Index(
            "ix_notification_unread",
            "workspace_id",
            "user_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
        # Without the workspace in front: the timer forgets what was read long ago in any of them.
        Index("ix_notification_read", "read_at", info=ACROSS),
    )
    noun = "notification"
    prefix = "notification"
    hidden_columns = frozenset({"digest"})

    user_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(300))
    body: Mapped[str | None] = mapped_column(Text, default=None)
    records: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    target_id: Mapped[str | None] = mapped_column(String(40), default=None)
    actor_id: Mapped[str | None] = mapped_column(String(40), default=None)
    workflow_id: Mapped[str | None] = mapped_column(String(40), default=None)
    workflow_run_id: Mapped[str | None] = mapped_column(String(40), default=None)
    happened_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    archived_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    digest: Mapped[str] = mapped_column(String(64))

    def mark_read(self, *, at: datetime) -> None:
        """It was read; the first time counts."""
        self.read_at = self.read_at or at

    def mark_unread(self) -> None:
        """Take it as new again, and back into sight."""
        self.read_at = self.archived_at = None

    def archive(self, *, at: datetime) -> None:
        """Out of sight; what is put away counts as read."""
        self.mark_read(at=at)
        self.archived_at = self.archived_at or at

    def unarchive(self) -> None:
        """Back into sight."""
        self.archived_at = None
