"""Dry runs: they say beforehand what the workflows do afterwards, however the past is cut, and change nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from automation_builders import (
    PIPELINE,
    PROPOSAL,
    TEN,
    a_context,
    a_runtime,
    an_event,
    hear,
    run,
    with_recipes,
)
from sqlalchemy import func, select

from automation.domain.run import COMPLETED, PENDING, SKIPPED, WAITING, Run, Step
from automation.queries import dry_run as looking
from chassis import clock, codec, ids
from chassis.context import MAX_DEPTH
from chassis.envelope import Event
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.operation import Runtime

LEAD = "lead_01k8aaaaaaaaaaaaaaaaaaaaaa"
DAY = timedelta(days=1)
MOVED = {"to_stage": "Proposal", "to_stage_kind": "open", "moved_at": "2026-03-02T10:00:00.000Z"}
OWNER = "user_01k8bbbbbbbbbbbbbbbbbbbbbb"
TELLS = "one that tells"
PORTIONS = (1, 3, 1000)


@pytest.fixture
def runtime() -> Runtime:
    return with_recipes(a_runtime())


def a_deal(amount: str, **values: Any) -> dict[str, Any]:
    return {
        "id": ids.new("deal"),
        "name": "Wind park",
        "owner_id": OWNER,
        "pipeline_id": PIPELINE,
        "stage_id": PROPOSAL,
        "status": "open",
        "amount": {"amount": amount, "currency": "EUR"},
        **values,
    }


def moved(amount: str = "75000.00", status: str = "open", **about: Any) -> Event:
    return an_event("deal.stage_moved.v1", a_deal(amount, status=status), **about, **MOVED)


def viewed(day: int) -> Event:
    at = TEN + day * DAY
    record = {
        "id": ids.new("signal"),
        "kind": "page_view",
        "url": "https://acme.example/pricing",
        "title": "Prices",
        "record_id": LEAD,
        "owner_id": OWNER,
        "occurred_at": clock.to_text(at),
    }
    return an_event("signal.created.v1", record, at=at)


def a_past() -> list[Event]:
    """Deals large and small, imported, quiet and at the end of a long chain; views of prices with a gap between."""
    imports = {"origin": "import", "request_id": "job_1"}
    return [
        *(moved(amount) for amount in ("75000.00", "50000.00", "49999.99")),
        *(moved(**imports) for _ in range(3)),
        moved(**imports, is_quiet=True),
        moved(depth=MAX_DEPTH),
        moved(status="won"),
        *(viewed(day) for day in (0, 1, 2, 3, 50, 51, 52)),
    ]


def a_telling_workflow(runtime: Runtime) -> dict[str, Any]:
    """It does nothing but tell the owner."""
    told = {"type": "notify", "title": "{name}", "title_of_many": "Some deals"}
    trigger = {"event": "deal.stage_moved.v1", "stage": "Proposal"}
    made = run(runtime, "create_workflow", name="Tells", trigger=trigger, actions=[told])
    run(runtime, "enable_workflow", workflow_id=made["id"], expected_version=made["version"])
    return dict(made)


def workflow_of(runtime: Runtime, recipe: str) -> dict[str, Any]:
    if recipe == TELLS:
        return a_telling_workflow(runtime)
    (workflow,) = run(runtime, "list_workflows", filter=f'recipe = "{recipe}"')["data"]
    return dict(workflow)


def dried(
    runtime: Runtime, workflow: dict[str, Any], past: list[Event], portion: int = 1000
) -> dict[str, Any]:
    """The tally of a workflow over a past that comes in portions."""
    definition = {name: workflow[name] for name in ("trigger", "filter", "actions")}
    found = run(runtime, "dry_run", **definition, events=[])
    for begin in range(0, len(past), portion):
        told = [event.raw for event in past[begin : begin + portion]]
        found = run(runtime, "dry_run", **definition, events=told, so_far=found)
    return dict(found["tally"])


def done(runtime: Runtime, workflow: dict[str, Any]) -> tuple[int, dict[str, int]]:
    """The runs of a workflow that began, and the actions that they take."""
    with runtime.database.reading() as session:
        began = select(Run.id).where(
            Run.workflow_id == workflow["id"], Run.status.in_((PENDING, WAITING, COMPLETED))
        )
        run_ids = list(session.scalars(began.execution_options(**ACROSS)))
        steps = (
            select(Step.action, func.count().label("number"))
            .where(Step.run_id.in_(run_ids), Step.status != SKIPPED)
            .group_by(Step.action)
        )
        actions = {row.action: row.number for row in session.execute(steps.execution_options(**ACROSS))}
    return len(run_ids), actions


@pytest.mark.parametrize("portion", PORTIONS)
@pytest.mark.parametrize(
    ("recipe", "runs"),
    [("large_deal_in_proposal", 6), (TELLS, 5), ("pricing_interest", 2)],
)
def test_it_counts_what_is_done_afterwards(runtime: Runtime, recipe: str, runs: int, portion: int) -> None:
    workflow, past = workflow_of(runtime, recipe), a_past()
    tally = dried(runtime, workflow, past, portion)
    assert done(runtime, workflow) == (0, {})
    hear(runtime, *past)
    assert (tally["runs"], tally["actions"]) == done(runtime, workflow)
    assert tally["runs"] == runs == sum(tally["by_day"].values())


def test_it_says_what_would_have_been_kept_from_beginning_and_why(runtime: Runtime) -> None:
    tally = dried(runtime, workflow_of(runtime, "large_deal_in_proposal"), a_past())
    assert tally["events"] == 9
    assert tally["on_closed_deals"] == 1
    quiet, deep = sorted(tally["suppressed"], key=lambda reason: "automatic steps" in reason)
    assert "asked that no workflow acts on it" in quiet
    assert f"{MAX_DEPTH} automatic steps led here" in deep
    assert set(tally["suppressed"].values()) == {1}


def test_what_closes_a_deal_found_it_open(runtime: Runtime) -> None:
    won = an_event("deal.won.v1", a_deal("5", status="won"), changes={"status": ["open", "won"]})
    workflow = workflow_of(runtime, "large_deal_in_proposal")
    tally = dried(runtime, {**workflow, "trigger": {"event": "deal.won.v1"}, "filter": None}, [won])
    assert (tally["runs"], tally["on_closed_deals"]) == (1, 0)


def test_an_action_with_nothing_to_do_says_why(runtime: Runtime) -> None:
    workflow = workflow_of(runtime, "large_deal_in_proposal")
    to_manager = [{"type": "notify", "title": "{name}", "to": ["manager"]}]
    tally = dried(runtime, {**workflow, "actions": to_manager}, [moved()])
    assert (tally["runs"], tally["actions"]) == (0, {})
    assert ["in no team that somebody else manages" in reason for reason in tally["skipped"]] == [True]


def test_the_newest_are_shown_with_what_the_filter_found(runtime: Runtime) -> None:
    past = [moved() for _ in range(25)]
    tally = dried(runtime, workflow_of(runtime, "large_deal_in_proposal"), past, portion=10)
    assert [example["event_id"] for example in tally["examples"]] == [event.id for event in past[5:]]
    assert tally["examples"][0]["said"] == "amount >= 50000 (it was 75,000)"


def test_more_than_can_be_counted_at_one_time_is_refused(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    workflow = workflow_of(runtime, "pricing_interest")
    monkeypatch.setattr(looking, "MOST_COUNTED", 3)
    assert dried(runtime, workflow, [viewed(day) for day in (0, 1, 2, 200, 201)], portion=2)["runs"] == 1
    with pytest.raises(AppError) as refused:
        dried(runtime, workflow, [viewed(day) for day in range(4)])
    assert refused.value.code == "automation.too_many_counted"


def test_what_could_not_be_written_down_is_refused(runtime: Runtime) -> None:
    workflow = workflow_of(runtime, "large_deal_in_proposal")
    with pytest.raises(AppError) as refusal:
        dried(runtime, {**workflow, "filter": "ammount > 1"}, [])
    assert refusal.value.code == "invalid_filter"
    with pytest.raises(AppError) as refusal:
        run(
            runtime,
            "dry_run",
            a_context(role="rep"),
            trigger=workflow["trigger"],
            actions=workflow["actions"],
            events=[],
        )
    assert refusal.value.kind == "forbidden"


def test_events_of_another_workspace_are_not_looked_at(runtime: Runtime) -> None:
    theirs = codec.loads(moved().raw) | {"workspaceid": ids.new("workspace")}
    workflow = workflow_of(runtime, "large_deal_in_proposal")
    definition = {name: workflow[name] for name in ("trigger", "filter", "actions")}
    assert run(runtime, "dry_run", **definition, events=[codec.dumps(theirs)])["tally"]["events"] == 0
