"""Handling events exactly once: the inbox row and the effects commit together, failures are held, then parked.

A delivery's fate is decided here: done, done before (suppressed), held for a later try with every later event of the
same record behind it, or parked in the dead letters with its reason. Only a dead database leaves it unacknowledged.
"""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from chassis import clock, envelope, ids, logs, suppressed, tallies
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.sql import insert_if_absent
from chassis.subscription import Subscription
from chassis.tables import dead_letter, held_event, inbox

log = logs.get("chassis.inbox")

IN_PLACE = (0.05, 0.2, 0.8)
LATER = (5.0, 30.0, 120.0, 600.0, 3600.0)
KEPT = timedelta(days=60)
PERMANENT_KINDS = frozenset({"malformed", "invalid", "forbidden", "unauthenticated"})


class DatabaseDown(Exception):
    """The effects could not even be tried; the deliveries must stay with the broker."""


@dataclass
class Counts:
    """What became of the events of a batch."""

    done: int = 0
    suppressed: int = 0
    held: int = 0
    parked: int = 0


@dataclass
class _Aftermath:
    """What is left to do once the effects of a transaction are durable."""

    told: int = 0
    steps: list[Callable[[], None]] = field(default_factory=list)


def is_permanent(error: BaseException) -> bool:
    """Whether trying again cannot help: the event itself is unacceptable."""
    return isinstance(error, AppError) and error.kind in PERMANENT_KINDS


