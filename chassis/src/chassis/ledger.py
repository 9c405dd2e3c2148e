"""What every service says of a record or a request beside its records: hosted by each menu, written once.

What was not done again, what is held, parked or not sent yet, which rows of imports there were, and what became of
events that the caller asks for. All of it is read from the tables of the bus.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, select
from sqlalchemy.orm import Session

from chassis import clock, dead_letters, tallies
from chassis.context import Context
from chassis.database import Database
from chassis.dead_letters import DISCARDED, REDRIVEN
from chassis.operation import Command, Operation, Query
from chassis.sql import insert_if_absent
from chassis.subscription import Subscription
from chassis.tables import (
    dead_letter,
    hearing,
    held_event,
    import_change,
    inbox,
    outbox,
    suppressed,
    tally,
)

CONTRACT = "ledger"
MOST_TIES = 50
MOST_ROWS = 50


@dataclass(frozen=True)
class _Source:
    """One sort of fact: the table it is read from, its instant, and how a row becomes a fact."""

    what: str
    table: Table
    at: Any
    fact: Callable[[Any], dict[str, Any]]
    condition: ColumnElement[bool] | None = None


def _suppressed(row: Any) -> dict[str, Any]:
    return {
        "key": f"{row.kind}:{row.consumer}:{row.key}",
        "sort": row.kind,
        "consumer": row.consumer,
        "type": row.type,
        "record_id": row.subject_id,
        "request_id": row.request_id,
        "event_id": row.key if row.kind == "event" else None,
        "count": row.count,
        "first_at": row.first_at,
    }


def _held(row: Any) -> dict[str, Any]:
    return {
        "key": f"held:{row.consumer}:{row.event_id}",
        "consumer": row.consumer,
        "type": row.type,
        "record_id": row.subject_id,
        "request_id": row.request_id,
        "event_id": row.event_id,
        "attempts": row.attempts,
        "next_at": row.next_at,
        "error": row.last_error,
    }


def _parked(row: Any) -> dict[str, Any]:
    """One that was discarded says so, and is nobody's task any more."""
    is_discarded = row.status == DISCARDED
    return {
        "key": f"parked:{row.id}",
        "consumer": row.consumer,
        "type": row.type,
        "record_id": row.subject_id,
        "request_id": row.request_id,
        "event_id": row.event_id,
        "attempts": row.attempts,
        "error": f"{row.reason} (discarded: {row.note})" if is_discarded else row.reason,
        **({} if is_discarded else {"letter_id": row.id}),
        "fingerprint": row.fingerprint,
    }


def _unsent(row: Any) -> dict[str, Any]:
    return {
        "key": f"unsent:{row.event_id}",
        "consumer": row.source,
        "type": row.type,
        "record_id": row.subject_id,
        "event_id": row.event_id,
        "attempts": row.attempts,
        "error": row.last_error,
    }


def _row(row: Any) -> dict[str, Any]:
    return {
        "key": f"row:{row.job_id}:{row.entity}:{row.row}",
        "job_id": row.job_id,
        "entity": row.entity,
        "row": row.row,
        "action": row.action,
        "record_id": row.record_id,
        "request_id": row.job_id,
    }


SOURCES = (
    _Source("suppressed", suppressed, suppressed.c.last_at, _suppressed),
    _Source("held", held_event, func.coalesce(held_event.c.since, held_event.c.next_at), _held),
    _Source("parked", dead_letter, dead_letter.c.at, _parked, dead_letter.c.status != REDRIVEN),
    _Source("unsent", outbox, outbox.c.created_at, _unsent, outbox.c.status == "unsent"),
    # Rows that made or changed a record are told by its events; one that left it as it was is told here.
    _Source(
        "row", import_change, import_change.c.at, _row, import_change.c.action.not_in(("created", "updated"))
    ),
)


