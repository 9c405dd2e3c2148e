"""Kill -9 of everything while people work: nothing lost, nothing doubled, no ghost, and the figures still true.

The short form of guarantees G1 to G4: a client writes, every process dies several times, messages are published again
by hand; afterwards outboxes, archive, facts and tasks must agree with what the client was told.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from sqlalchemy import select, text

from chassis import clock, envelope, ids
from chassis.context import Context
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.tables import dead_letter, held_event, outbox
from suite.testing import Suite, a_caller, eventually

VICTIMS = ("deals", "relay", "automation", "reporting", "activities")
KILLS = 10
WRITERS = 2
STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Proposal", "probability": 60},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@dataclass
class Ledger:
    """What the clients were told: deals that exist for certain, and how far each came."""

    opened: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)


def work(
    suite: Suite, ctx: Context, pipeline: dict[str, Any], ledger: Ledger, stopping: threading.Event
) -> None:
    """Open large deals and move them to Proposal until told to stop; a failed write is repeated with its key."""
    while not stopping.is_set():
        deal_id = ids.new("deal")
        amount = {"amount": "75000", "currency": "EUR"}
        opened = insist(
            suite, ctx, "open_deal", deal_id=deal_id, name="Crane", pipeline_id=pipeline["id"], amount=amount
        )
        if opened is None:
            ledger.unsure.add(deal_id)
            continue
        ledger.opened.add(deal_id)
        stage = pipeline["stages"][1]["id"]
        if insist(suite, ctx, "move_stage", deal_id=deal_id, stage_id=stage, expected_version=1) is None:
            ledger.unsure.add(deal_id)
        else:
            ledger.moved.add(deal_id)


def insist(suite: Suite, ctx: Context, operation: str, **arguments: Any) -> Any:
    """Call with one command id until it answers; None after ten tries."""
    keyed = replace(ctx, command_id=ids.new("command"))
    for _ in range(10):
        try:
            return suite.call("deals", operation, keyed, **arguments)
        except AppError as error:
            if error.kind not in {"unavailable", "timeout", "conflict", "internal"}:
                raise
    return None


def publish_again(suite: Suite, rows: list[Any]) -> int:
    """Deliver events a second time, as a relay that died between confirm and mark would."""
    for row in rows:
        suite.deliver(row.payload)
    return len(rows)


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_done_twice(suite: Suite) -> None:
    chance = random.Random(20_260_302)
    suite.start("contacts", "deals", "activities", "automation", "reporting")
    ctx = a_caller()
    install_recipes(suite, ctx)
    pipeline = suite.call("deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True)
    ledger, stopping = Ledger(), threading.Event()
    writers = [
        threading.Thread(target=work, args=(suite, ctx, pipeline, ledger, stopping), daemon=True)
        for _ in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for number in range(KILLS):
        victim = suite.processes[VICTIMS[number % len(VICTIMS)]]
        before = len(ledger.opened)
        eventually(lambda seen=before: len(ledger.opened) > seen + chance.randrange(8), what="writers go on")
        victim.kill()
        victim.start()
    stopping.set()
    for writer in writers:
        writer.join(120)
    rows = told(suite, "deals")
    doubled = publish_again(suite, rows[::5])
    eventually(lambda: settled(suite), within=120, what="everything is handled")
    assert (parked(suite), doubled > 10, len(ledger.moved) > 20) == ([], True, True)

    deals = all_deals(suite, ctx)
    proposal = pipeline["stages"][1]["id"]
    in_proposal = {deal_id for deal_id, deal in deals.items() if deal["stage_id"] == proposal}
    assert ledger.opened - set(deals) == set(), "a deal that was promised is gone"
    assert ledger.moved - in_proposal == set(), "a move that was promised is gone"
    assert set(deals) - ledger.opened - ledger.unsure == set(), "a deal nobody opened"

    archived = archive_of(suite, ctx)
    wanted = Counter(row.event_id for row in told(suite, "deals"))
    assert Counter(archived) & wanted == wanted, "an event is missing in the archive, or there twice"
    assert max(Counter(archived).values()) == 1

    report = suite.call("reporting", "pipeline", ctx, pipeline_id=pipeline["id"])
    assert {row["key"]: row["count"] for row in report["data"]}["Proposal"] == len(in_proposal)

    tasks = Counter(task["record_ids"][0] for task in all_tasks(suite, ctx))
    assert set(tasks.values()) <= {1}, "an effect was done twice"
    assert set(tasks) == in_proposal, "an effect is missing"


def install_recipes(suite: Suite, ctx: Context) -> None:
    """A workspace begins: automation installs its recipes."""
    payload = envelope.dump(
        event_id=ids.new("event"),
        event_type="workspace.created.v1",
        source="organisation",
        subject_type="workspace",
        subject_id=ctx.workspace_id,
        sequence=1,
        moment=clock.now(),
        ctx=ctx,
        data={"record": {"id": ctx.workspace_id, "name": "Test", "currency": "EUR"}, "changes": {}},
    )
    suite.deliver(payload)
    eventually(lambda: suite.call("automation", "list_workflows", ctx)["data"], what="the recipes are there")


def told(suite: Suite, service: str) -> list[Any]:
    columns = (
        outbox.c.event_id,
        outbox.c.source,
        outbox.c.type,
        outbox.c.lane,
        outbox.c.payload,
        outbox.c.status,
    )
    with suite.database(service).reading() as session:
        return list(session.execute(select(*columns).order_by(outbox.c.seq)).all())


def settled(suite: Suite) -> bool:
    """No event waits in an outbox, a queue or a holding table, and no run is unfinished."""
    services = ("contacts", "deals", "activities", "automation", "reporting")
    if any(row.status == "unsent" for service in services for row in told(suite, service)):
        return False
    for service in services:
        with suite.database(service).reading() as session:
            if session.execute(select(held_event.c.seq).limit(1)).first():
                return False
    if any(queue["messages"] for queue in suite.queues() if queue["name"].startswith("evt-")):
        return False
    statement = text(
        "SELECT count(*) FROM workflow_run WHERE status IN ('pending', 'running')"
    ).execution_options(**ACROSS)
    with suite.database("automation").reading() as session:
        return session.scalar(statement) == 0


def parked(suite: Suite) -> list[str]:
    found: list[str] = []
    for service in ("contacts", "deals", "activities", "automation", "reporting"):
        with suite.database(service).reading() as session:
            found += session.scalars(select(dead_letter.c.reason)).all()
    return found


def pages(suite: Suite, service: str, operation: str, ctx: Context, **arguments: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: list[Any] | None = None
    while True:
        page = suite.call(service, operation, ctx, limit=200, after=after, **arguments)
        found += page["data"]
        after = page["next"]
        if after is None:
            return found


def all_deals(suite: Suite, ctx: Context) -> dict[str, dict[str, Any]]:
    return {deal["id"]: deal for deal in pages(suite, "deals", "list_deals", ctx)}


def all_tasks(suite: Suite, ctx: Context) -> list[dict[str, Any]]:
    return pages(suite, "activities", "list_activities", ctx, filter='kind = "task"')


def archive_of(suite: Suite, ctx: Context) -> list[str]:
    """The ids of all archived events of the workspace, in their order."""
    found: list[str] = []
    after = 0
    while True:
        page = suite.call("reporting", "events", ctx, after=after, limit=200)["data"]
        if not page:
            return found
        found += [event["id"] for event in page]
        after = page[-1]["position"]
