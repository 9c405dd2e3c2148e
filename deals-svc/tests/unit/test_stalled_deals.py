"""Deals that stall: told once a spell of 7 days without activity, of open deals only; an activity ends the spell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from deal_builders import WORKSPACE, a_context, a_pipeline, a_runtime
from sqlalchemy import select, update

from chassis import clock, codec, envelope, ids
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.tables import outbox
from deals.domain.quiet import STALLED_AFTER, Quiet
from deals.service import Deals
from deals.usecases.tell_stalled_deals import tell_stalled_deals

NOW = clock.now()
LONG_AGO = NOW - STALLED_AFTER
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _the_clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long it is since this file was read."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def runtime() -> Runtime:
    runtime = a_runtime()
    runtime.database.transact(lambda session: session.add(a_pipeline()))
    return runtime


def run(runtime: Runtime, operation: str, **arguments: Any) -> Any:
    return Deals.operations[operation].execute(runtime, a_context(now=NOW), arguments)


def hear(runtime: Runtime, event_type: str, record: Mapping[str, Any], at: datetime) -> None:
    noun = "deal" if event_type.startswith("deal.") else "activity"
    text = envelope.dump(
        event_id=ids.new("event"),
        event_type=event_type,
        source="deals" if noun == "deal" else "activities",
        subject_type=noun,
        subject_id=record["id"],
        sequence=1,
        moment=at,
        ctx=a_context(),
        data={"record": dict(record), "changes": {}},
    )
    Inbox("deals", Deals.subscriptions, runtime).handle([envelope.load(text)])


def a_deal(runtime: Runtime, since: datetime) -> dict[str, Any]:
    """An open deal that was opened then."""
    deal: dict[str, Any] = run(runtime, "open_deal", name="Wind park")
    hear(runtime, "deal.created.v1", deal, since)
    return deal


def an_activity(deal: Mapping[str, Any], kind: str = "call", **values: Any) -> dict[str, Any]:
    return {"id": ids.new("activity"), "kind": kind, "record_ids": [deal["id"]], **values}


def told(runtime: Runtime) -> list[dict[str, Any]]:
    tell_stalled_deals(runtime)
    with runtime.database.reading() as session:
        found = session.scalars(select(outbox.c.payload).where(outbox.c.type == "deal.stalled.v1"))
        return [codec.loads(payload) for payload in found]


def test_a_week_without_activity_is_told_once(runtime: Runtime) -> None:
    deal = a_deal(runtime, LONG_AGO)
    (fact,) = told(runtime)
    assert (fact["subject"], fact["data"]["quiet_days"], fact["data"]["record"]["name"]) == (
        deal["id"],
        7,
        "Wind park",
    )
    assert fact["data"]["quiet_since"] == clock.to_text(LONG_AGO)
    assert len(told(runtime)) == 1


def test_a_minute_less_is_not_told(runtime: Runtime) -> None:
    a_deal(runtime, LONG_AGO + MINUTE)
    assert told(runtime) == []


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "note"])
def test_an_activity_begins_the_days_anew(runtime: Runtime, kind: str) -> None:
    deal = a_deal(runtime, LONG_AGO - MINUTE)
    hear(runtime, "activity.created.v1", an_activity(deal, kind), LONG_AGO + MINUTE)
    assert told(runtime) == []


def test_a_stalled_deal_is_told_again_after_the_next_activity(runtime: Runtime) -> None:
    deal = a_deal(runtime, LONG_AGO - 2 * MINUTE)
    assert len(told(runtime)) == 1
    hear(runtime, "activity.created.v1", an_activity(deal), LONG_AGO)
    assert [fact["data"]["quiet_since"] for fact in told(runtime)] == [
        clock.to_text(LONG_AGO - 2 * MINUTE),
        clock.to_text(LONG_AGO),
    ]


def test_a_completed_task_counts_and_one_that_is_only_set_does_not(runtime: Runtime) -> None:
    deal = a_deal(runtime, LONG_AGO)
    task = an_activity(deal, "task")
    hear(runtime, "activity.created.v1", task, NOW - MINUTE)
    assert len(told(runtime)) == 1
    hear(runtime, "activity.completed.v1", task, LONG_AGO + MINUTE)
    assert len(told(runtime)) == 1


def test_an_activity_counts_from_when_it_took_place(runtime: Runtime) -> None:
    deal = a_deal(runtime, LONG_AGO - MINUTE)
    early = an_activity(deal, occurred_at=clock.to_text(LONG_AGO - timedelta(days=30)))
    hear(runtime, "activity.created.v1", early, NOW)
    assert len(told(runtime)) == 1
    # One that is set for the future has been planned now, and no more.
    late = an_activity(deal, "meeting", occurred_at=clock.to_text(NOW + timedelta(days=365)))
    hear(runtime, "activity.created.v1", late, NOW)
    with runtime.database.reading() as session:
        assert session.get(Quiet, (WORKSPACE, deal["id"])).quiet_since == NOW  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("operation", "more"), [("win_deal", {}), ("lose_deal", {"reason": "Price"}), ("delete_deal", {})]
)
def test_of_a_closed_deal_nobody_is_told(runtime: Runtime, operation: str, more: dict[str, Any]) -> None:
    deal = a_deal(runtime, LONG_AGO)
    run(runtime, operation, deal_id=deal["id"], expected_version=1, **more)
    assert told(runtime) == []
    with runtime.database.reading() as session:
        assert session.get(Quiet, (WORKSPACE, deal["id"])).stalls_at is None  # type: ignore[union-attr]


def test_an_activity_about_nothing_we_have_is_no_deal(runtime: Runtime) -> None:
    hear(runtime, "activity.created.v1", an_activity({"id": ids.new("deal")}), LONG_AGO)
    hear(runtime, "activity.created.v1", an_activity({"id": ids.new("account")}), LONG_AGO)
    assert told(runtime) == []


def test_being_told_does_not_make_anybodys_save_fail(runtime: Runtime) -> None:
    deal = a_deal(runtime, LONG_AGO)
    told(runtime)
    changes = {"next_step": "Call"}
    saved = run(runtime, "update_deal", deal_id=deal["id"], expected_version=1, changes=changes)
    with runtime.database.reading() as session:
        sequences = session.scalars(select(outbox.c.sequence).order_by(outbox.c.sequence)).all()
    assert (saved["version"], sequences) == (2, [1, 2, 3])


def test_many_at_once_are_all_told(runtime: Runtime) -> None:
    for _ in range(205):
        run(runtime, "open_deal", name="Wind park")
    with runtime.database.reading() as session:
        deals = session.scalars(select(outbox.c.payload).where(outbox.c.type == "deal.created.v1")).all()
    Inbox("deals", Deals.subscriptions, runtime).handle([envelope.load(text) for text in deals])
    back = update(Quiet).where(Quiet.workspace_id == WORKSPACE).values(stalls_at=LONG_AGO)
    runtime.database.transact(lambda session: session.execute(back))
    assert len(told(runtime)) == 205
