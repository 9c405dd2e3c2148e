"""Importing deals: into which pipeline and stage, by which key, pointing to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from deal_builders import WORKSPACE, a_context, a_runtime
from sqlalchemy import select

from chassis import codec
from chassis.operation import Runtime
from chassis.tables import outbox
from deals.service import Deals

JOB = "job_01k8aaaaaaaaaaaaaaaaaaaaaa"
ACCOUNT = "account_01k8aaaaaaaaaaaaaaaaaaaaaa"
STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Second", "probability": 50},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    runtime = a_runtime()
    run(runtime, "create_pipeline", name="Sales", stages=STAGES, is_default=True)
    run(runtime, "create_pipeline", name="Renewals", external_id="REN", stages=STAGES)
    yield runtime
    runtime.database.dispose()


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    return codec.plain(Deals.operations[operation].execute(runtime, a_context(), values))


def bring(runtime: Runtime, *rows: Any, **values: Any) -> list[dict[str, Any]]:
    chunk = {"job_id": JOB, "first_row": 1, "rows": list(rows), **values}
    outcomes: list[dict[str, Any]] = run(runtime, "import_deals", **chunk)["outcomes"]
    return outcomes


def said(outcome: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    errors = outcome.get("errors", [])
    return outcome["action"], [(error["pointer"], error["code"]) for error in errors]


def where(runtime: Runtime, deal_id: str) -> tuple[str, str]:
    """A deal's pipeline and stage, by name."""
    deal = run(runtime, "get_deal", deal_id=deal_id)
    pipeline = run(runtime, "get_pipeline", pipeline_id=deal["pipeline_id"])
    stages = {stage["id"]: stage["name"] for stage in pipeline["stages"]}
    return pipeline["name"], stages[deal["stage_id"]]


def test_a_deal_goes_where_its_row_says_or_to_the_usual_place(runtime: Runtime) -> None:
    outcomes = bring(
        runtime,
        {"name": "A"},
        {"name": "B", "stage": "second"},
        {"name": "C", "pipeline": "renewals", "stage": "Won"},
        {"name": "D", "pipeline": "REN"},
        {"name": "E", "pipeline": "Nowhere"},
        {"name": "F", "stage": "Nowhere"},
        mode="create",
    )
    assert [where(runtime, outcome["id"]) for outcome in outcomes[:4]] == [
        ("Sales", "First"),
        ("Sales", "Second"),
        ("Renewals", "Won"),
        ("Renewals", "First"),
    ]
    assert said(outcomes[4]) == ("failed", [("/pipeline", "unknown_pipeline")])
    assert said(outcomes[5]) == ("failed", [("/stage", "unknown_stage")])
    assert "First, Second, Won, Lost" in outcomes[5]["errors"][0]["message"]


def test_a_deal_found_by_name_moves_and_keeps_what_the_row_leaves_out(runtime: Runtime) -> None:
    [made] = bring(runtime, {"name": "A", "stage": "Second", "next_step": "Call"}, key="name")
    again = bring(
        runtime,
        {"name": "A", "stage": "Won", "closed_on": "2026-03-01"},
        {"name": "A", "pipeline": "Renewals"},
        first_row=2,
        key="name",
        mode="update",
    )
    assert [outcome["action"] for outcome in again] == ["updated", "failed"]
    assert said(again[1])[1] == [("/pipeline", "pipeline_stays")]
    deal = run(runtime, "get_deal", deal_id=made["id"])
    assert (deal["status"], deal["closed_on"], deal["next_step"]) == ("won", "2026-03-01", "Call")


def test_the_chance_of_the_row_counts_more_than_that_of_its_stage(runtime: Runtime) -> None:
    [made] = bring(runtime, {"name": "A", "stage": "Second", "probability": 65}, mode="create")
    assert run(runtime, "get_deal", deal_id=made["id"])["probability"] == 65


def test_a_row_that_points_to_nobody_fails_alone(runtime: Runtime) -> None:
    class Owner:
        def call(self, service: str, operation: str, ctx: Any, /, **arguments: Any) -> Any:
            return {"data": [], "missing": [one for one in arguments["ids"] if one != ACCOUNT]}

    asking = replace(runtime, client=Owner())
    nobody = "lead_01k8aaaaaaaaaaaaaaaaaaaaaa"
    rows = [{"name": "A", "account_id": ACCOUNT}, {"name": "B", "lead_id": nobody}]
    outcomes = bring(asking, *rows, mode="create")
    assert [said(outcome) for outcome in outcomes] == [
        ("created", []),
        ("failed", [("/lead_id", "unknown_reference")]),
    ]


def undo(runtime: Runtime, kind: str = "deals") -> list[str]:
    outcomes = run(runtime, "undo_import", job_id=JOB, entity=kind)["outcomes"]
    return [(outcome.get("errors") or [{"code": outcome["action"]}])[0]["code"] for outcome in outcomes]


def test_an_undone_move_is_a_step_back_that_everybody_hears_of(runtime: Runtime) -> None:
    before = "job_01k8bbbbbbbbbbbbbbbbbbbbbb"
    [made] = bring(runtime, {"name": "A", "stage": "Second", "probability": 65}, key="name", job_id=before)
    bring(runtime, {"name": "A", "stage": "Won", "closed_on": "2026-03-01"}, {"name": "B"}, key="name")
    assert undo(runtime) == ["removed", "restored"]
    deal = run(runtime, "get_deal", deal_id=made["id"])
    assert where(runtime, made["id"]) == ("Sales", "Second")
    assert (deal["status"], deal["closed_on"], deal["probability"]) == ("open", None, 65)
    history = run(runtime, "stage_history", deal_id=made["id"])["data"]
    assert [step["to_stage"] for step in history] == ["Second", "Won", "Second"]
    with runtime.database.reading() as session:
        types = session.scalars(
            select(outbox.c.type).where(outbox.c.workspace_id == WORKSPACE).order_by(outbox.c.seq)
        ).all()
    assert sorted(types[-3:]) == ["deal.deleted.v1", "deal.reopened.v1", "deal.stage_moved.v1"]
    assert [row["name"] for row in run(runtime, "list_deals")["data"]] == ["A"]


def test_what_deals_point_to_stays_until_they_are_taken_back(runtime: Runtime) -> None:
    stages = [{**stage, "forecast_category": "pipeline"} for stage in STAGES]
    row = {"external_id": "P", "name": "Partners", "stages": stages}
    run(runtime, "import_pipelines", job_id=JOB, first_row=1, rows=[row])
    bring(runtime, {"name": "A", "pipeline": "Partners"}, mode="create")
    assert undo(runtime, "pipelines") == ["in_use"]
    assert undo(runtime) == ["removed"]
    assert undo(runtime, "pipelines") == ["removed"]