def hosted(name: str, subscriptions: Sequence[Subscription]) -> dict[str, Operation]:
    """The operations that every menu has beside its own lines, bound to the service `name`."""
    about = _About(name, subscriptions)
    lines: dict[str, Operation] = {
        "record_ledger": Query(about.record_ledger),
        "request_ledger": Query(about.request_ledger),
        "job_rows": Query(job_rows),
        "redrive": Command(dead_letters.redrive),
        "redrive_dead_letters": Command(dead_letters.redrive_dead_letters),
        "discard_dead_letters": Command(dead_letters.discard_dead_letters),
        "dead_letters": Query(dead_letters.dead_letters),
        "dead_letter": Query(dead_letters.read_dead_letter),
    }
    for operation, line in lines.items():
        line.bind(name, operation, CONTRACT)
    return lines


def remember_hearing(database: Database, name: str, subscriptions: Sequence[Subscription]) -> None:
    """Write down since when a service listens to what; called before it begins to."""
    moment = clock.now()
    rows = [{"consumer": name, "type": kind, "since": moment} for kind in _types(subscriptions)]
    database.transact(lambda session: insert_if_absent(session, hearing, rows))


def _types(subscriptions: Sequence[Subscription]) -> list[str]:
    return sorted({kind for line in subscriptions for kind in line.types})


class _About:
    """The reads that must know whose menu they are on: what it listens to."""

    def __init__(self, name: str, subscriptions: Sequence[Subscription]) -> None:
        self._name = name
        self._hears = _types(subscriptions)

    def record_ledger(
        self,
        session: Session,
        ctx: Context,
        *,
        record_id: str,
        whats: Collection[str],
        after: Mapping[str, Any] | None = None,
        limit: int = 50,
        event_ids: Sequence[str] = (),
    ) -> dict[str, Any]:
        """What is known of one record's events here, newest first."""
        answer = self._facts(session, ctx, _of_record(record_id), whats, after, limit, event_ids)
        changes = import_change.c
        rows = session.execute(
            select(changes.job_id, changes.entity, changes.row, changes.action, changes.at)
            .where(
                changes.workspace_id == ctx.workspace_id,
                changes.record_id == record_id,
                changes.action.in_(("created", "updated")),
            )
            .order_by(changes.at.desc())
            .limit(MOST_ROWS)
        )
        return {**answer, "rows": [dict(row._mapping) for row in rows]}

    def request_ledger(
        self,
        session: Session,
        ctx: Context,
        *,
        request_id: str,
        whats: Collection[str],
        after: Mapping[str, Any] | None = None,
        limit: int = 50,
        event_ids: Sequence[str] = (),
    ) -> dict[str, Any]:
        """What is known here of everything that one request caused."""
        answer = self._facts(session, ctx, _of_request(request_id), whats, after, limit, event_ids)
        counted = session.execute(
            select(tally.c.kind, tally.c.type, func.sum(tally.c.count).label("number"))
            .where(tally.c.workspace_id == ctx.workspace_id, tally.c.request_id == request_id)
            .group_by(tally.c.kind, tally.c.type)
            .order_by(tally.c.type)
        ).all()
        changes = import_change.c
        rows = session.execute(
            select(changes.entity, changes.action, func.count().label("count"))
            .where(changes.workspace_id == ctx.workspace_id, changes.job_id == request_id)
            .group_by(changes.entity, changes.action)
            .order_by(changes.entity, changes.action)
        )
        counts = {
            kind: [{"type": row.type, "count": int(row.number)} for row in counted if row.kind == kind]
            for kind in (tallies.TOLD, tallies.TAKEN)
        }
        return {**answer, **counts, "rows": [dict(row._mapping) for row in rows]}

    def _facts(
        self,
        session: Session,
        ctx: Context,
        conditions: Mapping[str, list[ColumnElement[bool]]],
        whats: Collection[str],
        after: Mapping[str, Any] | None,
        limit: int,
        event_ids: Sequence[str],
    ) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        totals: dict[str, int] = {}
        times = 0
        for source in [source for source in SOURCES if source.what in conditions]:
            where = [source.table.c.workspace_id == ctx.workspace_id, *conditions[source.what]]
            if source.condition is not None:
                where.append(source.condition)
            totals[source.what] = (
                session.scalar(select(func.count()).select_from(source.table).where(*where)) or 0
            )
            if source.table is suppressed and totals[source.what]:
                times = int(session.scalar(select(func.sum(suppressed.c.count)).where(*where)) or 0)
            if not totals[source.what] or source.what not in whats:
                continue
            if after is not None:
                where.append(source.at <= after["at"])
            statement = select(source.table, source.at.label("fact_at")).where(*where)
            rows = session.execute(statement.order_by(source.at.desc()).limit(limit + MOST_TIES))
            found += [{"what": source.what, "at": row.fact_at, **source.fact(row)} for row in rows]
        found.sort(key=_place, reverse=True)
        if after is not None:
            found = [fact for fact in found if _place(fact) < (after["at"], after["key"])]
        return {
            "service": self._name,
            "hears": self._since(session),
            "data": found[:limit],
            "has_more": len(found) > limit,
            "totals": totals,
            "times": times,
            "handled": self._handled(session, ctx, event_ids),
        }

    def _since(self, session: Session) -> dict[str, Any]:
        """The types this service listens to, and since when; None as long as it has not started with them."""
        rows = session.execute(
            select(hearing.c.type, hearing.c.since).where(hearing.c.consumer == self._name)
        ).all()
        since = {row.type: row.since for row in rows}
        return {kind: since.get(kind) for kind in self._hears}

    def _handled(self, session: Session, ctx: Context, event_ids: Sequence[str]) -> list[dict[str, Any]]:
        """What became here of some events; those that have not come are not named."""
        if not event_ids:
            return []
        taken = session.execute(
            select(inbox.c.event_id, func.min(inbox.c.at).label("at"))
            .where(inbox.c.event_id.in_(event_ids), inbox.c.consumer == self._name)
            .group_by(inbox.c.event_id)
        ).all()
        states: dict[str, str] = {}
        for table, state in ((dead_letter, "parked"), (held_event, "waiting")):
            mine: list[ColumnElement[bool]] = [
                table.c.workspace_id == ctx.workspace_id,
                table.c.event_id.in_(event_ids),
                table.c.consumer == self._name,
            ]
            if table is dead_letter:
                mine.append(dead_letter.c.status != REDRIVEN)
            states |= dict.fromkeys(session.scalars(select(table.c.event_id).where(*mine)), state)
        return [
            {"event_id": row.event_id, "state": states.get(row.event_id, "done"), "at": row.at}
            for row in taken
        ]


