"""The relay's side of the outbox: rows leave it by status, never by a remembered position."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update

from chassis import clock
from chassis.database import Database
from chassis.tables import outbox

BATCH = 500
KEPT = timedelta(days=30)


def unsent(database: Database, limit: int = BATCH) -> Sequence[Any]:
    """The oldest unsent events, in the order they were written."""
    columns = (
        outbox.c.seq,
        outbox.c.event_id,
        outbox.c.source,
        outbox.c.type,
        outbox.c.subject_id,
        outbox.c.lane,
        outbox.c.payload,
    )
    with database.reading() as session:
        return session.execute(
            select(*columns).where(outbox.c.status == "unsent").order_by(outbox.c.seq).limit(limit)
        ).all()


def mark_sent(database: Database, seqs: Sequence[int]) -> None:
    """The broker has confirmed these events."""
    if seqs:
        database.transact(
            lambda session: session.execute(
                update(outbox).where(outbox.c.seq.in_(seqs)).values(status="sent")
            )
        )


def mark_refused(database: Database, seqs: Sequence[int], reason: str) -> None:
    """The broker did not take these events; they stay unsent and say why."""
    if seqs:
        database.transact(
            lambda session: session.execute(
                update(outbox)
                .where(outbox.c.seq.in_(seqs))
                .values(attempts=outbox.c.attempts + 1, last_error=reason[:500])
            )
        )


def backlog(database: Database) -> int:
    """How many events wait to be sent."""
    with database.reading() as session:
        return (
            session.scalar(select(func.count()).select_from(outbox).where(outbox.c.status == "unsent")) or 0
        )


def purge(database: Database) -> None:
    """Forget sent events older than 30 days."""
    database.transact(
        lambda session: session.execute(
            delete(outbox).where(outbox.c.status == "sent", outbox.c.created_at < clock.now() - KEPT)
        )
    )


class Nudge:
    """Tells the relay, after a commit, that there is something to send. Lost nudges cost a second, never an event."""

    def __init__(self, path: Path, service: str) -> None:
        self._path = str(path)
        self._message = service.encode()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def __call__(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.sendto(self._message, self._path)

    def close(self) -> None:
        self._socket.close()
