"""What came again leaves a trace, in the transaction that noticed it; and every menu tells of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from thing_builders import CTX, FOREIGN, LINES, LISTENS, OTHER, THING, a_runtime, an_event, an_inbox, told

from chassis import clock, inbox, ledger, suppressed, tables
from chassis.context import Context
from chassis.dead_letters import AlreadyRedriven, NotAnEvent
from chassis.envelope import Event
from chassis.errors import Invalid
from chassis.operation import Runtime
from chassis.tables import dead_letter, held_event, tally
from chassis.unit_of_work import UnitOfWork


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "IN_PLACE", ())


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return a_runtime(tmp_path)


def told_of_request(runtime: Runtime, ctx: Context = CTX, **arguments: Any) -> dict[str, Any]:
    answer: dict[str, Any] = LINES["request_ledger"].execute(
        runtime, ctx, {"request_id": "request_1", **arguments}
    )
    return answer


def test_an_event_that_came_three_times_is_one_entry_that_counts_two(runtime: Runtime) -> None:
    event, box = an_event(), an_inbox(runtime)
    box.handle([event, event])
    box.handle([event])
    answer = told(runtime)
    (fact,) = answer["data"]
    assert (fact["what"], fact["sort"], fact["event_id"], fact["count"]) == (
        "suppressed",
        "event",
        event.id,
        2,
    )
    assert (answer["totals"]["suppressed"], answer["times"]) == (1, 2)


def test_nothing_is_written_as_long_as_nothing_comes_twice(runtime: Runtime) -> None:
    an_inbox(runtime).handle([an_event(), an_event()])
    answer = told(runtime)
    assert (answer["data"], answer["times"], set(answer["totals"].values())) == ([], 0, {0})


def test_what_is_suppressed_in_a_transaction_that_fails_is_not_counted(runtime: Runtime) -> None:
    broken = True

    def sometimes(uow: Any, event: Event) -> None:
        if broken and event.subject_id == OTHER:
            raise RuntimeError("no")

    event, box = an_event(), an_inbox(runtime, sometimes)
    box.handle([event])
    box.handle([event, an_event(OTHER)])
    assert told(runtime)["times"] == 1


def test_another_workspace_sees_nothing(runtime: Runtime) -> None:
    event, box = an_event(), an_inbox(runtime)
    box.handle([event, event])
    assert told(runtime, FOREIGN)["data"] == told_of_request(runtime, FOREIGN)["data"] == []


def test_a_held_event_says_since_when_it_waits_and_why(runtime: Runtime) -> None:
    def broken(uow: Any, event: Event) -> None:
        raise RuntimeError("the printer burns")

    event = an_event()
    an_inbox(runtime, broken).handle([event])
    (fact,) = told(runtime)["data"]
    assert (fact["what"], fact["attempts"], fact["event_id"]) == ("held", 1, event.id)
    assert "the printer burns" in fact["error"]
    assert fact["next_at"] > fact["at"]
    assert [one["state"] for one in told(runtime, event_ids=[event.id])["handled"]] == ["waiting"]


def test_a_parked_event_is_tried_again_once_when_asked(runtime: Runtime) -> None:
    strict = True
    done: list[str] = []

    def picky(uow: Any, event: Event) -> None:
        if strict:
            raise Invalid("wrong field")
        done.append(event.id)

    event, box = an_event(), an_inbox(runtime, picky)
    box.handle([event])
    (fact,) = told(runtime)["data"]
    assert (fact["what"], fact["error"], fact["request_id"]) == ("parked", "wrong field", "request_1")
    strict = False
    LINES["redrive"].execute(runtime, CTX, {"letter_id": fact["letter_id"]})
    with pytest.raises(AlreadyRedriven):
        LINES["redrive"].execute(runtime, CTX, {"letter_id": fact["letter_id"]})
    box.retry_held()
    box.handle([event])
    assert done == [event.id]
    answer = told(runtime, event_ids=[event.id])
    assert [fact["what"] for fact in answer["data"]] == ["suppressed"]
    assert [one["state"] for one in answer["handled"]] == ["done"]


def test_what_is_no_event_is_not_tried_again(runtime: Runtime) -> None:
    an_inbox(runtime).park_raw("{", "not an event")
    with runtime.database.writing() as session:
        session.execute(update(dead_letter).values(workspace_id=CTX.workspace_id))
        letter = session.scalars(select(dead_letter.c.id)).one()
    with pytest.raises(NotAnEvent):
        LINES["redrive"].execute(runtime, CTX, {"letter_id": letter})


def test_an_event_that_the_broker_gave_up_on_says_whom_it_concerns(runtime: Runtime) -> None:
    event = an_event()
    an_inbox(runtime).park_raw(event.raw, "the broker gave up")
    (fact,) = told(runtime)["data"]
    assert (fact["what"], fact["event_id"]) == ("parked", event.id)


def test_a_service_names_what_it_hears_and_what_it_has_taken(runtime: Runtime) -> None:
    taken, missing = an_event(), an_event()
    an_inbox(runtime).handle([taken])
    ledger.remember_hearing(runtime.database, "things", LISTENS[:1])
    ledger.remember_hearing(runtime.database, "things", LISTENS)
    answer = told(runtime, event_ids=[taken.id, missing.id])
    assert list(answer["hears"]) == ["thing.changed.v1", "thing.created.v1"]
    assert None not in answer["hears"].values()
    assert [(one["event_id"], one["state"]) for one in answer["handled"]] == [(taken.id, "done")]


def test_pages_hold_every_fact_once_and_totals_count_them(runtime: Runtime) -> None:
    events = [an_event() for _ in range(7)]
    box = an_inbox(runtime)
    box.handle(events)
    for event in events:
        box.handle([event])
    found: list[str] = []
    after = None
    while True:
        page = told(runtime, limit=3, after=after)
        found += [fact["key"] for fact in page["data"]]
        if not page["has_more"]:
            break
        last = page["data"][-1]
        after = {"at": clock.to_text(last["at"]), "key": last["key"]}
    assert len(found) == len(set(found)) == page["totals"]["suppressed"] == 7


def test_a_command_answered_from_its_stored_result_is_suppressed(runtime: Runtime) -> None:
    ctx = replace(CTX, command_id="key_1")
    with runtime.database.writing() as session:
        for _ in range(2):
            suppressed.note_command(session, ctx, "make_thing", {}, {"id": THING})
        suppressed.note_command(session, replace(ctx, cause_id="event_1"), "make_thing", {}, {"id": THING})
    facts = {fact["sort"]: fact for fact in told(runtime)["data"]}
    assert {sort: fact["count"] for sort, fact in facts.items()} == {"command": 2, "effect": 1}
    assert (facts["command"]["type"], facts["command"]["consumer"]) == ("make_thing", CTX.actor)


def test_a_chunk_that_comes_again_is_told_row_by_row(runtime: Runtime) -> None:
    ctx = replace(CTX, command_id="job_1:chunk", origin="import", request_id="request_1")
    outcomes = [{"row": 0, "action": "created", "id": THING}, {"row": 1, "action": "failed"}]
    with runtime.database.writing() as session:
        values = {"job_id": "request_1", "is_dry_run": False}
        suppressed.note_command(session, ctx, "import_things", values, {"outcomes": outcomes})
    (fact,) = told(runtime)["data"]
    assert (fact["sort"], fact["key"]) == ("row", "row:import_things:request_1:0")
    assert told_of_request(runtime)["totals"]["suppressed"] == 2


def test_large_requests_are_counted_by_type_and_small_ones_are_not(runtime: Runtime) -> None:
    bulk = replace(CTX, origin="import")
    events = [an_event(ctx=bulk) for _ in range(3)] + [an_event(ctx=bulk, kind="thing.created.v1")]
    an_inbox(runtime).handle([*events, *events, an_event()])
    answer = told_of_request(runtime)
    assert answer["taken"] == [
        {"type": "thing.changed.v1", "count": 3},
        {"type": "thing.created.v1", "count": 1},
    ]
    assert answer["told"] == []


def test_what_a_large_request_tells_is_counted_with_its_outbox_rows(runtime: Runtime) -> None:
    with runtime.database.writing() as session:
        for ctx in (CTX, replace(CTX, origin="import")):
            uow = UnitOfWork(session, ctx, "things")
            for number in range(2):
                uow.tell(
                    "thing.created.v1",
                    subject_type="thing",
                    subject_id=f"{ctx.origin}_{number}",
                    sequence=1,
                    data={},
                )
            uow.flush()
    assert told_of_request(runtime)["told"] == [{"type": "thing.created.v1", "count": 2}]


def test_what_was_suppressed_is_forgotten_with_the_inbox(runtime: Runtime) -> None:
    event, box = an_event(), an_inbox(runtime)
    box.handle([event, event])
    with runtime.database.writing() as session:
        session.execute(update(tables.suppressed).values(last_at=datetime(2020, 1, 1, tzinfo=UTC)))
    inbox.purge(runtime)
    assert told(runtime)["data"] == []


def test_held_events_behind_an_earlier_one_are_taken_too(runtime: Runtime) -> None:
    def broken(uow: Any, event: Event) -> None:
        raise RuntimeError("not now")

    box = an_inbox(runtime, broken)
    bulk = replace(CTX, origin="import")
    box.handle([an_event(ctx=bulk)])
    box.handle([an_event(ctx=bulk)])
    with runtime.database.reading() as session:
        assert session.scalars(select(tally.c.count)).all() == [2]
        assert len(session.execute(select(held_event.c.seq)).all()) == 2


def test_facts_are_narrowed_and_their_totals_are_not(runtime: Runtime) -> None:
    event, box = an_event(), an_inbox(runtime)
    box.handle([event, event])
    answer = told(runtime, whats=["parked"])
    assert (answer["data"], answer["totals"]["suppressed"], answer["times"]) == ([], 1, 1)
