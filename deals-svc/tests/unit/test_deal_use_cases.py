"""Use cases of deals-svc on a database in memory: what they store, tell and refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from deal_builders import a_context, a_runtime
from sqlalchemy import select

from chassis import codec
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import import_change, outbox
from deals.service import Deals

STAGES = [
    {"name": "Prospecting", "probability": 10},
    {"name": "Engaging", "probability": 40},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]
JOB = "job_01k8aaaaaaaaaaaaaaaaaaaaaa"


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    return codec.plain(Deals.operations[operation].execute(runtime, a_context(), values))


def a_pipeline(runtime: Runtime) -> dict[str, Any]:
    made: dict[str, Any] = run(runtime, "create_pipeline", name="CRM sales", stages=STAGES, is_default=True)
    return made


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(outbox.c.type).order_by(outbox.c.seq)))


def test_a_second_default_pipeline_takes_the_mark(runtime: Runtime) -> None:
    first = a_pipeline(runtime)
    run(runtime, "create_pipeline", name="Partners", stages=STAGES, is_default=True)
    assert run(runtime, "get_pipeline", pipeline_id=first["id"])["is_default"] is False


def test_a_stage_that_holds_deals_stays(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    run(runtime, "open_deal", name="Wind park")
    with pytest.raises(AppError) as refusal:
        run(
            runtime,
            "update_pipeline",
            pipeline_id=pipeline["id"],
            expected_version=1,
            changes={"stages": pipeline_stages(pipeline)[1:]},
        )
    assert refusal.value.code == "deals.stage_holds_deals"


def pipeline_stages(pipeline: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {name: stage[name] for name in ("id", "name", "kind", "probability")} for stage in pipeline["stages"]
    ]


def test_without_a_pipeline_no_deal_opens(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refusal:
        run(runtime, "open_deal", name="Wind park")
    assert refusal.value.code == "deals.no_default_pipeline"
    assert told(runtime) == []


def test_an_unknown_account_is_refused_by_its_owner(runtime: Runtime) -> None:
    class Nobody:
        def call(self, service: str, operation: str, ctx: Any, /, **arguments: Any) -> Any:
            return {"data": [], "missing": arguments["ids"]}

    a_pipeline(runtime)
    asking = replace(runtime, client=Nobody())
    with pytest.raises(AppError) as refusal:
        run(asking, "open_deal", name="Wind park", account_id="account_01k8aaaaaaaaaaaaaaaaaaaaaa")
    assert refusal.value.errors[0]["pointer"] == "/account_id"


def a_row(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "external_id": f"X{number}",
        "name": f"Deal {number}",
        "stage": "Won",
        "opened_on": "2017-01-01",
        "closed_on": "2017-03-01",
        "amount": {"amount": "1054", "currency": "USD"},
    }
    return {**row, **changes}


def import_rows(
    runtime: Runtime, pipeline: dict[str, Any], rows: list[Any], **values: Any
) -> list[dict[str, Any]]:
    arguments = {"job_id": JOB, "pipeline_id": pipeline["id"], "first_row": 1, "rows": rows, **values}
    outcomes: list[dict[str, Any]] = run(runtime, "import_deals", **arguments)["outcomes"]
    return outcomes


def test_an_imported_deal_has_the_days_of_its_file(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    [outcome] = import_rows(runtime, pipeline, [a_row(1)])
    deal = run(runtime, "get_deal", deal_id=outcome["id"])
    assert (deal["status"], deal["opened_on"], deal["closed_on"]) == ("won", "2017-01-01", "2017-03-01")
    history = run(runtime, "stage_history", deal_id=outcome["id"])["data"]
    assert [(step["to_stage"], step["moved_on"]) for step in history] == [
        ("Engaging", "2017-01-01"),
        ("Won", "2017-03-01"),
    ]


def test_a_chunk_that_comes_again_does_nothing_again(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    rows = [a_row(1), a_row(2, stage="Nowhere"), "no row"]
    first = import_rows(runtime, pipeline, rows)
    assert [outcome["action"] for outcome in first] == ["created", "failed", "failed"]
    before = told(runtime)
    assert import_rows(runtime, pipeline, rows) == first
    assert told(runtime) == before
    with runtime.database.reading() as session:
        statement = select(import_change.c.row).where(
            import_change.c.workspace_id == a_context().workspace_id
        )
        assert len(session.execute(statement).all()) == 3


def test_the_same_file_in_another_job_changes_nothing(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    import_rows(runtime, pipeline, [a_row(1)])
    before = told(runtime)
    [outcome] = import_rows(runtime, pipeline, [a_row(1)], job_id="job_01k8bbbbbbbbbbbbbbbbbbbbbb")
    assert outcome["action"] == "unchanged"
    assert told(runtime) == before


def test_a_dry_run_stores_nothing(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    before = told(runtime)
    [outcome] = import_rows(runtime, pipeline, [a_row(1)], is_dry_run=True)
    assert outcome["action"] == "created"
    assert told(runtime) == before
    assert run(runtime, "list_deals")["data"] == []


NEW_STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


def test_a_dry_run_may_describe_the_pipeline_that_is_to_come(runtime: Runtime) -> None:
    described = {"name": "New", "stages": NEW_STAGES}
    chunk = {
        "job_id": JOB,
        "pipeline_id": "pipeline_01k8aaaaaaaaaaaaaaaaaaaaaa",
        "pipeline": described,
        "first_row": 1,
        "rows": [a_row(1), a_row(2, stage="Engaging")],
    }
    won, unknown = run(runtime, "import_deals", **chunk, is_dry_run=True)["outcomes"]
    assert won["action"] == "created"
    assert unknown["errors"][0]["code"] == "unknown_stage"
    with pytest.raises(AppError) as refusal:
        run(runtime, "import_deals", **chunk)
    assert refusal.value.kind == "not_found"


def test_products_come_in_once_and_are_changed_by_their_key(runtime: Runtime) -> None:
    def import_products(price: str, job_id: str) -> list[str]:
        row = {"external_id": "P1", "name": "Crane", "list_price": {"amount": price, "currency": "USD"}}
        chunk = {"job_id": job_id, "first_row": 0, "rows": [row, {"external_id": "P2"}]}
        return [outcome["action"] for outcome in run(runtime, "import_products", **chunk)["outcomes"]]

    assert import_products("550", JOB) == ["created", "failed"]
    assert import_products("550", "job_01k8bbbbbbbbbbbbbbbbbbbbbb") == ["unchanged", "failed"]
    assert import_products("600", "job_01k8cccccccccccccccccccccc") == ["updated", "failed"]
    [product] = run(runtime, "list_products")["data"]
    assert (product["name"], product["list_price"]) == ("Crane", {"amount": "600.00", "currency": "USD"})


def test_an_imported_pipeline_stays_as_people_arrange_it(runtime: Runtime) -> None:
    chunk = {"first_row": 0, "rows": [{"external_id": "sales", "name": "Sales", "stages": NEW_STAGES}]}
    [outcome] = run(runtime, "import_pipelines", job_id=JOB, **chunk)["outcomes"]
    pipeline = run(runtime, "get_pipeline", pipeline_id=outcome["id"])
    assert [stage["name"] for stage in pipeline["stages"]] == ["First", "Won", "Lost"]
    changes = {"name": "Our sales"}
    run(runtime, "update_pipeline", pipeline_id=outcome["id"], expected_version=1, changes=changes)
    [again] = run(runtime, "import_pipelines", job_id="job_01k8bbbbbbbbbbbbbbbbbbbbbb", **chunk)["outcomes"]
    assert again == {"row": 0, "action": "unchanged", "id": outcome["id"]}
    assert run(runtime, "get_pipeline", pipeline_id=outcome["id"])["name"] == "Our sales"


def test_a_deal_that_closes_before_it_opens_fails_by_name(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    [outcome] = import_rows(runtime, pipeline, [a_row(1, closed_on="2016-01-01")])
    assert outcome["action"] == "failed"
    assert outcome["errors"][0]["pointer"] == "/closed_on"


def test_the_board_adds_up(runtime: Runtime) -> None:
    pipeline = a_pipeline(runtime)
    rows = [
        a_row(1, stage="Engaging", amount={"amount": "100.10", "currency": "USD"}, closed_on=None),
        a_row(2, stage="Engaging", amount={"amount": "0.20", "currency": "USD"}, closed_on=None),
        a_row(3, stage="Engaging", amount=None, closed_on=None),
    ]
    import_rows(runtime, pipeline, rows)
    engaging = run(runtime, "board", pipeline_id=pipeline["id"], limit=2)["stages"][1]
    assert (engaging["count"], engaging["rows_without_amount"], engaging["has_more"]) == (3, 1, True)
    assert engaging["total"] == {"amount": "100.30", "currency": "USD"}
    assert engaging["weighted"] == {"amount": "40.12", "currency": "USD"}
