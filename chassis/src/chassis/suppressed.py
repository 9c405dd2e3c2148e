"""What came again and was not done again, written down in the transaction that noticed it.

A row for each event, idempotency key, effect key or import row, with how often it came. Nothing is written as long as
nothing comes twice, so the ordinary way costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from chassis import clock, ids
from chassis.context import Context
from chassis.envelope import Event
from chassis.sql import add_up
from chassis.tables import suppressed

EVENT, COMMAND, EFFECT, ROW = "event", "command", "effect", "row"
KINDS = (EVENT, COMMAND, EFFECT, ROW)


def note_events(session: Session, consumer: str, events: Sequence[Event], moment: datetime) -> None:
    """Deliveries of events that this consumer has taken before."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        row = rows.setdefault(
            (event.workspace_id, event.id),
            _row(
                event.workspace_id,
                EVENT,
                consumer,
                event.id,
                kind_of=event.type,
                subject_id=event.subject_id,
                request_id=event.request_id,
                moment=moment,
            ),
        )
        row["count"] += 1
    add_up(session, suppressed, list(rows.values()))


def note_command(
    session: Session, ctx: Context, operation: str, values: Mapping[str, Any], answer: Any
) -> None:
    """A command whose result was stored is answered from there; one caused by an event is an effect."""
    outcomes = answer.get("outcomes") if isinstance(answer, Mapping) else None
    if isinstance(outcomes, list) and values.get("job_id") and not values.get("is_dry_run"):
        note_rows(session, ctx, operation, str(values["job_id"]), outcomes)
        return
    kind = COMMAND if ctx.cause_id is None else EFFECT
    row = _row(
        ctx.workspace_id,
        kind,
        ctx.caller,
        str(ctx.command_id),
        kind_of=operation,
        subject_id=_subject(values, answer),
        request_id=ctx.request_id,
        moment=clock.now(),
    )
    add_up(session, suppressed, [{**row, "count": 1}])


def note_rows(
    session: Session, ctx: Context, part: str, job_id: str, outcomes: Iterable[Mapping[str, Any]]
) -> None:
    """Rows of an import that came before are answered by their outcomes; `part` tells kinds of rows apart."""
    moment = clock.now()
    rows = [
        {
            **_row(
                ctx.workspace_id,
                ROW,
                part,
                f"{job_id}:{outcome['row']}",
                kind_of=str(outcome["action"]),
                subject_id=outcome.get("id"),
                request_id=job_id,
                moment=moment,
            ),
            "count": 1,
        }
        for outcome in outcomes
    ]
    add_up(session, suppressed, rows)


def purge(session: Session, before: datetime) -> None:
    """Forget what came again before this instant for the last time."""
    session.execute(delete(suppressed).where(suppressed.c.last_at < before))


def _row(
    workspace_id: str,
    kind: str,
    consumer: str,
    key: str,
    *,
    kind_of: str,
    subject_id: str | None,
    request_id: str,
    moment: datetime,
) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "kind": kind,
        "consumer": consumer[:80],
        "key": key[:255],
        "type": kind_of[:120],
        "subject_id": subject_id,
        "request_id": request_id[:80],
        "count": 0,
        "first_at": moment,
        "last_at": moment,
    }


def _subject(values: Mapping[str, Any], answer: Any) -> str | None:
    """The record that a command was about: the one it answered, else the first that its arguments name."""
    named = [answer.get("id")] if isinstance(answer, Mapping) else []
    named += [value for name, value in values.items() if name.endswith("_id")]
    return next((one for one in named if isinstance(one, str) and ids.is_id(one)), None)
