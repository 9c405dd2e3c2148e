"""Signals: received once, each item with its own outcome, visitors stitched to the people they turn out to be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from activity_builders import TEN, WORKSPACE, a_context, a_runtime
from sqlalchemy import insert, select

from activities.service import Activities
from chassis import codec, ids
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import outbox, reference

ADA, BO = ids.new("lead"), ids.new("contact")
OWNER = ids.new("user")
PEOPLE = {"ada@acme.example": ADA, "bo@acme.example": BO}


class People:
    """Answers for contacts-svc: it has Ada the lead and Bo the contact."""

    def call(self, service: str, operation: str, ctx: Any, **arguments: Any) -> Any:
        if operation.startswith("read_"):
            known = [one for one in arguments["ids"] if one in PEOPLE.values()]
            return {"data": known, "missing": [one for one in arguments["ids"] if one not in known]}
        kind = operation.removeprefix("list_").removesuffix("s")
        return {
            "data": [
                {"id": person, "email": email}
                for email, person in PEOPLE.items()
                if ids.is_id(person, kind) and email in arguments["filter"]
            ]
        }


@pytest.fixture
def runtime() -> Runtime:
    runtime = replace(a_runtime(), client=People())
    row = {"workspace_id": WORKSPACE, "type": "lead", "id": ADA, "label": "Ada", "owner_id": OWNER}
    row |= {"state": "live", "sequence": 1, "data": {}}
    runtime.database.transact(lambda session: session.execute(insert(reference), [row]))
    return runtime


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    return codec.plain(Activities.operations[operation].execute(runtime, a_context(), values))


def send(runtime: Runtime, *signals: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(runtime, "receive_signals", signals=list(signals))["data"]
    return found


def a_signal(event_id: str, **values: Any) -> dict[str, Any]:
    return {"event_id": event_id, "kind": "page_view", "visitor_id": "v1", **values}


def stored(runtime: Runtime) -> dict[str, tuple[str | None, str | None]]:
    """The person and the owner of each signal."""
    page = run(runtime, "list_signals", sort="occurred_at", limit=200)["data"]
    return {one["event_id"]: (one["record_id"], one["owner_id"]) for one in page}


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        rows = select(outbox.c.type).where(outbox.c.workspace_id == WORKSPACE).order_by(outbox.c.seq)
        return list(session.scalars(rows))


def test_a_batch_has_an_outcome_for_each(runtime: Runtime) -> None:
    stranger = ids.new("lead")
    outcomes = send(
        runtime,
        a_signal("1", record_id=ADA),
        a_signal("2", kind="sneeze"),
        a_signal("1"),
        a_signal("3", record_id=stranger),
        "nonsense",
        a_signal("4", occurred_at="2027-01-01T00:00:00Z"),
        {"event_id": "5", "kind": "click"},
        a_signal("6", properties={"x": "y" * 5000}),
        a_signal("7", record_id=ids.new("deal")),
        {"event_id": "8", "kind": "form_submission", "email": "BO@acme.example"},
    )
    assert [one["outcome"] for one in outcomes] == [
        *("accepted", "failed", "duplicate", "failed", "failed"),
        *("failed", "failed", "failed", "failed", "accepted"),
    ]
    pointers = [one["errors"][0]["pointer"] for one in outcomes if one["errors"]]
    assert pointers == [
        *("/kind", "/record_id", "/", "/occurred_at", "/visitor_id", "/properties", "/record_id"),
    ]
    assert stored(runtime) == {"1": (ADA, OWNER), "8": (BO, None)}
    assert told(runtime) == ["signal.created.v1"] * 2


def test_sent_again_it_is_a_duplicate_and_tells_nothing(runtime: Runtime) -> None:
    send(runtime, a_signal("1", record_id=ADA))
    (again,) = send(runtime, a_signal("1", record_id=BO))
    assert (again["outcome"], again["id"]) == ("duplicate", None)
    assert stored(runtime) == {"1": (ADA, OWNER)}
    assert len(told(runtime)) == 1


def test_what_a_visitor_did_before_becomes_the_persons(runtime: Runtime) -> None:
    send(runtime, a_signal("1"), a_signal("2"), a_signal("other", visitor_id="v2"))
    assert stored(runtime) == {"1": (None, None), "2": (None, None), "other": (None, None)}
    send(runtime, a_signal("3", email="ada@acme.example"))
    assert stored(runtime) == {
        "1": (ADA, OWNER),
        "2": (ADA, OWNER),
        "3": (ADA, OWNER),
        "other": (None, None),
    }
    assert told(runtime).count("signal.properties_changed.v1") == 2
    (later,) = send(runtime, a_signal("4"))
    assert later["record_id"] == ADA
    assert told(runtime).count("signal.properties_changed.v1") == 2


def test_one_batch_may_say_last_who_it_was(runtime: Runtime) -> None:
    outcomes = send(runtime, a_signal("1"), a_signal("2"), a_signal("3", record_id=ADA))
    assert [one["record_id"] for one in outcomes] == [ADA] * 3
    assert told(runtime) == ["signal.created.v1"] * 3


def test_a_visitor_stays_who_they_were(runtime: Runtime) -> None:
    send(runtime, a_signal("1", record_id=ADA))
    (other,) = send(runtime, a_signal("2", record_id=BO))
    assert (other["outcome"], other["record_id"]) == ("accepted", BO)
    assert ADA in other["note"]
    (nobody,) = send(runtime, a_signal("3"))
    assert nobody["record_id"] == ADA


def test_an_address_nobody_has_leaves_the_signal_anonymous(runtime: Runtime) -> None:
    (outcome,) = send(runtime, {"event_id": "1", "kind": "form_submission", "email": "who@acme.example"})
    assert (outcome["outcome"], outcome["record_id"]) == ("accepted", None)


@pytest.mark.parametrize("signals", [[], [a_signal(str(number)) for number in range(501)]])
def test_a_batch_has_its_bounds(runtime: Runtime, signals: list[dict[str, Any]]) -> None:
    with pytest.raises(AppError) as refused:
        run(runtime, "receive_signals", signals=signals)
    assert refused.value.errors[0]["pointer"] == "/signals"


def test_another_workspace_has_signals_of_its_own(runtime: Runtime) -> None:
    send(runtime, a_signal("1", record_id=ADA))
    elsewhere = replace(a_context(), workspace_id=ids.new("workspace"))
    values = {"signals": [a_signal("1")]}
    (outcome,) = Activities.operations["receive_signals"].execute(runtime, elsewhere, values)["data"]
    assert (outcome["outcome"], outcome["record_id"]) == ("accepted", None)


def test_only_calls_have_a_purpose(runtime: Runtime) -> None:
    call = run(runtime, "log_activity", kind="call", subject="Help", purpose="support")
    assert call["purpose"] == "support"
    with pytest.raises(AppError) as refused:
        run(
            runtime,
            "log_activity",
            kind="note",
            subject="Help",
            purpose="support",
            occurred_at=TEN.isoformat(),
        )
    assert "purpose" in str(refused.value)
