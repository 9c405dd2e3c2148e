"""Dead letters: listed by cause, tried again together, discarded with a reason, each once and only one's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from thing_builders import CTX, FOREIGN, LINES, a_runtime, an_event, an_inbox, told

from chassis import ids, inbox
from chassis.dead_letters import AlreadyDiscarded, AlreadyRedriven
from chassis.envelope import Event
from chassis.errors import AppError, Invalid, NotFound
from chassis.operation import Runtime


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "IN_PLACE", ())


@pytest.fixture
def runtime(tmp_path: Path) -> Runtime:
    return a_runtime(tmp_path)


WRONG = ids.new("thing")


def ask(runtime: Runtime, operation: str, **arguments: Any) -> Any:
    return LINES[operation].execute(runtime, CTX, arguments)


class Closed(Invalid):
    code = "closed"
    message = "It is closed."


class Picky:
    """Refuses what comes, for one of two reasons, until it is mended."""

    def __init__(self) -> None:
        self.is_mended = False
        self.done: list[str] = []

    def __call__(self, uow: Any, event: Event) -> None:
        if self.is_mended:
            self.done.append(event.id)
        elif event.subject_id == WRONG:
            raise Invalid("wrong field")
        else:
            raise Closed()


@pytest.fixture
def picky() -> Picky:
    return Picky()


@pytest.fixture
def parked(runtime: Runtime, picky: Picky) -> list[Event]:
    events = [an_event(ids.new("thing")) for _ in range(6)] + [an_event(WRONG) for _ in range(3)]
    an_inbox(runtime, picky).handle(events)
    return events


def test_they_are_listed_by_cause(runtime: Runtime, parked: list[Event]) -> None:
    found = ask(runtime, "dead_letters", limit=4)
    assert sorted((one["reason"], one["count"]) for one in found["causes"]) == [
        ("It is closed.", 6),
        ("wrong field", 3),
    ]
    assert (len(found["data"]), found["has_more"]) == (4, True)
    seen = [one["id"] for one in found["data"]]
    while found["has_more"]:
        last = found["data"][-1]
        found = ask(runtime, "dead_letters", limit=4, after={"at": last["at"], "key": last["id"]})
        seen += [one["id"] for one in found["data"]]
    assert len(seen) == len(set(seen)) == 9
    cause = next(one["cause"] for one in found["causes"] if one["count"] == 3)
    assert {one["reason"] for one in ask(runtime, "dead_letters", cause=cause)["data"]} == {"wrong field"}


def test_one_is_looked_into(runtime: Runtime, parked: list[Event]) -> None:
    (letter,) = ask(runtime, "dead_letters", limit=1)["data"]
    found = ask(runtime, "dead_letter", letter_id=letter["id"])
    assert found["body"] in {event.raw for event in parked}
    assert "Traceback" in found["trace"]


def test_those_of_a_cause_are_tried_again_together_and_each_is_done_once(
    runtime: Runtime, parked: list[Event], picky: Picky
) -> None:
    box = an_inbox(runtime, picky)
    causes = {one["count"]: one["cause"] for one in ask(runtime, "dead_letters")["causes"]}
    picky.is_mended = True
    assert ask(runtime, "redrive_dead_letters", cause=causes[6]) == {"settled": 6, "left": 0}
    assert ask(runtime, "redrive_dead_letters", cause=causes[6]) == {"settled": 0, "left": 0}
    box.retry_held()
    box.handle(parked)
    mended = [event.id for event in parked if event.subject_id != WRONG]
    assert sorted(picky.done) == sorted(mended)
    assert [one["count"] for one in ask(runtime, "dead_letters")["causes"]] == [3]
    settled = ask(runtime, "dead_letters", status="redriven")["data"]
    assert {one["settled_by"] for one in settled} == {CTX.caller}
    assert ask(runtime, "redrive_dead_letters")["settled"] == 3


def test_what_is_discarded_stays_with_the_reason_and_is_nobodys_task(
    runtime: Runtime, parked: list[Event]
) -> None:
    causes = {one["count"]: one["cause"] for one in ask(runtime, "dead_letters")["causes"]}
    (letter,) = ask(runtime, "dead_letters", cause=causes[3], limit=1)["data"]
    ask(runtime, "discard_dead_letters", letter_id=letter["id"], reason="A test record")
    with pytest.raises(AlreadyDiscarded):
        ask(runtime, "redrive", letter_id=letter["id"])
    assert ask(runtime, "discard_dead_letters", cause=causes[3], reason="Old")["settled"] == 2
    assert [one["count"] for one in ask(runtime, "dead_letters")["causes"]] == [6]
    kept = ask(runtime, "dead_letters", status="discarded")["data"]
    assert sorted(one["note"] for one in kept) == ["A test record", "Old", "Old"]
    facts = [
        fact for fact in told(runtime, record_id=letter["subject_id"])["data"] if fact["what"] == "parked"
    ]
    assert {fact.get("letter_id") for fact in facts} == {None}
    assert any("(discarded: A test record)" in fact["error"] for fact in facts)


def test_what_is_tried_again_is_not_discarded(runtime: Runtime, parked: list[Event]) -> None:
    (letter,) = ask(runtime, "dead_letters", limit=1)["data"]
    ask(runtime, "redrive", letter_id=letter["id"])
    with pytest.raises(AlreadyRedriven):
        ask(runtime, "discard_dead_letters", letter_id=letter["id"], reason="x")


@pytest.mark.parametrize(
    "arguments",
    [
        {"reason": "x"},
        {"cause": "x", "letter_id": "letter_01k8aaaaaaaaaaaaaaaaaaaaaa", "reason": "x"},
        {"cause": "x"},
    ],
)
def test_what_to_discard_is_said_and_why(runtime: Runtime, arguments: dict[str, str]) -> None:
    with pytest.raises(AppError) as refused:
        ask(runtime, "discard_dead_letters", **arguments)
    assert refused.value.kind == "invalid"


def test_what_is_nobodys_is_told_by_number(runtime: Runtime, parked: list[Event]) -> None:
    an_inbox(runtime).park_raw("{", "not an event")
    found = LINES["dead_letters"].execute(runtime, FOREIGN, {})
    assert (found["nameless"], found["data"], found["causes"]) == (1, [], [])


def test_another_workspace_sees_none_of_it(runtime: Runtime, parked: list[Event]) -> None:
    (letter,) = ask(runtime, "dead_letters", limit=1)["data"]
    assert LINES["dead_letters"].execute(runtime, FOREIGN, {})["data"] == []
    assert LINES["redrive_dead_letters"].execute(runtime, FOREIGN, {})["settled"] == 0
    for operation, more in (("dead_letter", {}), ("redrive", {}), ("discard_dead_letters", {"reason": "x"})):
        with pytest.raises(NotFound):
            LINES[operation].execute(runtime, FOREIGN, {"letter_id": letter["id"], **more})