def _place(fact: Mapping[str, Any]) -> tuple[Any, str]:
    return fact["at"], fact["key"]


def _of_record(record_id: str) -> dict[str, list[ColumnElement[bool]]]:
    return {
        "suppressed": [suppressed.c.subject_id == record_id],
        "held": [held_event.c.subject_id == record_id],
        "parked": [dead_letter.c.subject_id == record_id],
        "unsent": [outbox.c.subject_id == record_id],
        "row": [import_change.c.record_id == record_id],
    }


def _of_request(request_id: str) -> dict[str, list[ColumnElement[bool]]]:
    return {
        "suppressed": [suppressed.c.request_id == request_id],
        "held": [held_event.c.request_id == request_id],
        "parked": [dead_letter.c.request_id == request_id],
    }


def job_rows(
    session: Session,
    ctx: Context,
    *,
    job_id: str,
    entity: str,
    action: str | None = None,
    after: int = -1,
    limit: int = 50,
) -> dict[str, Any]:
    """The rows of one kind of record that a job brought here, in their order."""
    changes = import_change.c
    statement: Select[Any] = select(changes.row, changes.record_id, changes.action, changes.errors).where(
        changes.workspace_id == ctx.workspace_id,
        changes.job_id == job_id,
        changes.entity == entity,
        changes.row > after,
    )
    if action is not None:
        statement = statement.where(changes.action == action)
    rows = session.execute(statement.order_by(changes.row).limit(limit + 1)).all()
    data = [dict(row._mapping) for row in rows[:limit]]
    return {"data": data, "next": data[-1]["row"] if len(rows) > limit else None}
