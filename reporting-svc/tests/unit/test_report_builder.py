"""Reports that people build: each equals a plain recomputation, and what cannot be answered is said."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting_builders import (
    START,
    Service,
    a_deal,
    a_pipeline,
    a_product,
    a_user,
    a_workspace,
    an_account,
    an_event,
    an_id,
    deal_told,
    usd,
)

from chassis.errors import AppError
from chassis.money import Money

OWNERS = ("Ann", "Bob")
STAGES = (("Discovery", "open", 30), ("Negotiation", "open", 75), ("Won", "won", 100))


def a_company() -> Service:
    service = Service()
    service.hear(
        a_workspace(),
        *(a_user(name) for name in OWNERS),
        *(an_account(name) for name in ("Acme", "Bolt")),
        *(a_product(name) for name in ("Basic", "Pro")),
        a_pipeline("sales", *STAGES),
    )
    return service


def lead(name: object, **values: Any) -> Any:
    record_id = an_id("lead", name)
    moment = START.isoformat()
    record = {"id": record_id, "version": 1, "created_at": moment, "updated_at": moment, "status": "new"}
    return an_event("lead.created.v1", record_id, record={**record, **values})


def built(service: Service, **definition: Any) -> dict[str, Any]:
    answer: dict[str, Any] = service.ask("run_report", definition=definition)
    return answer


COUNT = {"name": "number", "function": "count"}


def test_large_deals_that_wait_in_negotiation_by_rep() -> None:
    service = a_company()

    def deal(name: str, owner: str, amount: int, stage: str, entered: str) -> Any:
        values = {"owner_id": an_id("user", owner), "amount": usd(amount), "stage_id": an_id("stage", stage)}
        return deal_told(a_deal(an_id("deal", name), stage_entered_at=entered, **values))

    long_ago, lately = "2020-01-01T00:00:00.000Z", "2199-01-01T00:00:00.000Z"
    service.hear(
        deal("one", "Ann", 50_001, "Negotiation", long_ago),
        deal("two", "Ann", 70_000, "Negotiation", long_ago),
        deal("small", "Ann", 50_000, "Negotiation", long_ago),
        deal("fresh", "Bob", 90_000, "Negotiation", lately),
        deal("elsewhere", "Bob", 90_000, "Discovery", long_ago),
        deal("three", "Bob", 60_000, "Negotiation", long_ago),
    )
    answer = built(
        service,
        dataset="deals",
        filter='amount > 50000 AND stage.name = "Negotiation" AND stage_entered_at < now - 30d',
        group_by=["owner.name"],
        measures=[COUNT, {"name": "value", "function": "sum", "field": "amount"}],
    )
    assert answer["data"] == [
        {"owner.name": "Ann", "number": 2, "value": usd("120001.00")},
        {"owner.name": "Bob", "number": 1, "value": usd("60000.00")},
    ]
    assert [column["type"] for column in answer["columns"]] == ["text", "count", "money"]


def test_lead_conversion_by_source_and_region() -> None:
    service = a_company()
    service.hear(
        lead(1, source="Web", country="DE", status="converted"),
        lead(2, source="Web", country="DE"),
        lead(3, source="Web", country="DE"),
        lead(4, source="Fair", country="AT", status="converted"),
        lead(5, source=None, country="AT"),
    )
    answer = built(
        service,
        dataset="leads",
        group_by=["source", "country"],
        measures=[
            {"name": "leads", "function": "count"},
            {"name": "converted", "function": "count", "filter": 'status = "converted"'},
            {"name": "rate", "function": "ratio", "of": "converted", "to": "leads"},
        ],
        sort="-rate",
    )
    assert [(row["source"], row["country"], row["rate"]) for row in answer["data"]] == [
        ("Fair", "AT", 100),
        ("Web", "DE", pytest.approx(100 / 3, abs=1e-6)),
        (None, "AT", 0),
    ]


def test_products_adopted_by_each_account() -> None:
    service = a_company()

    def bought(name: object, account: str, product: str) -> Any:
        record_id = an_id("purchase", name)
        record = {
            "id": record_id,
            "version": 1,
            "created_at": START.isoformat(),
            "updated_at": START.isoformat(),
            "kind": "order",
            "billing": "one_off",
            "account_id": an_id("account", account),
            "product_id": an_id("product", product),
            "amount": usd(10),
            "purchased_on": "2025-05-01",
        }
        return an_event("purchase.created.v1", record_id, record=record)

    service.hear(
        bought(1, "Acme", "Basic"),
        bought(2, "Acme", "Basic"),
        bought(3, "Acme", "Pro"),
        bought(4, "Bolt", "Pro"),
    )
    products = {"name": "products", "function": "count_distinct", "field": "product_id"}
    definition = {"dataset": "purchases", "group_by": ["account.name"], "measures": [products]}
    assert built(service, **definition)["data"] == [
        {"account.name": "Acme", "products": 2},
        {"account.name": "Bolt", "products": 1},
    ]
    several = {**definition, "measures": [{**products, "at_least": 2}]}
    assert [row["account.name"] for row in built(service, **several)["data"]] == ["Acme"]


amounts = st.none() | st.tuples(st.decimals(0, 10**6, places=2), st.sampled_from(["USD", "USD", "EUR"]))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.none() | st.sampled_from(OWNERS), st.integers(0, 100), amounts), max_size=12))
def test_measures_equal_a_plain_recomputation(made: list[tuple[Any, int, Any]]) -> None:
    service = a_company()
    for number, (owner, probability, amount) in enumerate(made):
        money = amount and {"amount": str(amount[0]), "currency": amount[1]}
        values = {"owner_id": owner and an_id("user", owner), "probability": probability, "amount": money}
        service.hear(deal_told(a_deal(an_id("deal", number), **values)))
    measures = [
        COUNT,
        {"name": "sum", "function": "sum", "field": "amount"},
        {"name": "mean", "function": "average", "field": "probability"},
        {"name": "most", "function": "max", "field": "probability"},
        {"name": "sure", "function": "count", "filter": "probability >= 50"},
        {"name": "share", "function": "ratio", "of": "sure", "to": "number"},
    ]
    answer = built(service, dataset="deals", group_by=["owner.name"], measures=measures)
    groups: dict[Any, list[tuple[Any, int, Any]]] = defaultdict(list)
    for one in made:
        groups[one[0]].append(one)
    assert {row["owner.name"] for row in answer["data"]} == groups.keys()
    assert answer["row_count"] == len(made)
    assert answer["rows_in_other_currencies"] == sum(bool(one[2]) and one[2][1] == "EUR" for one in made)
    for row in answer["data"]:
        members = groups[row["owner.name"]]
        dollars = [one[2][0] for one in members if one[2] and one[2][1] == "USD"]
        sure = sum(one[1] >= 50 for one in members)
        assert row["number"] == len(members)
        assert row["sum"] == (Money(sum(dollars, Decimal(0)), "USD").as_wire() if dollars else None)
        assert row["mean"] == pytest.approx(sum(one[1] for one in members) / len(members), abs=1e-6)
        assert row["most"] == max(one[1] for one in members)
        assert (row["sure"], row["share"]) == (sure, pytest.approx(sure / len(members) * 100, abs=1e-6))


def test_without_groups_there_is_one_row() -> None:
    service = a_company()
    assert built(service, dataset="deals", measures=[COUNT])["data"] == []
    service.hear(deal_told(a_deal(an_id("deal", "one"))))
    assert built(service, dataset="deals", measures=[COUNT])["data"] == [{"number": 1}]


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ({"group_by": ["colour"]}, "/group_by/0"),
        ({"measures": [{"name": "x", "function": "sum", "field": "colour"}]}, "/measures/0/field"),
        ({"measures": [{"name": "x", "function": "sum", "field": "status"}]}, "/measures/0/field"),
        ({"measures": [{"name": "x", "function": "average"}]}, "/measures/0/field"),
        ({"measures": [COUNT, COUNT]}, "/measures"),
        ({"measures": [{"name": "x", "function": "ratio", "of": "x", "to": "x"}]}, "/measures/0/of"),
        ({"sort": "-colour"}, "/sort"),
        ({"measures": []}, "/definition/measures"),
        ({"dataset": "secrets"}, "/definition/dataset"),
        ({"limit": 1001}, "/definition/limit"),
    ],
)
def test_what_cannot_be_answered_is_said(definition: dict[str, Any], pointer: str) -> None:
    usual: dict[str, Any] = {"dataset": "deals", "measures": [COUNT]}
    with pytest.raises(AppError) as refused:
        built(a_company(), **{**usual, **definition})
    assert refused.value.errors[0]["pointer"] == pointer


def test_a_filter_that_cannot_be_read_says_where() -> None:
    with pytest.raises(AppError) as refused:
        built(a_company(), dataset="leads", filter="amount > 1", measures=[COUNT])
    assert "amount" in str(refused.value)


def test_another_workspace_has_nothing_to_count() -> None:
    service = a_company()
    service.hear(deal_told(a_deal(an_id("deal", "one"))))
    definition = {"dataset": "deals", "measures": [COUNT]}
    answer = service.ask("run_report", workspace_id=an_id("workspace", "two"), definition=definition)
    assert answer["data"] == []


def test_a_report_is_kept_and_run_again() -> None:
    service = a_company()
    definition = {"dataset": "deals", "measures": [COUNT]}
    made = service.ask("create_custom_report", name="Deals", definition=definition)
    service.hear(deal_told(a_deal(an_id("deal", "one"))))
    assert service.ask("run_custom_report", custom_report_id=made["id"])["data"] == [{"number": 1}]
    values = {"custom_report_id": made["id"], "expected_version": 1}
    bad = {"definition": {**definition, "group_by": ["colour"]}}
    with pytest.raises(AppError) as refused:
        service.ask("update_custom_report", **values, changes=bad)
    assert refused.value.code == "reporting.report_unfit"
    with pytest.raises(AppError):
        service.ask("create_custom_report", name="Bad", definition={**definition, "sort": "x"})
    assert [one["name"] for one in service.ask("list_custom_reports")["data"]] == ["Deals"]
    names = {
        one["name"]: {field["name"] for field in one["fields"]} for one in service.ask("datasets")["data"]
    }
    assert {"amount", "stage.name", "owner.name"} <= names["deals"]
