"""Notifications through running services: told once to whom they concern, whatever comes twice or is restarted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from automation.domain.recipes import RECIPES
from automation.domain.workflow import Workflow
from chassis import clock, envelope, ids
from chassis.context import Context
from chassis.guard import ACROSS
from chassis.tables import inbox, outbox
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "Proposal", "probability": 60},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    return suite.start("automation", "activities", "deals")


def tell(suite: Suite, ctx: Context, event_type: str, record: dict[str, Any], **data: Any) -> str:
    """An event of the organisation; returns it as it went over the bus."""
    body = envelope.dump(
        event_id=ids.new("event"),
        event_type=event_type,
        source="organisation",
        subject_type=ids.prefix_of(record["id"]),
        subject_id=record["id"],
        sequence=1,
        moment=clock.now(),
        ctx=ctx,
        data={"record": record, "changes": {}, **data},
    )
    suite.deliver(body)
    return body


def two_people(suite: Suite) -> tuple[Context, Context]:
    """Ann and Bob in a workspace that has its recipes."""
    ann = a_caller()
    bob = replace(ann, actor=ids.new("user"), role="rep")
    tell(suite, ann, "workspace.created.v1", {"id": ann.workspace_id, "name": "Acme"})
    for ctx, name in ((ann, "Ann"), (bob, "Bob")):
        tell(suite, ann, "user.created.v1", {"id": ctx.actor, "name": name, "is_active": True})
    eventually(lambda: len(recipes(suite, ann)) == len(RECIPES), what="recipes")
    return ann, bob


def recipes(suite: Suite, ctx: Context) -> dict[str, dict[str, Any]]:
    found = suite.call("automation", "list_workflows", ctx, limit=200)["data"]
    return {one["recipe"]: one for one in found}


def titles(suite: Suite, ctx: Context) -> list[str]:
    found = suite.call("activities", "list_notifications", ctx, sort="created_at")["data"]
    return [one["title"] for one in found]


def a_deal(suite: Suite, ctx: Context, owner: Context, name: str = "Wind park") -> dict[str, Any]:
    if not suite.call("deals", "list_pipelines", ctx)["data"]:
        suite.call("deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True)
    made: dict[str, Any] = suite.call("deals", "open_deal", ctx, name=name, owner_id=owner.actor)
    return made


def win(suite: Suite, ctx: Context, deal: dict[str, Any]) -> None:
    suite.call("deals", "win_deal", ctx, deal_id=deal["id"], expected_version=deal["version"])


def event_of(suite: Suite, service: str, event_type: str, subject_id: str) -> str:
    with suite.database(service).reading() as session:
        statement = select(outbox.c.payload).where(
            outbox.c.type == event_type, outbox.c.subject_id == subject_id
        )
        return str(session.scalars(statement.execution_options(**ACROSS)).one())


def test_bob_is_told_what_ann_does_to_his_deal_and_ann_is_not(running: Suite) -> None:
    ann, bob = two_people(running)
    deal = a_deal(running, ann, bob)
    win(running, ann, deal)
    wanted = ["Ann gave you the deal Wind park", "Ann won your deal Wind park"]
    eventually(lambda: titles(running, bob) == wanted, what="two notifications")
    win(running, ann, a_deal(running, ann, ann, "Her own"))

    def ann_is_left_out() -> bool:
        found = running.call("automation", "list_runs", ann, filter='status = "suppressed"', limit=200)[
            "data"
        ]
        reasons = [run["reason"] for run in found if run["trigger_type"] == "deal.won.v1"]
        return len(reasons) == 1 and "Ann did it" in reasons[0]

    eventually(ann_is_left_out, what="a suppressed run with its reason")
    assert titles(running, ann) == []


def test_an_event_that_comes_again_notifies_once(running: Suite) -> None:
    """Twice at once, again after the inbox forgot it, and again when the run is forgotten as well."""
    ann, bob = two_people(running)
    deal = a_deal(running, ann, bob)
    win(running, ann, deal)
    eventually(lambda: len(titles(running, bob)) == 2, what="two notifications")
    body = event_of(running, "deals", "deal.won.v1", deal["id"])
    running.deliver(body)
    forgotten = inbox.delete().where(inbox.c.event_id == envelope.load(body).id)
    running.database("automation").transact(lambda session: session.execute(forgotten))
    running.deliver(body)
    later = a_deal(running, ann, bob, "Later")
    win(running, ann, later)
    eventually(lambda: len(titles(running, bob)) == 4, what="the notifications about the later deal")
    assert titles(running, bob).count("Ann won your deal Wind park") == 1


def test_a_task_that_falls_due_reminds_its_owner_once(running: Suite) -> None:
    _, bob = two_people(running)
    due = clock.to_text(clock.now() + timedelta(minutes=5))
    task = running.call(
        "activities", "log_activity", bob, kind="task", subject="Call back", due_at=due, owner_id=bob.actor
    )
    eventually(lambda: titles(running, bob) == ["Task due: Call back"], what="a reminder")
    body = event_of(running, "activities", "task.due.v1", task["id"])
    running.deliver(body)
    later = clock.to_text(clock.now() + timedelta(minutes=6))
    running.call(
        "activities",
        "update_activity",
        bob,
        activity_id=task["id"],
        expected_version=task["version"],
        changes={"due_at": later},
    )
    eventually(lambda: len(titles(running, bob)) == 2, what="the reminder of the new due date")


def test_the_end_of_a_job_is_told_to_whoever_asked_for_it(running: Suite) -> None:
    ann, bob = two_people(running)
    job = {"id": ids.new("job"), "kind": "import", "requested_by": bob.actor, "created": 3, "failed": 0}
    ended = {"job_id": job["id"], "kind": "import", "requested_by": bob.actor, "counts": {}, "files": []}
    tell(running, ann, "job.completed.v1", job, **ended)
    eventually(lambda: titles(running, bob) == ["Your import is done"], what="a notification")
    failed = {**job, "id": ids.new("job"), "error": {"code": "x", "message": "The file is empty."}}
    tell(
        running,
        ann,
        "job.failed.v1",
        failed,
        **{**ended, "job_id": failed["id"]},
        reason="The file is empty.",
    )
    eventually(lambda: titles(running, bob)[1:] == ["Your import failed"], what="a notification")


def test_an_older_workspace_gets_new_recipes_when_automation_starts(running: Suite) -> None:
    ann, _ = two_people(running)
    off = recipes(running, ann)["deal_lost_told"]
    running.call(
        "automation", "disable_workflow", ann, workflow_id=off["id"], expected_version=off["version"]
    )
    running.processes["automation"].stop()
    newer = delete(Workflow).where(
        Workflow.workspace_id == ann.workspace_id, Workflow.recipe.in_(("deal_won_told", "task_due"))
    )
    running.database("automation").transact(lambda session: session.execute(newer))
    running.processes["automation"].start()
    eventually(lambda: len(recipes(running, ann)) == len(RECIPES), what="the recipes that were missing")
    found = recipes(running, ann)
    assert (found["deal_won_told"]["status"], found["deal_lost_told"]["status"]) == ("published", "disabled")
