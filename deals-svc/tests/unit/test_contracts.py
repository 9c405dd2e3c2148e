"""Contracts: dated movements, days that are told once a term, one renewal deal a term, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from deal_builders import NOON, USER, WORKSPACE, Knowing, a_runtime, refused, run
from sqlalchemy import select

from chassis import clock, codec, ids
from chassis.errors import AppError
from chassis.operation import Runtime
from chassis.tables import outbox
from deals.usecases.tell_due_contracts import tell_due_contracts

ACCOUNT = ids.new("account")
STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture
def runtime() -> Runtime:
    runtime = replace(a_runtime(), client=Knowing())  # type: ignore[arg-type]
    run(runtime, "create_pipeline", name="Sales", stages=STAGES, is_default=True)
    return runtime


def eur(amount: str | int) -> dict[str, str]:
    return {"amount": str(amount), "currency": "EUR"}


def a_contract(runtime: Runtime, **values: Any) -> dict[str, Any]:
    usual = {"name": "Service", "account_id": ACCOUNT, "arr": eur("12000.00")}
    term = {"starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    made: dict[str, Any] = run(runtime, "create_contract", **{**usual, **term, **values})
    return made


def do(runtime: Runtime, contract: dict[str, Any], operation: str, **values: Any) -> dict[str, Any]:
    now = run(runtime, "get_contract", contract_id=contract["id"])
    found: dict[str, Any] = run(
        runtime, operation, contract_id=now["id"], expected_version=now["version"], **values
    )
    return found


def movements(runtime: Runtime, contract: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    found = run(runtime, "arr_movements", contract_id=contract["id"])["data"]
    return [
        (one["kind"], one["moved_on"], one["amount"]["amount"], one["arr_after"]["amount"]) for one in found
    ]


def told(runtime: Runtime, record_id: str) -> list[str]:
    with runtime.database.reading() as session:
        rows = select(outbox.c.type).where(
            outbox.c.workspace_id == WORKSPACE, outbox.c.subject_id == record_id
        )
        return list(session.scalars(rows.order_by(outbox.c.seq)))


def test_a_contract_begins_with_its_first_movement(runtime: Runtime) -> None:
    contract = a_contract(runtime)
    assert (contract["renews_on"], contract["term"], contract["owner_id"]) == ("2027-01-01", 1, USER)
    assert movements(runtime, contract) == [("new", "2026-01-01", "12000.00", "12000.00")]
    assert told(runtime, contract["id"]) == ["contract.created.v1", "contract.arr_moved.v1"]


def test_revenue_moves_on_a_day_and_with_its_kind(runtime: Runtime) -> None:
    contract = a_contract(runtime)
    do(runtime, contract, "change_arr", arr=eur(15000), on="2026-03-01", reason="More seats")
    do(runtime, contract, "change_arr", arr=eur(14000))
    over = do(runtime, contract, "cancel_contract", on="2026-06-01", reason="Closed down")
    assert (over["status"], over["arr"], over["cancelled_on"]) == ("cancelled", eur("0.00"), "2026-06-01")
    assert movements(runtime, contract)[1:] == [
        ("expansion", "2026-03-01", "3000.00", "15000.00"),
        ("contraction", NOON.date().isoformat(), "1000.00", "14000.00"),
        ("churn", "2026-06-01", "14000.00", "0.00"),
    ]
    for operation, values in (
        ("change_arr", {"arr": eur(1)}),
        ("renew_contract", {}),
        ("cancel_contract", {"reason": "again"}),
        ("update_contract", {"changes": {"ends_on": "2027-12-31"}}),
    ):
        with pytest.raises(AppError) as refusal:
            do(runtime, contract, operation, **values)
        assert refusal.value.code == "deals.contract_is_over", operation
    assert refused(runtime, "open_renewal", contract_id=contract["id"]).code == "deals.contract_is_over"


@pytest.mark.parametrize(
    ("operation", "values", "code"),
    [
        ("update_contract", {"changes": {"arr": eur(1)}}, "deals.arr_moves"),
        ("change_arr", {"arr": eur(12000)}, "deals.arr_unchanged"),
        ("change_arr", {"arr": {"amount": "1", "currency": "USD"}}, "deals.currency_stays"),
        ("change_arr", {"arr": eur(1), "on": "2025-12-31"}, "deals.move_out_of_order"),
        ("change_arr", {"arr": eur(-1)}, "invalid"),
        ("update_contract", {"changes": {"ends_on": "2025-12-31"}}, "deals.term_unordered"),
        ("update_contract", {"changes": {"renews_on": "2026-12-31"}}, "deals.terms_overlap"),
        ("renew_contract", {"ends_on": "2026-12-31"}, "deals.term_unordered"),
        ("cancel_contract", {}, "invalid"),
    ],
)
def test_what_a_contract_refuses(runtime: Runtime, operation: str, values: dict[str, Any], code: str) -> None:
    contract = a_contract(runtime)
    with pytest.raises(AppError) as refusal:
        do(runtime, contract, operation, **values)
    assert refusal.value.code == code
    assert run(runtime, "get_contract", contract_id=contract["id"]) == contract


def test_a_movement_is_not_dated_before_the_one_before_it(runtime: Runtime) -> None:
    contract = a_contract(runtime)
    do(runtime, contract, "change_arr", arr=eur(15000), on="2026-07-01")
    for operation, values in (("change_arr", {"arr": eur(1)}), ("cancel_contract", {"reason": "x"})):
        with pytest.raises(AppError) as refusal:
            do(runtime, contract, operation, on="2026-06-30", **values)
        assert (refusal.value.code, "2026-07-01" in str(refusal.value)) == ("deals.move_out_of_order", True)
    assert do(runtime, contract, "cancel_contract", reason="x", on="2026-07-01")["status"] == "cancelled"


def test_a_term_that_ends_before_it_starts_is_refused(runtime: Runtime) -> None:
    values = {"name": "x", "account_id": ACCOUNT, "arr": eur(1)}
    found = refused(runtime, "create_contract", **values, starts_on="2026-01-02", ends_on="2026-01-01")
    assert found.code == "deals.term_unordered"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "next_end"),
    [
        ("2026-01-01", "2026-12-31", "2027-12-31"),
        ("2024-02-29", "2025-02-28", "2026-03-01"),
        ("2026-01-31", "2026-02-27", "2026-03-27"),
        ("2026-03-15", "2026-06-14", "2026-09-14"),
        ("2026-03-15", "2026-03-24", "2026-04-03"),
    ],
)
def test_the_next_term_is_as_long(runtime: Runtime, starts_on: str, ends_on: str, next_end: str) -> None:
    contract = a_contract(runtime, starts_on=starts_on, ends_on=ends_on)
    renewed = do(runtime, contract, "renew_contract", arr=eur(13000))
    assert (renewed["term"], renewed["starts_on"], renewed["ends_on"]) == (2, contract["renews_on"], next_end)
    assert movements(runtime, contract)[1:] == [("expansion", contract["renews_on"], "1000.00", "13000.00")]
    assert told(runtime, contract["id"])[2:] == ["contract.renewed.v1", "contract.arr_moved.v1"]


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 0, 0, 1, tzinfo=UTC))


@pytest.mark.parametrize("ends_on", ["2026-12-31", "2028-02-28", "2027-03-30"])
def test_each_day_is_told_once_a_term(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch, ends_on: str
) -> None:
    contract = a_contract(runtime, ends_on=ends_on)
    renews = date.fromisoformat(ends_on) + timedelta(days=1)

    def after(days_before: int) -> list[str]:
        on(monkeypatch, renews - timedelta(days=days_before))
        for _ in range(2):
            tell_due_contracts(runtime)
        return [kind for kind in told(runtime, contract["id"]) if kind.endswith("_due.v1")]

    renewal, review = "contract.renewal_due.v1", "contract.review_due.v1"
    assert after(121) == []
    assert after(120) == [renewal]
    assert after(91) == [renewal]
    assert after(90) == [renewal, review]
    assert after(-5) == [renewal, review]
    assert run(runtime, "get_contract", contract_id=contract["id"])["version"] == contract["version"]
    do(runtime, contract, "renew_contract", ends_on=(renews + timedelta(days=364)).isoformat())
    assert after(-5) == [renewal, review]
    assert after(-365 + 120) == [renewal, review, renewal]


def test_a_contract_that_comes_late_tells_at_once(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = a_contract(runtime)
    on(monkeypatch, date(2026, 12, 1))
    tell_due_contracts(runtime)
    assert told(runtime, contract["id"])[2:] == ["contract.renewal_due.v1", "contract.review_due.v1"]
    moved = do(runtime, contract, "update_contract", changes={"ends_on": "2027-12-31"})
    assert moved["renews_on"] == "2028-01-01"
    tell_due_contracts(runtime)
    assert len(told(runtime, contract["id"])) == 5
    on(monkeypatch, date(2027, 12, 1))
    tell_due_contracts(runtime)
    assert told(runtime, contract["id"])[5:] == ["contract.renewal_due.v1", "contract.review_due.v1"]


def test_a_cancelled_contract_tells_nothing(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = a_contract(runtime)
    do(runtime, contract, "cancel_contract", reason="Gone")
    before = told(runtime, contract["id"])
    on(monkeypatch, date(2026, 12, 1))
    tell_due_contracts(runtime)
    assert told(runtime, contract["id"]) == before


def facts(runtime: Runtime, event_type: str) -> list[dict[str, Any]]:
    with runtime.database.reading() as session:
        found = select(outbox.c.payload).where(
            outbox.c.workspace_id == WORKSPACE, outbox.c.type == event_type
        )
        return [codec.loads(payload)["data"] for payload in session.scalars(found.order_by(outbox.c.seq))]


def test_a_term_that_ended_without_renewal_or_cancellation_is_told_once(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    lapsed, renewed, cancelled = (a_contract(runtime) for _ in range(3))
    on(monkeypatch, date(2027, 1, 1))
    tell_due_contracts(runtime)
    assert facts(runtime, "contract.lapsed.v1") == []
    do(runtime, renewed, "renew_contract")
    do(runtime, cancelled, "cancel_contract", reason="Gone")
    for day in (2, 3, 9):
        on(monkeypatch, date(2027, 1, day))
        tell_due_contracts(runtime)
    assert [(one["record"]["id"], one["due_on"]) for one in facts(runtime, "contract.lapsed.v1")] == [
        (lapsed["id"], "2027-01-01")
    ]
    on(monkeypatch, date(2028, 1, 2))
    tell_due_contracts(runtime)
    assert [one["record"]["id"] for one in facts(runtime, "contract.lapsed.v1")] == [
        lapsed["id"],
        renewed["id"],
    ]


def test_every_anniversary_says_whether_the_year_brought_more(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    contract = a_contract(runtime, ends_on="2030-12-31")
    do(runtime, contract, "change_arr", arr=eur(13000), on="2027-06-01")
    seen = []
    for day in (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2028, 1, 3), date(2029, 1, 1)):
        on(monkeypatch, day)
        tell_due_contracts(runtime)
        seen.append(
            [
                (one["years"], one["is_expanded"], one["due_on"])
                for one in facts(runtime, "contract.anniversary.v1")
            ]
        )
    first, second = (1, False, "2027-01-01"), (2, True, "2028-01-01")
    assert seen == [[], [first], [first], [first, second], [first, second, (3, False, "2029-01-01")]]


def test_anniversaries_long_past_are_not_told(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    a_contract(runtime, starts_on="2020-02-29", ends_on="2030-12-31")
    on(monkeypatch, date(2026, 6, 1))
    tell_due_contracts(runtime)
    assert facts(runtime, "contract.anniversary.v1") == []
    on(monkeypatch, date(2027, 2, 28))
    tell_due_contracts(runtime)
    assert [one["years"] for one in facts(runtime, "contract.anniversary.v1")] == [7]


def test_there_is_one_renewal_deal_a_term(runtime: Runtime) -> None:
    contract = a_contract(runtime)
    deal = run(runtime, "open_renewal", contract_id=contract["id"])
    assert (deal["type"], deal["amount"], deal["account_id"], deal["contract_id"]) == (
        "renewal",
        eur("12000.00"),
        ACCOUNT,
        contract["id"],
    )
    assert (deal["expected_close_on"], deal["owner_id"]) == ("2027-01-01", USER)
    assert run(runtime, "open_renewal", contract_id=contract["id"])["id"] == deal["id"]
    do(runtime, contract, "renew_contract")
    following = run(runtime, "open_renewal", contract_id=contract["id"])
    assert (following["id"] != deal["id"], following["expected_close_on"]) == (True, "2028-01-01")
    more = run(runtime, "open_expansion", contract_id=contract["id"], amount=eur(500))
    assert (more["type"], more["amount"], more["contract_id"]) == ("expansion", eur("500.00"), contract["id"])


def test_a_deleted_renewal_deal_is_neither_answered_nor_opened_again(runtime: Runtime) -> None:
    contract = a_contract(runtime)
    deal = run(runtime, "open_renewal", contract_id=contract["id"])
    run(runtime, "delete_deal", deal_id=deal["id"], expected_version=deal["version"])
    assert refused(runtime, "open_renewal", contract_id=contract["id"]).kind == "gone"
    run(runtime, "restore_deal", deal_id=deal["id"])
    assert run(runtime, "open_renewal", contract_id=contract["id"])["id"] == deal["id"]


def test_a_won_deal_becomes_one_contract_with_what_recurs(runtime: Runtime) -> None:
    deal = run(runtime, "open_deal", name="Wind park", account_id=ACCOUNT)
    lines = [
        {"name": "Set-up", "unit_price": eur(5000)},
        {"name": "Seats", "unit_price": eur(10), "quantity": 50, "billing": "monthly", "periods": 24},
        {"name": "Support", "unit_price": eur(1000), "billing": "yearly", "discount": 10, "periods": 2},
    ]
    version = {"deal_id": deal["id"], "expected_version": 1}
    assert refused(runtime, "make_contract", **version, ends_on="2027-03-01").code == "deals.deal_not_won"
    run(runtime, "set_lines", **version, lines=lines)
    run(runtime, "win_deal", deal_id=deal["id"], expected_version=2)
    won = {"deal_id": deal["id"], "expected_version": 3}
    contract = run(runtime, "make_contract", **won, ends_on="2028-03-01")
    assert (contract["arr"], contract["starts_on"], contract["deal_id"]) == (
        eur("6900.00"),
        "2026-03-02",
        deal["id"],
    )
    assert run(runtime, "make_contract", **won, ends_on="2029-03-01")["id"] == contract["id"]


def test_a_deal_without_anything_recurring_needs_a_figure(runtime: Runtime) -> None:
    deal = run(runtime, "open_deal", name="Once", account_id=ACCOUNT)
    run(runtime, "win_deal", deal_id=deal["id"], expected_version=1)
    version = {"deal_id": deal["id"], "expected_version": 2, "ends_on": "2027-03-01"}
    assert refused(runtime, "make_contract", **version).code == "deals.nothing_recurs"
    assert run(runtime, "make_contract", **version, arr=eur(100))["arr"] == eur("100.00")
    alone = run(runtime, "open_deal", name="Nobody")
    run(runtime, "win_deal", deal_id=alone["id"], expected_version=1)
    version["deal_id"] = alone["id"]
    assert refused(runtime, "make_contract", **version).code == "deals.deal_without_account"
