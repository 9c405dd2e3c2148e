"""activities-svc as a process, over the bus: what is logged is told once, timelines follow what others tell."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from chassis import ids
from chassis.context import Context
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.tables import outbox
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Second", "probability": 40},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def activities(suite: Suite) -> Suite:
    return suite.start("activities", "deals")


def told(activities: Suite, record_id: str) -> list[str]:
    """The events about an activity, in order, once the relay has sent them."""
    with activities.database("activities").reading() as session:
        rows = session.execute(
            select(outbox.c.type, outbox.c.status)
            .where(outbox.c.subject_id == record_id)
            .order_by(outbox.c.sequence)
            .execution_options(**ACROSS)
        ).all()
    return [row.type for row in rows if row.status == "sent"]


def a_deal(activities: Suite, ctx: Context) -> dict[str, Any]:
    activities.call("deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True)
    deal: dict[str, Any] = activities.call("deals", "open_deal", ctx, name="Wind park")
    return deal


def said(activities: Suite, ctx: Context, record_id: str) -> list[str]:
    entries = activities.call("activities", "timeline", ctx, record_id=record_id)["data"]
    return [
        entry["activity"]["subject"] if entry["kind"] == "activity" else entry["event"]["summary"]
        for entry in entries
    ]


def test_a_missed_call_is_told_once(activities: Suite) -> None:
    ctx = a_caller()
    call = activities.call(
        "activities", "log_activity", ctx, kind="call", subject="Ring", outcome="no_answer"
    )
    changes = {"subject": "Rang"}
    activities.call(
        "activities", "update_activity", ctx, activity_id=call["id"], expected_version=1, changes=changes
    )
    wanted = ["activity.created.v1", "call.missed.v1", "activity.properties_changed.v1"]
    eventually(lambda: told(activities, call["id"]) == wanted, what=f"events {wanted}")


def test_the_timeline_of_a_deal_follows_its_way(activities: Suite) -> None:
    ctx = a_caller()
    deal = a_deal(activities, ctx)
    pipeline = activities.call("deals", "get_pipeline", ctx, pipeline_id=deal["pipeline_id"])
    activities.call(
        "deals",
        "move_stage",
        ctx,
        deal_id=deal["id"],
        stage_id=pipeline["stages"][1]["id"],
        expected_version=1,
    )
    activities.call("deals", "lose_deal", ctx, deal_id=deal["id"], expected_version=2, reason="Too late")
    wanted = {"Deal opened", "Moved from First to Second", "Moved from Second to Lost", "Lost: Too late"}
    eventually(lambda: set(said(activities, ctx, deal["id"])) == wanted, what=f"a timeline of {wanted}")


def test_a_deal_not_heard_of_yet_is_asked_for(activities: Suite) -> None:
    """Whether the copy has come or not, an activity may be about any deal there is."""
    ctx = a_caller()
    deal = a_deal(activities, ctx)
    note = activities.call(
        "activities", "log_activity", ctx, kind="note", subject="Early", record_ids=[deal["id"]]
    )
    assert note["record_ids"] == [deal["id"]]
    with pytest.raises(AppError) as refusal:
        activities.call(
            "activities", "log_activity", ctx, kind="note", subject="No", record_ids=[ids.new("deal")]
        )
    assert refusal.value.code == "unknown_reference"


def test_the_same_command_answers_the_same(activities: Suite) -> None:
    ctx = replace(a_caller(), command_id="key-1")
    first = activities.call("activities", "log_activity", ctx, kind="task", subject="Once")
    assert activities.call("activities", "log_activity", ctx, kind="task", subject="Once") == first
    assert len(activities.call("activities", "list_activities", replace(ctx, command_id=None))["data"]) == 1


def test_lists_are_walked_over_the_bus(activities: Suite) -> None:
    ctx = a_caller()
    for number in range(5):
        activities.call("activities", "log_activity", ctx, kind="task", subject=f"Task {number}")
    seen: list[str] = []
    after = None
    while True:
        page = activities.call("activities", "list_activities", ctx, sort="-created_at", limit=2, after=after)
        seen += [view["subject"] for view in page["data"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [f"Task {number}" for number in reversed(range(5))]


def test_a_task_is_completed_once(activities: Suite) -> None:
    ctx = a_caller()
    task = activities.call("activities", "log_activity", ctx, kind="task", subject="Do")
    done = activities.call("activities", "complete_activity", ctx, activity_id=task["id"], expected_version=1)
    with pytest.raises(AppError) as refusal:
        activities.call("activities", "complete_activity", ctx, activity_id=task["id"], expected_version=2)
    assert (done["status"], refusal.value.code) == ("completed", "activities.task_is_completed")


def test_a_reader_may_not_write(activities: Suite) -> None:
    with pytest.raises(AppError) as refusal:
        activities.call("activities", "log_activity", a_caller("read_only"), kind="note", subject="No")
    assert refusal.value.kind == "forbidden"
