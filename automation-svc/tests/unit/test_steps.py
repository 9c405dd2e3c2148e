"""Steps have their effect under their key: claimed once, tried again with growing pauses, failed with their error."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from automation_builders import CALL, DEAL, USER, Answers, a_runtime, an_event, hear, run, with_follow_ups
from sqlalchemy import select, update

from automation.domain.run import BACKOFF, Step
from automation.usecases import run_steps as runner
from chassis import clock
from chassis.errors import AppError, Forbidden, NotFound, Unavailable
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.tables import outbox

A_CALL = {"id": CALL, "kind": "call", "outcome": "no_answer", "owner_id": USER, "record_ids": [DEAL]}


def a_missed_call(client: Answers) -> Runtime:
    runtime = with_follow_ups(a_runtime(client))
    hear(runtime, an_event("call.missed.v1", A_CALL, depth=2, ended_at="2026-03-02T10:00:00.000Z"))
    return runtime


def the_run(runtime: Runtime) -> dict[str, Any]:
    (found,) = run(runtime, "list_runs")["data"]
    return dict(found)


def the_step(runtime: Runtime) -> dict[str, Any]:
    (step,) = the_run(runtime)["steps"]
    return dict(step)


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        rows = session.scalars(
            select(outbox.c.type).where(outbox.c.subject_type == "run").order_by(outbox.c.seq)
        )
        return list(rows)


def hurry(runtime: Runtime, **values: Any) -> None:
    """Time passes for every step."""
    past = clock.now() - timedelta(hours=2)
    statement = update(Step).values(**(values or {"next_at": past})).execution_options(**ACROSS)
    runtime.database.transact(lambda session: session.execute(statement))


def test_a_step_has_its_effect_in_the_name_of_the_workflow() -> None:
    client = Answers()
    runtime = a_missed_call(client)
    runner.run_steps(runtime)
    ((operation, ctx, arguments),) = client.asked
    found, step = the_run(runtime), the_step(runtime)
    assert operation == "activities.log_activity"
    assert arguments == step["input"]
    assert (ctx.actor, ctx.origin, ctx.depth) == (f"system:{found['workflow_id']}", "automation", 3)
    assert (ctx.command_id, ctx.cause_id) == (step["effect_key"], found["trigger_event_id"])
    assert (found["status"], step["status"], step["output"]["id"]) == (
        "completed",
        "completed",
        arguments["activity_id"],
    )
    assert told(runtime) == ["run.completed.v1"]


def test_nothing_is_done_again() -> None:
    client = Answers()
    runtime = a_missed_call(client)
    runner.run_steps(runtime)
    runner.run_steps(runtime)
    assert len(client.asked) == 1


def test_a_step_that_failed_is_tried_again_with_the_same_key() -> None:
    def unavailable_at_first(number: int) -> None:
        if number == 1:
            raise Unavailable(service="activities")

    client = Answers(unavailable_at_first)
    runtime = a_missed_call(client)
    runner.run_steps(runtime)
    step = the_step(runtime)
    assert (step["status"], step["attempts"]) == ("pending", 1)
    assert "service_unavailable" in step["error"]
    hurry(runtime)
    runner.run_steps(runtime)
    assert (the_step(runtime)["status"], the_step(runtime)["error"]) == ("completed", None)
    assert len({(ctx.command_id, arguments["activity_id"]) for _, ctx, arguments in client.asked}) == 1


def test_a_step_fails_for_good_after_six_attempts_and_can_be_tried_again() -> None:
    def down_for_long(number: int) -> None:
        if number <= 6:
            raise Unavailable(service="activities")

    runtime = a_missed_call(Answers(down_for_long))
    for _ in range(len(BACKOFF) + 3):
        runner.run_steps(runtime)
        hurry(runtime)
    found = the_run(runtime)
    assert (found["status"], the_step(runtime)["attempts"]) == ("failed", 6)
    assert "service_unavailable" in found["reason"]
    assert told(runtime) == ["run.failed.v1"]
    run(runtime, "retry_run", run_id=found["id"])
    runner.run_steps(runtime)
    assert (the_run(runtime)["status"], the_run(runtime)["reason"]) == ("completed", None)
    assert told(runtime) == ["run.failed.v1", "run.completed.v1"]


@pytest.mark.parametrize("refusal", [Forbidden(), NotFound(what="record", id="x")])
def test_a_refusal_is_not_asked_again(refusal: AppError) -> None:
    def refuse(number: int) -> None:
        raise refusal

    runtime = a_missed_call(Answers(refuse))
    runner.run_steps(runtime)
    assert (the_run(runtime)["status"], the_step(runtime)["attempts"]) == ("failed", 1)


def test_a_claim_that_ran_out_is_taken_up_and_the_late_one_writes_nothing() -> None:
    runtime = a_missed_call(Answers())
    (late,) = runtime.database.transact(runner.claim)
    assert runtime.database.transact(runner.claim) == []
    hurry(runtime, claimed_until=clock.now() - timedelta(seconds=1))
    (taken,) = runtime.database.transact(runner.claim)
    assert (late.step_id, late.attempts, taken.attempts) == (taken.step_id, 1, 2)
    runner.settle(runtime, late, error=Unavailable(service="activities"))
    assert the_step(runtime)["status"] == "running"
    runner.settle(runtime, taken, output={"id": "x"})
    assert the_step(runtime)["status"] == "completed"


def test_steps_are_done_in_order_and_stop_where_one_fails() -> None:
    def fail_the_second(number: int) -> None:
        if number == 2:
            raise Forbidden()

    client = Answers(fail_the_second)
    runtime = a_runtime(client)
    actions = [{"type": "create_task", "subject": f"Step {number}"} for number in range(3)]
    made = run(runtime, "create_workflow", name="W", trigger={"event": "call.missed.v1"}, actions=actions)
    run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=1)
    hear(runtime, an_event("call.missed.v1", A_CALL, ended_at="2026-03-02T10:00:00.000Z"))
    runner.run_steps(runtime)
    found = the_run(runtime)
    assert [step["status"] for step in found["steps"]] == ["completed", "failed", "skipped"]
    assert found["status"] == "failed"
    run(runtime, "retry_run", run_id=found["id"])
    runner.run_steps(runtime)
    assert [step["status"] for step in the_run(runtime)["steps"]] == ["completed"] * 3
    assert [arguments["subject"] for _, _, arguments in client.asked] == [
        "Step 0",
        "Step 1",
        "Step 1",
        "Step 2",
    ]


def test_only_a_failed_run_is_tried_again() -> None:
    runtime = a_missed_call(Answers())
    with pytest.raises(AppError) as refusal:
        run(runtime, "retry_run", run_id=the_run(runtime)["id"])
    assert refusal.value.code == "automation.run_not_failed"


def test_a_pause_holds_up_what_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Answers()
    runtime = with_follow_ups(a_runtime(client))
    task = {"type": "create_task", "subject": "Look"}
    later = {**task, "subject": "Look again"}
    made = run(
        runtime,
        "create_workflow",
        name="Patient",
        trigger={"event": "deal.won.v1"},
        actions=[{"type": "wait", "duration": "2h"}, task, {"type": "wait", "duration": "3d"}, later],
    )
    run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=made["version"])
    began = clock.now()

    def subjects(hours: float) -> list[str]:
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(hours=hours))
        for _ in range(2):
            runner.run_steps(runtime)
        return [arguments["subject"] for _, _, arguments in client.asked]

    hear(runtime, an_event("deal.won.v1", {"id": DEAL, "name": "Wind park", "owner_id": USER}))
    assert subjects(1.9) == []
    assert subjects(2.1) == ["Look"]
    assert subjects(74) == ["Look"]
    assert the_run(runtime)["status"] == "running"
    assert subjects(74.2) == ["Look", "Look again"]
    assert the_run(runtime)["status"] == "completed"
