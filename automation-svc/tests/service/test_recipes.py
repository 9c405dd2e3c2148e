"""The recipes through running services: one missed call, one task, whatever dies or comes twice between."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from automation.domain.recipes import RECIPES
from automation.domain.run import Step
from chassis import clock, envelope, ids
from chassis.bus.connection import rpc_queue
from chassis.context import Context
from chassis.guard import ACROSS
from chassis.tables import inbox, outbox
from suite.testing import Suite, a_caller, eventually

TEN = "2026-03-02T10:00:00.000Z"
TWELVE = "2026-03-02T12:00:00.000Z"
STAGES = [
    {"name": "Discovery", "probability": 30},
    {"name": "Proposal", "probability": 60},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def automation(suite: Suite) -> Suite:
    return suite.start("automation", "activities", "deals")


def a_workspace(suite: Suite) -> Context:
    """A workspace that has begun: its recipes are installed, and those that notify switched off."""
    ctx = a_caller()
    record = {"id": ctx.workspace_id, "name": "Acme"}
    body = envelope.dump(
        event_id=ids.new("event"),
        event_type="workspace.created.v1",
        source="organisation",
        subject_type="workspace",
        subject_id=ctx.workspace_id,
        sequence=1,
        moment=clock.now(),
        ctx=ctx,
        data={"record": record, "changes": {}},
    )
    suite.deliver(body)

    def recipes() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = suite.call("automation", "list_workflows", ctx, limit=200)["data"]
        return found

    eventually(lambda: len(recipes()) == len(RECIPES), what="recipes")
    for recipe in recipes():
        if recipe["actions"][0]["type"] == "notify":
            suite.call(
                "automation",
                "disable_workflow",
                ctx,
                workflow_id=recipe["id"],
                expected_version=recipe["version"],
            )
    return ctx


def a_missed_call(suite: Suite, ctx: Context, **values: Any) -> dict[str, Any]:
    call: dict[str, Any] = suite.call(
        "activities",
        "log_activity",
        ctx,
        kind="call",
        subject="Ring",
        occurred_at=TEN,
        outcome="no_answer",
        **values,
    )
    return call


def tasks(suite: Suite, ctx: Context) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = suite.call("activities", "list_activities", ctx, filter='kind = "task"')[
        "data"
    ]
    return found


def runs(suite: Suite, ctx: Context, status: str = "completed") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = suite.call("automation", "list_runs", ctx, filter=f'status = "{status}"')[
        "data"
    ]
    return found


def event_of(suite: Suite, service: str, event_type: str, subject_id: str) -> str:
    """The event as it went over the bus."""
    with suite.database(service).reading() as session:
        statement = select(outbox.c.payload).where(
            outbox.c.type == event_type, outbox.c.subject_id == subject_id
        )
        return str(session.scalars(statement.execution_options(**ACROSS)).one())


def test_a_missed_call_at_ten_makes_one_task_due_at_twelve(automation: Suite) -> None:
    ctx = a_workspace(automation)
    owner = ids.new("user")
    a_missed_call(automation, ctx, owner_id=owner)
    (run,) = eventually(lambda: runs(automation, ctx), what="a completed run")
    (task,) = tasks(automation, ctx)
    assert (task["subject"], task["due_at"]) == ("Follow up via email within 2 hours", TWELVE)
    assert (task["owner_id"], task["origin"], task["workflow_run_id"]) == (owner, "automation", run["id"])
    (step,) = run["steps"]
    assert (step["status"], step["output"]["id"]) == ("completed", task["id"])


def test_an_event_that_comes_three_times_has_one_effect(automation: Suite) -> None:
    ctx = a_workspace(automation)
    call = a_missed_call(automation, ctx)
    eventually(lambda: runs(automation, ctx), what="a completed run")
    body = event_of(automation, "activities", "call.missed.v1", call["id"])
    for _ in range(2):
        automation.deliver(body)
    # A second call of the same workspace shows that the repetitions before it have been looked at.
    a_missed_call(automation, ctx)
    eventually(lambda: len(runs(automation, ctx)) == 2, what="the run of the second call")
    assert len(tasks(automation, ctx)) == 2
    assert runs(automation, ctx, "suppressed") == []


def test_an_event_that_comes_after_the_inbox_forgot_it_is_a_recorded_duplicate(automation: Suite) -> None:
    ctx = a_workspace(automation)
    call = a_missed_call(automation, ctx)
    eventually(lambda: runs(automation, ctx), what="a completed run")
    body = event_of(automation, "activities", "call.missed.v1", call["id"])
    forgotten = inbox.delete().where(inbox.c.event_id == envelope.load(body).id)
    automation.database("automation").transact(lambda session: session.execute(forgotten))
    automation.deliver(body)
    (duplicate,) = eventually(lambda: runs(automation, ctx, "suppressed"), what="a suppressed run")
    assert runs(automation, ctx)[0]["id"] in duplicate["reason"]
    assert len(tasks(automation, ctx)) == 1


def test_killed_between_the_effect_and_its_record_it_does_it_once(automation: Suite) -> None:
    """The worst moment: the task is made, but the process dies before it writes that down."""
    ctx = a_workspace(automation)
    automation.processes["activities"].signal(signal.SIGSTOP)
    try:
        # Nobody answers, so the step stays claimed with its request waiting in the queue.
        _tell_missed(automation, ctx)
        eventually(lambda: _claimed(automation, ctx), what="a claimed step")
        # Dying before the request is sent is another story: then there is no task for anybody to find.
        eventually(lambda: _requests_of(automation, "activities"), what="the request")
        automation.processes["automation"].kill()
    finally:
        automation.processes["activities"].signal(signal.SIGCONT)
    eventually(lambda: len(tasks(automation, ctx)) == 1, what="the task of the dead process")
    automation.processes["automation"].start()
    (run,) = eventually(lambda: runs(automation, ctx), what="a completed run")
    assert run["steps"][0]["attempts"] == 2
    assert [task["id"] for task in tasks(automation, ctx)] == [run["steps"][0]["output"]["id"]]


def _tell_missed(suite: Suite, ctx: Context) -> None:
    """`call.missed` without activities-svc, which does not answer now."""
    activity_id = ids.new("activity")
    record = {
        "id": activity_id,
        "kind": "call",
        "outcome": "no_answer",
        "owner_id": ctx.actor,
        "record_ids": [],
    }
    body = envelope.dump(
        event_id=ids.new("event"),
        event_type="call.missed.v1",
        source="activities",
        subject_type="activity",
        subject_id=activity_id,
        sequence=1,
        moment=clock.now(),
        ctx=ctx,
        data={"record": record, "changes": {}, "ended_at": TEN},
    )
    suite.deliver(body)


def _claimed(suite: Suite, ctx: Context) -> bool:
    with suite.database("automation").reading() as session:
        statement = select(func.count()).select_from(Step)
        statement = statement.where(Step.workspace_id == ctx.workspace_id, Step.status == "running")
        return bool(session.scalar(statement))


def _requests_of(suite: Suite, service: str) -> int:
    """How many requests a service has been sent and has not answered."""
    (queue,) = [one for one in suite.queues() if one["name"] == rpc_queue(service)]
    return int(queue["messages"])


def test_activities_down_for_a_while_only_delays_the_task(automation: Suite) -> None:
    ctx = a_workspace(automation)
    automation.processes["activities"].kill()
    _tell_missed(automation, ctx)

    def failed_once() -> bool:
        found = runs(automation, ctx, "running")
        return bool(found) and found[0]["steps"][0]["error"] is not None

    eventually(failed_once, what="a first attempt that failed")
    automation.processes["activities"].start()
    _hurry(automation, ctx)
    eventually(lambda: runs(automation, ctx), what="a completed run")
    (task,) = tasks(automation, ctx)
    assert task["due_at"] == TWELVE


def _hurry(suite: Suite, ctx: Context) -> None:
    """Bring the next attempt forward."""
    now = clock.now() - timedelta(seconds=1)
    statement = update(Step).where(Step.workspace_id == ctx.workspace_id, Step.status == "pending")
    suite.database("automation").transact(lambda session: session.execute(statement.values(next_at=now)))


def test_a_large_deal_that_enters_proposal_makes_one_task_each_time(automation: Suite) -> None:
    ctx = a_workspace(automation)
    pipeline = automation.call("deals", "create_pipeline", ctx, name="New", stages=STAGES)
    discovery, proposal = pipeline["stages"][0]["id"], pipeline["stages"][1]["id"]

    def a_deal(name: str, amount: str, stage_id: str) -> dict[str, Any]:
        deal: dict[str, Any] = automation.call(
            "deals",
            "open_deal",
            ctx,
            name=name,
            amount={"amount": amount, "currency": "EUR"},
            pipeline_id=pipeline["id"],
            stage_id=stage_id,
        )
        return deal

    small = a_deal("Small", "49999.99", discovery)
    large = a_deal("Large", "50000", discovery)
    for deal in (small, large):
        automation.call("deals", "move_stage", ctx, deal_id=deal["id"], stage_id=proposal, expected_version=1)
    a_deal("Opened", "60000", proposal)
    eventually(lambda: len(runs(automation, ctx)) == 2, what="two completed runs")
    assert {task["subject"] for task in tasks(automation, ctx)} == {
        "Review large deal Large (50,000.00 EUR)",
        "Review large deal Opened (60,000.00 EUR)",
    }
    about = {tuple(task["record_ids"]) for task in tasks(automation, ctx)}
    assert (large["id"],) in about
