"""Dead letters: events that a consumer gave up on, with the reason; listed by cause, tried again, or discarded.

Hosted by every service. An event that is tried again keeps its id, so that what was done is not done again. One that is
discarded stays, with who gave it up and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from chassis import clock, envelope
from chassis.context import Context
from chassis.errors import NotFound, RuleBroken
from chassis.guard import ACROSS
from chassis.tables import dead_letter, held_event
from chassis.unit_of_work import UnitOfWork

PARKED, REDRIVEN, DISCARDED = "parked", "redriven", "discarded"
AT_ONCE = 500
LONGEST_BODY = 100_000
_SHOWN = (
    *("id", "consumer", "event_id", "type", "subject_id", "request_id", "reason", "fingerprint"),
    *("attempts", "at", "status", "settled_by", "settled_at", "note"),
)


class NotAnEvent(RuleBroken):
    code = "letter_is_no_event"
    message = "What was parked as {id} is no event; there is nothing to try again."


class AlreadyRedriven(RuleBroken):
    code = "letter_is_redriven"
    message = "The event parked as {id} is tried again already."


class AlreadyDiscarded(RuleBroken):
    code = "letter_is_discarded"
    message = "The event parked as {id} was discarded."


_SETTLED = {REDRIVEN: AlreadyRedriven, DISCARDED: AlreadyDiscarded}


def _shown(row: Any) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in _SHOWN if name != "fingerprint"},
        "cause": row.fingerprint,
    }


def _mine(ctx: Context, cause: str | None = None) -> list[ColumnElement[bool]]:
    conditions = [dead_letter.c.workspace_id == ctx.workspace_id]
    return conditions if cause is None else [*conditions, dead_letter.c.fingerprint == cause]


def dead_letters(
    session: Session,
    ctx: Context,
    *,
    cause: str | None = None,
    status: str = PARKED,
    after: Mapping[str, Any] | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """The letters of a status, newest first, and the causes of all that are parked with their counts."""
    conditions = [*_mine(ctx, cause), dead_letter.c.status == status]
    if after is not None:
        older = dead_letter.c.at < after["at"]
        same = and_(dead_letter.c.at == after["at"], dead_letter.c.id < after["key"])
        conditions.append(or_(older, same))
    rows = session.execute(
        select(dead_letter)
        .where(*conditions)
        .order_by(dead_letter.c.at.desc(), dead_letter.c.id.desc())
        .limit(limit + 1)
    ).all()
    return {
        "causes": _causes(session, ctx),
        "data": [_shown(row) for row in rows[:limit]],
        "has_more": len(rows) > limit,
        "nameless": _nameless(session),
    }


def _nameless(session: Session) -> int:
    """How many parked texts are no events and belong to nobody: told by number only, whoever's they may be."""
    statement = select(func.count()).where(
        dead_letter.c.workspace_id.is_(None), dead_letter.c.status == PARKED
    )
    return session.scalar(statement.execution_options(**ACROSS)) or 0


def _causes(session: Session, ctx: Context) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            dead_letter.c.fingerprint,
            func.count().label("number"),
            func.min(dead_letter.c.at).label("first_at"),
            func.max(dead_letter.c.at).label("last_at"),
            func.max(dead_letter.c.reason).label("reason"),
        )
        .where(*_mine(ctx), dead_letter.c.status == PARKED)
        .group_by(dead_letter.c.fingerprint)
        .order_by(func.count().desc(), dead_letter.c.fingerprint)
        .limit(100)
    )
    return [
        {
            "cause": row.fingerprint,
            "count": row.number,
            "first_at": row.first_at,
            "last_at": row.last_at,
            "reason": row.reason,
        }
        for row in rows
    ]


def read_dead_letter(session: Session, ctx: Context, *, letter_id: str) -> dict[str, Any]:
    """One letter with its body, up to 100,000 characters, and the trace of the error; raises `NotFound`."""
    row = session.execute(select(dead_letter).where(*_mine(ctx), dead_letter.c.id == letter_id)).first()
    if row is None:
        raise NotFound(what="parked event", id=letter_id)
    return {**_shown(row), "body": row.payload[:LONGEST_BODY], "trace": row.trace}