def fingerprint(error: BaseException) -> str:
    """Exception class and the innermost frame outside libraries: what groups dead letters."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if "site-packages" not in frame.filename
    ]
    where = f"{frames[-1].name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} {where}"[:200]


class Inbox:
    """The handling of one consumer (a service, or a named part of it).

    Arguments: `consumer` names the inbox, `subscriptions` what is done on which event, `runtime` where.
    """

    def __init__(self, consumer: str, subscriptions: Sequence[Subscription], runtime: Runtime) -> None:
        self.consumer = consumer
        self.subscriptions = list(subscriptions)
        self.runtime = runtime
        self._any_held = True

    def handle(self, events: Sequence[Event]) -> Counts:
        """Handle deliveries in order: all in one transaction, or one by one when that fails.

        Raises `DatabaseDown` when nothing could be decided.
        """
        counts = Counts()
        try:
            self._apply(events, counts)
            return counts
        except Exception as error:  # noqa: BLE001 - a handler may fail in any way; the event must be settled
            self._refuse_if_down(error)
            log.info(
                "batch failed, handling one by one",
                consumer=self.consumer,
                size=len(events),
                error=repr(error)[:300],
            )
        counts = Counts()
        for event in events:
            self._one(event, counts)
        return counts

    def _apply(self, events: Sequence[Event], counts: Counts) -> None:
        def work(session: Session) -> _Aftermath:
            counts.done = counts.suppressed = counts.held = 0
            moment = clock.now()
            rows = {
                event.id: {"consumer": self.consumer, "event_id": event.id, "at": moment} for event in events
            }
            fresh = {row[1] for row in insert_if_absent(session, inbox, list(rows.values()))}
            counts.suppressed = len(events) - len(fresh)
            todo: list[Event] = []
            again: list[Event] = []
            for event in events:
                if event.id in fresh:
                    fresh.discard(event.id)
                    todo.append(event)
                else:
                    again.append(event)
            suppressed.note_events(session, self.consumer, again, moment)
            tallies.note_taken(session, self.consumer, todo, moment)
            behind = self._held_subjects(session, todo)
            waiting = [event for event in todo if event.subject_id in behind]
            for event in waiting:
                self._hold(session, event, attempts=0, error="waits behind an earlier event of its record")
            ready = [event for event in todo if event.subject_id not in behind]
            counts.done, counts.held = len(ready), len(waiting)
            return self._run(session, ready)

        self._finish(self.runtime.database.transact(work))

    def _run(self, session: Session, events: Sequence[Event]) -> _Aftermath:
        aftermath = _Aftermath()

        def later(subscription: Subscription, result: Any) -> None:
            if subscription.after_commit is not None:
                aftermath.steps.append(partial(subscription.after_commit, self.runtime, result))

        for subscription in self.subscriptions:
            if subscription.batch:
                wanted = [event for event in events if subscription.wants(event.type)]
                if wanted:
                    later(subscription, subscription.fn(session, wanted))
        for event in events:
            for subscription in self.subscriptions:
                if not subscription.batch and subscription.wants(event.type):
                    uow = self.runtime.unit_of_work(session, event.context(self.consumer))
                    later(subscription, subscription.fn(uow, event))
                    uow.flush()
                    aftermath.told += uow.told
        return aftermath

    def _finish(self, aftermath: _Aftermath) -> None:
        """Wake the relay and run the steps after commit; the events are done whatever becomes of those."""
        if aftermath.told:
            self.runtime.nudge()
        for step in aftermath.steps:
            try:
                step()
            except Exception:
                log.exception("step after commit failed", consumer=self.consumer)

    def _one(self, event: Event, counts: Counts) -> None:
        error: Exception | None = None
        for pause in (*IN_PLACE, None):
            single = Counts()
            try:
                self._apply([event], single)
                counts.done += single.done
                counts.suppressed += single.suppressed
                counts.held += single.held
                return
            except Exception as failure:  # noqa: BLE001 - as above
                self._refuse_if_down(failure)
                error = failure
                if is_permanent(failure):
                    break
            if pause is not None:
                time.sleep(pause * random.uniform(0.8, 1.2))
        assert error is not None
        self._settle(event, error, counts)

    def _settle(self, event: Event, error: Exception, counts: Counts) -> None:
        """Decide a failed delivery in one transaction with its inbox row, so that it can be acknowledged."""
        permanent = is_permanent(error)
        log.warning(
            "event parked" if permanent else "event held",
            consumer=self.consumer,
            event_id=event.id,
            type=event.type,
            workspace_id=event.workspace_id,
            request_id=event.request_id,
            error=repr(error)[:500],
        )

        def work(session: Session) -> None:
            moment = clock.now()
            row = {"consumer": self.consumer, "event_id": event.id, "at": moment}
            if not insert_if_absent(session, inbox, [row]):
                return
            tallies.note_taken(session, self.consumer, [event], moment)
            if permanent:
                self._park(session, event, error, attempts=1)
            else:
                self._hold(session, event, attempts=1, error=repr(error), delay=LATER[0])

        self.runtime.database.transact(work)
        counts.parked += permanent
        counts.held += not permanent

    def _hold(self, session: Session, event: Event, *, attempts: int, error: str, delay: float = 0.0) -> None:
        self._any_held = True
        moment = clock.now()
        session.execute(
            held_event.insert().values(
                consumer=self.consumer,
                event_id=event.id,
                workspace_id=event.workspace_id,
                subject_id=event.subject_id,
                type=event.type,
                request_id=event.request_id[:80],
                payload=event.raw,
                attempts=attempts,
                since=moment,
                next_at=moment + timedelta(seconds=delay),
                last_error=error[:500],
            )
        )

    def _park(self, session: Session, event: Event, error: Exception, *, attempts: int) -> None:
        trace = "".join(traceback.format_exception(error))[-4000:]
        letter = {
            "id": ids.new("letter"),
            "consumer": self.consumer,
            "event_id": event.id,
            "workspace_id": event.workspace_id,
            "subject_id": event.subject_id,
            "request_id": event.request_id[:80],
            "type": event.type,
            "payload": event.raw,
            "reason": str(error)[:1000] or repr(error)[:1000],
            "fingerprint": fingerprint(error),
            "trace": trace,
            "attempts": attempts,
            "at": clock.now(),
        }
        session.execute(dead_letter.insert().values(**letter))

    def park_raw(self, body: str, reason: str) -> None:
        """Park a delivery that is no event, or that the broker gave up on; it says whom it concerns when it can."""
        letter: dict[str, Any] = {
            "id": ids.new("letter"),
            "consumer": self.consumer,
            **_whom(body),
            "payload": body[:1_000_000],
            "reason": reason[:1000],
            "fingerprint": reason[:80],
            "attempts": 1,
            "at": clock.now(),
        }
        log.warning("undecodable message parked", consumer=self.consumer, reason=reason)
        self.runtime.database.transact(lambda session: session.execute(dead_letter.insert().values(**letter)))

    def _held_subjects(self, session: Session, events: Sequence[Event]) -> set[str]:
        if not self._any_held or not events:
            return set()
        mine = held_event.c.consumer == self.consumer
        if not session.scalar(select(exists().where(mine))):
            self._any_held = False
            return set()
        subjects = {event.subject_id for event in events}
        return set(
            session.scalars(
                select(held_event.c.subject_id).where(mine, held_event.c.subject_id.in_(subjects))
            )
        )

    def retry_held(self) -> int:
        """Try the held events whose time has come, each record's in order; returns how many were decided."""
        with self.runtime.database.reading() as session:
            due = session.execute(
                select(held_event)
                .where(held_event.c.consumer == self.consumer)
                .order_by(held_event.c.seq)
                .limit(500)
            ).all()
        self._any_held = self._any_held or bool(due)
        decided = 0
        blocked: set[str] = set()
        for row in due:
            if row.subject_id in blocked:
                continue
            if row.next_at > clock.now() or not self._retry(row):
                blocked.add(row.subject_id)
            else:
                decided += 1
        return decided

    def _retry(self, row: Any) -> bool:
        """Try one held event; True when it was done or parked here.

        Every lane and process of the service tries again, and the row may have been read by two of them: whoever
        takes it as it was read has it, the other finds nothing and does nothing.
        """
        event = envelope.load(row.payload)
        as_read = (held_event.c.seq == row.seq, held_event.c.attempts == row.attempts)
        error: Exception

        def take(session: Session) -> bool:
            return session.scalar(delete(held_event).where(*as_read).returning(held_event.c.seq)) is not None

        def work(session: Session) -> _Aftermath | None:
            return self._run(session, [event]) if take(session) else None

        try:
            aftermath = self.runtime.database.transact(work)
            if aftermath is not None:
                self._finish(aftermath)
            return aftermath is not None
        except Exception as failure:  # noqa: BLE001 - as above
            self._refuse_if_down(failure)
            error = failure
        attempts = row.attempts + 1
        if is_permanent(error) or attempts > len(LATER):
            log.error(
                "event parked",
                consumer=self.consumer,
                event_id=event.id,
                type=event.type,
                error=repr(error)[:500],
            )

            def give_up(session: Session) -> bool:
                is_mine = take(session)
                if is_mine:
                    self._park(session, event, error, attempts=attempts)
                return is_mine

            return self.runtime.database.transact(give_up)
        later = clock.now() + timedelta(seconds=LATER[attempts - 1])
        self.runtime.database.transact(
            lambda session: session.execute(
                update(held_event)
                .where(*as_read)
                .values(attempts=attempts, next_at=later, last_error=repr(error)[:500])
            )
        )
        return False

    def _refuse_if_down(self, error: Exception) -> None:
        """Raise `DatabaseDown` when the database cannot be reached at all."""
        if isinstance(error, (OperationalError, InterfaceError)):
            try:
                with self.runtime.database.reading() as session:
                    session.execute(select(inbox.c.event_id).limit(1))
            except Exception as down:  # noqa: BLE001 - whatever keeps us from reading, it is down
                raise DatabaseDown(str(down)) from error


def _whom(body: str) -> dict[str, str | None]:
    """What a parked text says of itself as an event; nothing when it is none."""
    try:
        event = envelope.load(body)
    except AppError:
        return {}
    return {
        "event_id": event.id,
        "workspace_id": event.workspace_id,
        "type": event.type,
        "subject_id": event.subject_id,
        "request_id": event.request_id[:80],
    }


def purge(runtime: Runtime) -> None:
    """Forget inbox rows, and what they suppressed, older than 60 days."""

    def work(session: Session) -> None:
        before = clock.now() - KEPT
        session.execute(delete(inbox).where(inbox.c.at < before))
        suppressed.purge(session, before)

    runtime.database.transact(work)
