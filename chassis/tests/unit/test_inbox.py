"""Events are handled once: duplicates are suppressed, failures held in order, the hopeless parked with their reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, String, Table, insert, select, update

from chassis import clock, envelope, inbox, tables
from chassis.context import Context
from chassis.database import Database
from chassis.envelope import Event
from chassis.errors import Invalid
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.subscription import subscribe
from chassis.tables import dead_letter, held_event

SEEN = Table(
    "seen",
    tables.metadata,
    Column("id", String(40), primary_key=True),
    Column("by", String(20)),
    info=tables.TECHNICAL,
)
CTX = Context(workspace_id="workspace_1", actor="user_1")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "IN_PLACE", (0.0, 0.0, 0.0))


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    database = Database(f"sqlite:///{tmp_path}/things.db")
    tables.metadata.create_all(database.write_engine)
    return Runtime(name="things", database=database)


def an_event(number: int, subject: str = "thing_1") -> Event:
    text = envelope.dump(
        event_id=f"event_{number}",
        event_type="thing.changed.v1",
        source="things",
        subject_type="thing",
        subject_id=subject,
        sequence=number,
        moment=datetime(2026, 3, 2, tzinfo=UTC),
        ctx=CTX,
        data={"record": {}, "changes": {}},
    )
    return envelope.load(text)


def note(uow: Any, event: Event) -> None:
    uow.session.execute(insert(SEEN).values(id=event.id, by="one"))


def an_inbox(runtime: Runtime, handler: Callable[..., None], *, batch: bool = False) -> Inbox:
    return Inbox("things", [subscribe("*", handler, batch=batch)], runtime)


def seen(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return sorted(session.scalars(select(SEEN.c.id)))


def rows(runtime: Runtime, table: Table) -> list[Any]:
    with runtime.database.reading() as session:
        return list(session.execute(select(table)).all())


def test_a_delivery_that_comes_again_is_suppressed(runtime: Runtime) -> None:
    box = an_inbox(runtime, note)
    assert box.handle([an_event(1), an_event(2), an_event(1)]).done == 2
    again = box.handle([an_event(1), an_event(3)])
    assert (again.done, again.suppressed) == (1, 1)
    assert seen(runtime) == ["event_1", "event_2", "event_3"]


def test_one_failing_event_does_not_take_its_batch_along(runtime: Runtime) -> None:
    def picky(uow: Any, event: Event) -> None:
        note(uow, event)
        if event.id == "event_2":
            raise RuntimeError("no")

    counts = an_inbox(runtime, picky).handle([an_event(1, "a"), an_event(2, "b"), an_event(3, "c")])
    assert (counts.done, counts.held) == (2, 1)
    assert seen(runtime) == ["event_1", "event_3"]


def test_later_events_of_a_held_record_wait_behind_it_and_run_in_order(runtime: Runtime) -> None:
    broken = True
    order: list[str] = []

    def sometimes(uow: Any, event: Event) -> None:
        if broken:
            raise RuntimeError("not now")
        order.append(event.id)

    box = an_inbox(runtime, sometimes)
    box.handle([an_event(1)])
    broken = False
    assert box.handle([an_event(2), an_event(3, "thing_2")]).held == 1
    assert order == ["event_3"]
    due(runtime)
    box.retry_held()
    assert order == ["event_3", "event_1", "event_2"]
    assert rows(runtime, held_event) == []


def due(runtime: Runtime) -> None:
    """Let the time of every held event come."""
    with runtime.database.writing() as session:
        session.execute(update(held_event).values(next_at=clock.now()))


def test_an_event_that_never_succeeds_is_parked_with_its_reason(runtime: Runtime) -> None:
    def broken(uow: Any, event: Event) -> None:
        raise RuntimeError("always")

    box = an_inbox(runtime, broken)
    box.handle([an_event(1)])
    for _ in inbox.LATER:
        due(runtime)
        box.retry_held()
    [letter] = rows(runtime, dead_letter)
    assert (letter.event_id, letter.reason, letter.attempts) == ("event_1", "always", 1 + len(inbox.LATER))
    assert letter.fingerprint.startswith("RuntimeError broken:")
    assert rows(runtime, held_event) == []


@pytest.mark.parametrize("is_mended", [True, False])
def test_two_that_try_a_held_event_again_do_it_once(runtime: Runtime, is_mended: bool) -> None:
    """A service tries again in each of its lanes and processes; both may have read the same row."""
    tried: list[str] = []
    is_broken = True

    def handler(uow: Any, event: Event) -> None:
        tried.append(event.id)
        if is_broken:
            raise RuntimeError("not now")

    one, other = an_inbox(runtime, handler), an_inbox(runtime, handler)
    one.handle([an_event(1)])
    last = update(held_event).values(attempts=len(inbox.LATER), next_at=clock.now())
    runtime.database.transact(lambda session: session.execute(last))
    (row,) = rows(runtime, held_event)
    tried.clear()
    is_broken = not is_mended
    assert one._retry(row)
    assert not other._retry(row)
    assert tried == ["event_1"]
    assert len(rows(runtime, dead_letter)) == (0 if is_mended else 1)


def test_an_unacceptable_event_is_parked_at_once(runtime: Runtime) -> None:
    def strict(uow: Any, event: Event) -> None:
        raise Invalid("wrong field")

    assert an_inbox(runtime, strict).handle([an_event(1)]).parked == 1
    [letter] = rows(runtime, dead_letter)
    assert (letter.reason, letter.attempts) == ("wrong field", 1)


def test_what_is_no_event_is_parked(runtime: Runtime) -> None:
    an_inbox(runtime, note).park_raw("{", "not an event")
    [letter] = rows(runtime, dead_letter)
    assert (letter.payload, letter.reason, letter.event_id) == ("{", "not an event", None)


def test_a_projection_gets_its_events_in_one_batch(runtime: Runtime) -> None:
    batches: list[list[str]] = []

    def project(session: Any, events: list[Event]) -> None:
        batches.append([event.id for event in events])

    an_inbox(runtime, project, batch=True).handle([an_event(1), an_event(2), an_event(1)])
    assert batches == [["event_1", "event_2"]]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "x"}', "NaN"])
def test_what_has_no_envelope_is_malformed(text: str) -> None:
    from chassis.errors import Malformed

    with pytest.raises(Malformed):
        envelope.load(text)


def test_a_record_keeps_its_lane_and_imports_use_the_bulk_lane() -> None:
    lanes = {envelope.lane("ui", f"thing_{number}") for number in range(100)}
    assert lanes == {"0", "1", "2", "3"}
    assert envelope.lane("ui", "thing_7") == envelope.lane("api", "thing_7")
    assert envelope.lane("import", "thing_7") == "bulk"