def redrive(uow: UnitOfWork, ctx: Context, *, letter_id: str) -> dict[str, Any]:
    """Hold the parked event again, due at once: the service tries it as it tries every held event."""
    letter = _parked(uow, ctx, letter_id)
    if letter.event_id is None:
        raise NotAnEvent(id=letter_id)
    _redrive(uow, ctx, [letter])
    return {"letter_id": letter_id, "event_id": letter.event_id}


def redrive_dead_letters(uow: UnitOfWork, ctx: Context, *, cause: str | None = None) -> dict[str, Any]:
    """Try some of those of a cause again, or of all; what is no event is passed over. `left` is how many wait."""
    events = [*_mine(ctx, cause), dead_letter.c.status == PARKED, dead_letter.c.event_id.is_not(None)]
    letters = uow.session.execute(
        select(dead_letter).where(*events).order_by(dead_letter.c.at, dead_letter.c.id).limit(AT_ONCE)
    ).all()
    _redrive(uow, ctx, letters)
    left = uow.session.scalar(select(func.count()).select_from(dead_letter).where(*events)) or 0
    return {"settled": len(letters), "left": left}


def discard_dead_letters(
    uow: UnitOfWork, ctx: Context, *, reason: str, letter_id: str | None = None, cause: str | None = None
) -> dict[str, Any]:
    """Give up one letter, or some of a cause, for good. They stay with the reason; `left` says how many wait still."""
    if letter_id is not None:
        ids = [str(_parked(uow, ctx, letter_id).id)]
    else:
        parked = [*_mine(ctx, cause), dead_letter.c.status == PARKED]
        statement = select(dead_letter.c.id).where(*parked).order_by(dead_letter.c.at, dead_letter.c.id)
        ids = list(uow.session.scalars(statement.limit(AT_ONCE)))
    _settle(uow, ctx, ids, DISCARDED, reason)
    if letter_id is not None:
        return {"settled": 1, "left": 0}
    left = uow.session.scalar(select(func.count()).select_from(dead_letter).where(*parked)) or 0
    return {"settled": len(ids), "left": left}


def _parked(uow: UnitOfWork, ctx: Context, letter_id: str) -> Any:
    """A letter that nobody has settled yet; raises `NotFound`, `AlreadyRedriven` or `AlreadyDiscarded`."""
    letter = uow.session.execute(
        select(dead_letter).where(*_mine(ctx), dead_letter.c.id == letter_id).with_for_update()
    ).first()
    if letter is None:
        raise NotFound(what="parked event", id=letter_id)
    if letter.status != PARKED:
        raise _SETTLED[letter.status](id=letter_id)
    return letter


def _redrive(uow: UnitOfWork, ctx: Context, letters: Sequence[Any]) -> None:
    moment = clock.now()
    rows = []
    for letter in letters:
        event = envelope.load(letter.payload)
        rows.append(
            {
                "consumer": letter.consumer,
                "event_id": event.id,
                "workspace_id": event.workspace_id,
                "subject_id": event.subject_id,
                "type": event.type,
                "request_id": event.request_id[:80],
                "payload": letter.payload,
                "attempts": 0,
                "since": moment,
                "next_at": moment,
                "last_error": f"tried again by {ctx.caller}"[:500],
            }
        )
    uow.insert_rows(held_event, rows)
    _settle(uow, ctx, [letter.id for letter in letters], REDRIVEN, None)


def _settle(uow: UnitOfWork, ctx: Context, ids: Sequence[str], status: str, note: str | None) -> None:
    uow.session.execute(
        update(dead_letter)
        .where(*_mine(ctx), dead_letter.c.id.in_(list(ids)))
        .values(status=status, settled_by=ctx.caller[:80], settled_at=clock.now(), note=note)
    )
