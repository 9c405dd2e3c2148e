"""What closing a deal brings about and what it takes: one purchase of a won deal, and gates before the stages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from deal_builders import Knowing, a_runtime, refused, run

from chassis import ids
from chassis.operation import Runtime

ACCOUNT = ids.new("account")
STAGES: list[dict[str, Any]] = [
    {"name": "First", "probability": 10},
    {"name": "Proposal", "probability": 50, "required_fields": ["amount", "next_step"]},
    {"name": "Won", "kind": "won", "probability": 100, "required_fields": ["account_id"]},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


def eur(amount: object) -> dict[str, str]:
    return {"amount": str(amount), "currency": "EUR"}


@pytest.fixture
def runtime() -> Runtime:
    runtime = replace(a_runtime(), client=Knowing())  # type: ignore[arg-type]
    run(runtime, "create_pipeline", name="Sales", stages=STAGES, is_default=True)
    return runtime


def a_deal(runtime: Runtime, **values: Any) -> dict[str, Any]:
    usual = {"name": "Wind park", "account_id": ACCOUNT, "amount": eur(900)}
    deal: dict[str, Any] = run(runtime, "open_deal", **{**usual, **values})
    return deal


def do(runtime: Runtime, deal: dict[str, Any], operation: str, **values: Any) -> dict[str, Any]:
    """Something is done with the deal as it is now."""
    version = run(runtime, "get_deal", deal_id=deal["id"])["version"]
    done: dict[str, Any] = run(runtime, operation, deal_id=deal["id"], expected_version=version, **values)
    return done


def purchases(runtime: Runtime) -> list[tuple[str, str, str]]:
    found = run(runtime, "list_purchases")["data"]
    return [(one["deal_id"], one["kind"], one["amount"]["amount"]) for one in found]


def stage_id(runtime: Runtime, name: str) -> str:
    (pipeline,) = run(runtime, "list_pipelines")["data"]
    (found,) = [stage["id"] for stage in pipeline["stages"] if stage["name"] == name]
    return str(found)


# --- the purchase of a won deal ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["win_deal", "move_stage"])
def test_a_won_deal_makes_one_purchase(runtime: Runtime, way: str) -> None:
    deal = a_deal(runtime)
    do(runtime, deal, way, **({} if way == "win_deal" else {"stage_id": stage_id(runtime, "Won")}))
    assert purchases(runtime) == [(deal["id"], "order", "900.00")]


def test_reopened_it_has_none_and_won_again_the_same_one(runtime: Runtime) -> None:
    deal = a_deal(runtime)
    do(runtime, deal, "win_deal")
    (before,) = run(runtime, "list_purchases")["data"]
    do(runtime, deal, "reopen_deal")
    assert purchases(runtime) == []
    do(runtime, deal, "update_deal", changes={"amount": eur(700)})
    do(runtime, deal, "win_deal")
    (after,) = run(runtime, "list_purchases")["data"]
    assert (after["id"], after["amount"]) == (before["id"], eur("700.00"))


def test_it_follows_the_deal(runtime: Runtime) -> None:
    deal = a_deal(runtime)
    do(runtime, deal, "win_deal")
    other = ids.new("account")
    do(runtime, deal, "update_deal", changes={"account_id": other, "name": "Renamed"})
    (followed,) = run(runtime, "list_purchases")["data"]
    assert (followed["account_id"], followed["name"]) == (other, "Renamed")
    do(runtime, deal, "delete_deal")
    assert purchases(runtime) == []
    run(runtime, "restore_deal", deal_id=deal["id"])
    assert [one["id"] for one in run(runtime, "list_purchases")["data"]] == [followed["id"]]


def test_one_that_somebody_deleted_stays_deleted(runtime: Runtime) -> None:
    deal = a_deal(runtime)
    do(runtime, deal, "win_deal")
    (made,) = run(runtime, "list_purchases")["data"]
    run(runtime, "delete_purchase", purchase_id=made["id"], expected_version=made["version"])
    do(runtime, deal, "update_deal", changes={"name": "Renamed"})
    assert purchases(runtime) == []


def test_a_deal_that_is_opened_won_makes_one_as_well(runtime: Runtime) -> None:
    deal = a_deal(runtime, stage_id=stage_id(runtime, "Won"))
    assert purchases(runtime) == [(deal["id"], "order", "900.00")]


def test_a_deal_that_an_import_brought_won_makes_none_when_it_is_changed_or_restored(
    runtime: Runtime,
) -> None:
    row = {"external_id": "D-1", "name": "Old", "stage": "Won", "account_id": ACCOUNT, "amount": eur(5)}
    chunk = {"job_id": ids.new("job"), "first_row": 1, "rows": [{**row, "closed_on": "2026-01-01"}]}
    (outcome,) = run(runtime, "import_deals", **chunk)["outcomes"]
    assert outcome["action"] == "created", outcome
    deal = run(runtime, "get_deal", deal_id=outcome["id"])
    assert deal["status"] == "won"
    do(runtime, deal, "update_deal", changes={"name": "Renamed"})
    do(runtime, deal, "delete_deal")
    run(runtime, "restore_deal", deal_id=deal["id"])
    assert purchases(runtime) == []


def test_an_order_noted_by_hand_takes_its_place(runtime: Runtime) -> None:
    first, second = a_deal(runtime), a_deal(runtime)
    values = {"account_id": ACCOUNT, "amount": eur(850), "purchased_on": "2026-03-02"}
    do(runtime, first, "win_deal")
    run(runtime, "create_purchase", **values, deal_id=first["id"])
    assert purchases(runtime) == [(first["id"], "order", "850.00")]
    run(runtime, "create_purchase", **values, deal_id=second["id"])
    do(runtime, second, "win_deal")
    assert sorted(purchases(runtime)) == sorted([(one["id"], "order", "850.00") for one in (first, second)])


def test_an_invoice_stands_beside_it(runtime: Runtime) -> None:
    deal = a_deal(runtime)
    do(runtime, deal, "win_deal")
    values = {"account_id": ACCOUNT, "amount": eur(900), "purchased_on": "2026-03-02", "kind": "invoice"}
    run(runtime, "create_purchase", **values, deal_id=deal["id"])
    assert sorted(kind for _, kind, _ in purchases(runtime)) == ["invoice", "order"]


def test_without_an_amount_there_is_nothing_to_note(runtime: Runtime) -> None:
    do(runtime, a_deal(runtime, amount=None), "win_deal")
    assert purchases(runtime) == []


# --- gates -------------------------------------------------------------------------------------------------------


def test_a_stage_refuses_a_deal_that_does_not_say_what_it_asks_for(runtime: Runtime) -> None:
    deal = a_deal(runtime, amount=None)
    move = {"deal_id": deal["id"], "expected_version": 1, "stage_id": stage_id(runtime, "Proposal")}
    said = refused(runtime, "move_stage", **move)
    assert (said.code, said.kind) == ("deals.stage_gate", "invalid")
    assert [error["pointer"] for error in said.errors] == ["/amount", "/next_step"]
    assert run(runtime, "get_deal", deal_id=deal["id"]) == deal
    do(runtime, deal, "update_deal", changes={"amount": eur(1), "next_step": "Call"})
    assert do(runtime, deal, "move_stage", stage_id=move["stage_id"])["stage_id"] == move["stage_id"]


def test_the_won_stage_may_ask_as_well(runtime: Runtime) -> None:
    deal = a_deal(runtime, account_id=None)
    said = refused(runtime, "win_deal", deal_id=deal["id"], expected_version=1)
    assert said.code == "deals.stage_gate"
    assert do(runtime, deal, "lose_deal", reason="Price")["status"] == "lost"


def test_a_deal_is_not_opened_in_a_stage_that_asks_for_more(runtime: Runtime) -> None:
    values = {"name": "x", "stage_id": stage_id(runtime, "Proposal")}
    assert refused(runtime, "open_deal", **values).code == "deals.stage_gate"
    assert run(runtime, "list_deals")["data"] == []


def test_a_gate_asks_for_fields_that_deals_have(runtime: Runtime) -> None:
    stages = [{**STAGES[0], "required_fields": ["colour"]}, *STAGES[2:]]
    said = refused(runtime, "create_pipeline", name="Other", stages=stages)
    assert said.code == "invalid"
