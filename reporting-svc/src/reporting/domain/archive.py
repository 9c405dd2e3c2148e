"""The archive: every event of a workspace in one order, never changed, and what is known of its completeness."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from reporting.domain.base import Base


class Archive(Base):
    """Where a workspace's archive ends. Its row is locked by whoever appends, so there is one writer at a time.

    `position` is that of the newest event; `at` the latest time of any event up to there.
    """

    __tablename__ = "archive"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime | None] = mapped_column(Instant)


class ArchivedEvent(Base):
    """One event. `position` counts 1, 2, 3 in its workspace; `payload` is the event as it was told.

    `request_id` and `cause_id` say which request and which event led to it.
    `addressee` is the one user who may read it; null when whoever sees the record may.
    """

    __tablename__ = "archived_event"
    __table_args__ = (
        Index("uq_archived_event_id", "workspace_id", "event_id", unique=True),
        Index("ix_archived_event_type", "workspace_id", "type", "position"),
        Index("ix_archived_event_subject", "workspace_id", "subject_id", "position"),
        Index("ix_archived_event_request", "workspace_id", "request_id", "position"),
        Index(
            "ix_archived_event_cause",
            "workspace_id",
            "cause_id",
            "position",
            sqlite_where=text("cause_id IS NOT NULL"),
            postgresql_where=text("cause_id IS NOT NULL"),
        ),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    event_id: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(120))
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[str] = mapped_column(String(80))
    sequence: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(Instant)
    payload: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(String(80), default=None)
    cause_id: Mapped[str | None] = mapped_column(String(40), default=None)
    addressee: Mapped[str | None] = mapped_column(String(40), default=None)


class ArchivedRecord(Base):
    """How complete the events of one record are.

    They are numbered 1, 2, 3: as long as fewer are `archived` than the `highest` number, some are missing, and
    `gap_since` says when that was noticed.
    """

    __tablename__ = "archived_record"
    __table_args__ = (
        Index(
            "ix_archived_record_gap",
            "workspace_id",
            "gap_since",
            sqlite_where=text("gap_since IS NOT NULL"),
            postgresql_where=text("gap_since IS NOT NULL"),
        ),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(60))
    highest: Mapped[int] = mapped_column(Integer)
    archived: Mapped[int] = mapped_column(Integer)
    gap_since: Mapped[datetime | None] = mapped_column(Instant)


class RecordGrant(Base):
    """What a partner may read of the archive: the events of a record after position `since`.

    Once the record is shared no more, only the event that says so remains, at position `until`. `sequence` is that of
    the event that was heard last.
    """

    __tablename__ = "record_grant"
    __table_args__ = (Index("ix_record_grant_record", "workspace_id", "record_id"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    partner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    since: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int | None] = mapped_column(BigInteger)
    sequence: Mapped[int] = mapped_column(Integer)


class CaughtUp(Base):
    """How far a projection that came with an upgrade has read the archive, which it reads to `until`."""

    __tablename__ = "caught_up"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    projection: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    until: Mapped[int] = mapped_column(BigInteger)
