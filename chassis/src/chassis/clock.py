"""Time: UTC instants everywhere, one place to ask for now, one column type that refuses naive times."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

# The file of a movable clock, for suites that try out what happens later: seconds to add to the time of day.
# Deadlines and leases of calls do not follow it.
_MOVED_BY = os.environ.get("RAPPORT_CLOCK")


def now() -> datetime:
    """The present instant, UTC, in milliseconds (what both databases and JSON carry without loss)."""
    moment = datetime.now(UTC)
    if _MOVED_BY:
        moment += moved_by(Path(_MOVED_BY))
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def moved_by(file: Path) -> timedelta:
    """How far a movable clock is ahead; nothing when its file is not there yet."""
    try:
        return timedelta(seconds=float(file.read_text()))
    except FileNotFoundError:
        return timedelta(0)


def move(file: Path, ahead: timedelta) -> None:
    """Set a movable clock so far ahead, for all processes that look at its file."""
    new = file.with_suffix(".new")
    new.write_text(str(ahead.total_seconds()))
    new.replace(file)


def to_text(moment: datetime) -> str:
    """RFC 3339 in UTC with `Z` and milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The instant of an RFC 3339 text; raises `ValueError` when it has no zone."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)


class Instant(TypeDecorator[datetime]):
    """A UTC instant: `timestamptz` on PostgreSQL, sortable text on SQLite; Python sees aware datetimes."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
