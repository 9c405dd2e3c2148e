"""Metrics: every formula gives its example, every figure equals a plain recomputation, and a zero has its reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting_builders import START, Service, a_deal, a_workspace, an_event, an_id, deal_told, usd

from chassis.envelope import Event
from chassis.errors import AppError
from reporting.domain.metrics import METRICS, accuracy, example
from reporting.queries.inputs import INPUTS, years_of
from reporting.queries.metrics import groupings_of, leaves

EXAMPLES = {
    "average_purchase_value": 1200,
    "purchase_frequency": 1,
    "renewal_rate": 75,
    "customer_lifespan": 4,
    "clv": 4800,
    "average_contract_value": 1200,
    "upsell_rate": 30,
    "upsell_value": 400,
    "adjusted_clv": 5280,
    "customer_churn_rate": 3,
    "revenue_churn_rate": 7,
    "grr": 93,
    "nrr": 124,
    "expected_churn": 120000,
    "expected_flat_renewal": 880000,
    "expected_expansion": 90000,
    "expected_nrr": 97,
    "cac": 1200,
    "mrr_per_customer": 200,
    "cac_payback": 7.5,
    "ltv_cac": 4,
    "conversion_rate": 7.5,
    "lead_to_close_rate": 2,
    "lead_to_close_rate_of_cohort": 2,
    "lead_velocity_rate": 20,
    "mql_to_sql_rate": 40,
    "mql_to_customer_rate": 6.2,
    "handoff_acceptance_rate": 75,
    "lead_response_time": 2,
    "lead_response_time_p90": 24,
    "win_rate": 63,
    "average_deal_size": 5000,
    "sales_velocity": 2000,
    "pipeline_coverage": 3,
    "pipeline_coverage_of_rest": 5,
    "quota_attainment": 40,
    "forecast_accuracy": 75,
}
YEAR = {"from": "2025-01-01", "to": "2025-12-31"}


def test_every_formula_gives_its_example() -> None:
    assert {name: example(metric)["value"] for name, metric in METRICS.items()} == EXAMPLES


def test_everything_a_metric_is_made_of_is_known_and_can_be_asked_for() -> None:
    for metric in METRICS.values():
        assert set(leaves(metric)) <= INPUTS.keys(), metric.name
        assert groupings_of(metric)[0] == "none"


def told(noun: str, name: object, **values: Any) -> Event:
    """The event of a new record."""
    record_id = an_id(noun, name)
    moment = f"{values.pop('created', START.date().isoformat())}T09:00:00.000Z"
    record = {"id": record_id, "version": 1, "created_at": moment, "updated_at": moment, **values}
    return an_event(f"{noun}.created.v1", record_id, record=record)


def a_purchase(name: object, account: str, amount: Any, on: str, **values: Any) -> Event:
    return told(
        "purchase",
        name,
        **{
            "kind": "order",
            "billing": "one_off",
            "account_id": an_id("account", account),
            "amount": amount,
            "purchased_on": on,
            **values,
        },
    )


def a_won_deal(name: object, account: str | None, on: str, **values: Any) -> Event:
    return deal_told(
        a_deal(
            an_id("deal", name),
            status="won",
            account_id=account and an_id("account", account),
            opened_on=on,
            closed_on=on,
            **values,
        )
    )


def a_service(*events: Event) -> Service:
    service = Service()
    service.hear(a_workspace(), *events)
    return service


def figures(service: Service, *names: str, **arguments: Any) -> dict[str, dict[str, Any]]:
    rows = service.ask("metrics", names=list(names), **{**YEAR, **arguments})["data"]
    return {row["name"]: row for row in rows}


orders = st.lists(
    st.tuples(
        st.sampled_from("ABC"),
        st.decimals(0, 10**6, places=2),
        st.dates(date(2024, 11, 1), date(2026, 2, 1)),
        st.sampled_from(["USD", "USD", "EUR"]),
        st.sampled_from(["order", "order", "invoice"]),
    ),
    max_size=15,
)


@settings(max_examples=15, deadline=None)
@given(orders)
def test_purchases_are_counted_once_in_their_period(made: list[tuple[str, Decimal, date, str, str]]) -> None:
    service = a_service(
        *(
            a_purchase(
                number, account, {"amount": str(amount), "currency": currency}, on.isoformat(), kind=kind
            )
            for number, (account, amount, on, currency, kind) in enumerate(made)
        )
    )
    inside = [one for one in made if one[2].year == 2025 and one[4] == "order"]
    value = sum((one[1] for one in inside if one[3] == "USD"), Decimal(0))
    row = figures(service, "average_purchase_value")["average_purchase_value"]
    inputs = {one["name"]: one["value"] for one in row["inputs"]}
    assert inputs == {"purchase_value": usd(f"{value:.2f}"), "purchases": len(inside)}
    if inside:
        cents = round(Fraction(value) / len(inside) * 100)
        assert Decimal(row["value"]["amount"]) * 100 == cents
        frequency = figures(service, "purchase_frequency")["purchase_frequency"]["value"]
        assert frequency == pytest.approx(len(inside) / len({one[0] for one in inside}), abs=1e-6)
    else:
        assert row["value"] is None
        assert row["reason"] == "There is no figure: Value of purchases and Purchases are 0."


def test_what_customers_cost_by_channel() -> None:
    spend = {"kind": "marketing"}
    service = a_service(
        told("spend", 1, channel="Search", amount=usd("6000"), spent_on="2025-03-01", **spend),
        told("spend", 2, channel="Fairs", amount=usd("900"), spent_on="2025-03-01", **spend),
        told("spend", 3, channel="Search", amount=usd("1"), spent_on="2024-12-31", **spend),
        *(a_won_deal(f"s{n}", f"s{n}", "2025-05-01", source="Search") for n in range(5)),
        # Bought before: no new customer. Bought twice: one customer, of the channel of the first deal.
        a_won_deal("old", "old", "2024-05-01", source="Fairs"),
        a_won_deal("again", "old", "2025-05-01", source="Fairs"),
        a_won_deal("first", "twice", "2025-05-01", source="Fairs"),
        a_won_deal("second", "twice", "2025-06-01", source="Search"),
        a_won_deal("nobody", None, "2025-05-01", source="Search"),
    )
    assert figures(service, "cac")["cac"]["value"] == usd("1150.00")
    groups = figures(service, "cac", group_by="channel")["cac"]["groups"]
    assert {one["key"]: one["value"]["amount"] for one in groups} == {"Fairs": "900.00", "Search": "1200.00"}


def test_leads_by_where_they_come_from() -> None:
    def lead(name: object, **values: Any) -> Event:
        return told("lead", name, **{"created": "2025-02-01", "status": "new", "owner_id": None, **values})

    service = a_service(
        lead(1, source="Web", country="DE"),
        lead(2, source="Web", country="AT", status="converted", deal_id=an_id("deal", "two")),
        lead(3, source="Fair", country="DE", status="converted"),
        lead(4, source="Fair", created="2024-12-31", status="converted"),
        deal_told(a_deal(an_id("deal", "two"), status="won", closed_on="2026-01-05")),
        deal_told(
            a_deal(an_id("deal", "one"), status="won", closed_on="2025-06-01", lead_id=an_id("lead", 1))
        ),
        deal_told(a_deal(an_id("deal", "lost"), status="lost", lead_id=an_id("lead", 3))),
    )
    assert figures(service, "conversion_rate")["conversion_rate"]["value"] == pytest.approx(200 / 3, abs=1e-6)
    by_region = figures(service, "conversion_rate", group_by="region")["conversion_rate"]["groups"]
    assert {one["key"]: one["value"] for one in by_region} == {"AT": 100, "DE": 50}
    both = figures(service, "lead_to_close_rate", "lead_to_close_rate_of_cohort")
    assert both["lead_to_close_rate"]["value"] == pytest.approx(100 / 3, abs=1e-6)
    assert both["lead_to_close_rate_of_cohort"]["value"] == pytest.approx(200 / 3, abs=1e-6)


def a_contract(name: object, account: str, *moves: tuple[str, str, int], **values: Any) -> list[Event]:
    """A contract as it begins, and each of its movements: (kind, day, annual revenue afterwards)."""
    record_id = an_id("contract", name)
    record = {
        "id": record_id,
        "account_id": an_id("account", account),
        "owner_id": None,
        "status": "active",
        "term": 1,
        "starts_on": moves[0][1],
        "ends_on": "2026-12-31",
        "renews_on": "2027-01-01",
        "created_at": START.isoformat(),
        "updated_at": START.isoformat(),
        **values,
    }
    events, before = [], 0
    for number, (kind, on, after) in enumerate(moves):
        record = {**record, "version": number + 1, "arr": usd(after)}
        moved = {"kind": kind, "moved_on": on, "arr_before": usd(before), "arr_after": usd(after)}
        if number == 0:
            events.append(an_event("contract.created.v1", record_id, 1, record=record))
        events.append(an_event("contract.arr_moved.v1", record_id, number + 2, record=record, **moved))
        before = after
    return events


def value(service: Service, name: str, **arguments: Any) -> Any:
    found = figures(service, name, **arguments)[name]["value"]
    return found["amount"] if isinstance(found, dict) else found


def test_the_renewals_of_a_quarter_to_come() -> None:
    def health(name: str, now: int) -> Event:
        account_id = an_id("account", name)
        return an_event(
            "account.created.v1", account_id, record={"id": account_id, "name": name, "health": now}
        )

    def opened(name: str, kind: str, amount: int, probability: int, **values: Any) -> Event:
        about = {
            "type": kind,
            "amount": usd(amount),
            "probability": probability,
            "expected_close_on": "2027-01-15",
        }
        return deal_told(a_deal(an_id("deal", name), **{**about, **values}))

    renewal = {"renewal_deal_id": an_id("deal", "renewal")}
    service = a_service(
        *(health(name, now) for name, now in (("weak", 59), ("just", 60), ("strong", 90))),
        *a_contract(1, "weak", ("new", "2026-01-01", 120)),
        *a_contract(2, "just", ("new", "2026-01-01", 400), **renewal),
        *a_contract(3, "strong", ("new", "2026-01-01", 380)),
        *a_contract(4, "unknown", ("new", "2026-01-01", 100)),
        *a_contract(5, "weak", ("new", "2026-01-01", 7000), renews_on="2027-04-01"),
        *a_contract(6, "weak", ("new", "2026-01-01", 7000), status="cancelled"),
        opened("renewal", "renewal", 500, 50),
        opened("more", "expansion", 100, 40),
        opened("new", "new", 9000, 90),
        opened("later", "expansion", 9000, 90, expected_close_on="2027-04-01"),
        opened("won", "expansion", 9000, 100, status="won"),
    )
    quarter = {"from": "2027-01-01", "to": "2027-03-31"}
    assert value(service, "expected_churn", **quarter) == "120.00"
    assert value(service, "expected_flat_renewal", **quarter) == "880.00"
    assert value(service, "expected_expansion", **quarter) == "90.00"
    assert value(service, "expected_nrr", **quarter) == 97.0
    nothing = figures(service, "expected_nrr", **{"from": "2030-01-01", "to": "2030-03-31"})["expected_nrr"]
    assert (nothing["value"], nothing["reason"][:18]) == (None, "There is no figure")


def test_how_much_recurring_revenue_stays() -> None:
    service = a_service(
        *a_contract(1, "kept", ("new", "2024-01-01", 100)),
        *a_contract(2, "grown", ("new", "2024-01-01", 200), ("expansion", "2025-05-01", 350)),
        *a_contract(3, "shrunk", ("new", "2024-01-01", 100), ("contraction", "2025-12-31", 60)),
        *a_contract(4, "gone", ("new", "2024-01-01", 100), ("churn", "2025-01-01", 0)),
        # Grown and gone within the year: what was there at the start is lost, no more.
        *a_contract(
            5, "both", ("new", "2024-01-01", 50), ("expansion", "2025-02-01", 90), ("churn", "2025-03-01", 0)
        ),
        # A customer with two contracts who loses one stays a customer.
        *a_contract(6, "two", ("new", "2024-01-01", 10), ("churn", "2025-06-01", 0)),
        *a_contract(7, "two", ("new", "2024-01-01", 40)),
        *a_contract(8, "fresh", ("new", "2025-06-01", 500)),
        *a_contract(9, "later", ("new", "2026-01-01", 500)),
        *a_contract(10, "lost before", ("new", "2024-01-01", 100), ("churn", "2024-12-31", 0)),
    )
    start = 100 + 200 + 100 + 100 + 50 + 10 + 40
    assert value(service, "grr") == pytest.approx((start - 160 - 40) / start * 100, abs=1e-6)
    assert value(service, "nrr") == pytest.approx((start - 160 - 40 + 150) / start * 100, abs=1e-6)
    assert value(service, "revenue_churn_rate") == pytest.approx(160 / start * 100, abs=1e-6)
    assert value(service, "customer_churn_rate") == pytest.approx(2 / 6 * 100, abs=1e-6)
    assert value(service, "mrr_per_customer") == f"{(100 + 350 + 60 + 40 + 500) / 12 / 5:.2f}"


def test_the_value_of_contracts_and_what_is_sold_on_top() -> None:
    service = a_service(
        *(one for n in range(7) for one in a_contract(n, f"a{n}", ("new", "2025-02-01", 1200))),
        *(
            one
            for n in range(7, 10)
            for one in a_contract(n, f"a{n}", ("new", "2025-02-01", 1200), ("expansion", "2025-09-01", 1600))
        ),
    )
    names = ("average_contract_value", "upsell_rate", "upsell_value")
    assert [value(service, name) for name in names] == ["1200.00", 30, "400.00"]


def test_terms_count_when_their_day_has_come() -> None:
    def renewed(name: object, ended_term: int, due_on: str, sequence: int) -> Event:
        (created, _) = a_contract(name, f"c{name}", ("new", "2024-01-01", 100))
        record = {**created.record, "term": ended_term + 1, "renews_on": "2027-06-01", "version": sequence}
        extra = {"ended_term": ended_term, "due_on": due_on, "arr_before": usd(100)}
        return an_event("contract.renewed.v1", created.subject_id, sequence, record=record, **extra)

    due = {"renews_on": "2025-06-01"}
    contracts = [one for n in range(4) for one in a_contract(n, f"c{n}", ("new", "2024-01-01", 100), **due)]
    events = [*contracts, *(renewed(n, 1, "2025-06-01", 3) for n in range(3))]
    assert value(a_service(*events), "renewal_rate") == 75
    assert value(a_service(*reversed(events)), "renewal_rate") == 75
    assert value(a_service(*events, *events), "customer_lifespan") == 4
    every = [*events, renewed(3, 1, "2025-06-01", 3)]
    row = figures(a_service(*every), "customer_lifespan")["customer_lifespan"]
    assert (row["value"], "nobody leaves" in row["reason"]) == (None, True)
    assert figures(a_service(), "renewal_rate")["renewal_rate"]["value"] is None


@pytest.mark.parametrize(
    ("actual", "forecast", "expected"),
    [(40000, 50000, 75), (50000, 40000, 80), (10, 30, 0), (0, 0, 100), (0, 1, 0), (7, 7, 100)],
)
def test_how_good_a_forecast_was(actual: int, forecast: int, expected: int) -> None:
    assert accuracy(Fraction(actual), Fraction(forecast)) == expected


def test_the_newest_forecast_that_was_there_in_time_counts() -> None:
    rep, other = an_id("user", "rep"), an_id("user", "other")

    def said(name: object, owner: str, amount: int, on: str, category: str = "commit") -> Event:
        period = {"period": "2025-Q4", "category": category, "amount": usd(amount)}
        return told("forecast", name, owner_id=owner, created=on, **period)

    service = a_service(
        said(1, rep, 90000, "2025-09-30"),
        said(2, rep, 50000, "2025-11-20"),
        said(3, rep, 41000, "2025-12-31"),
        said(4, rep, 99000, "2025-11-20", "best_case"),
        said(5, other, 10000, "2025-11-20"),
        a_won_deal("one", "A", "2025-11-05", owner_id=rep, amount=usd(40000)),
        a_won_deal("two", "B", "2026-01-01", owner_id=rep, amount=usd(1)),
    )
    quarter = {"from": "2025-10-01", "to": "2025-12-31", "group_by": "owner"}

    def by_rep(**arguments: Any) -> dict[str, float | None]:
        row = figures(service, "forecast_accuracy", **{**quarter, **arguments})["forecast_accuracy"]
        return {one["key"]: one["value"] for one in row["groups"]}

    assert by_rep(horizon_days=30) == {rep: 75, other: 0}
    assert by_rep() == {rep: 97.5, other: 0}
    assert by_rep(horizon_days=90)[rep] == 0
    assert by_rep(forecast_category="best_case")[rep] == 0
    assert by_rep(forecast_category="pipeline") == {rep: None}


def test_quotas_of_people_add_up_unless_the_company_has_one() -> None:
    rep, other = an_id("user", "rep"), an_id("user", "other")
    quota = {"period": "2025-Q4", "team_id": None}
    open_deal = a_deal(an_id("deal", "open"), expected_close_on="2025-11-01", amount=usd(900))
    events = [
        told("quota", 1, owner_id=rep, amount=usd(100), **quota),
        told("quota", 2, owner_id=other, amount=usd(200), **quota),
        told("quota", 3, owner_id=rep, amount=usd(999), period="2026-Q1", team_id=None),
        told("quota", 4, owner_id=None, amount=usd(999), period="2025-Q4", team_id=an_id("team", "x")),
        a_won_deal("one", "A", "2025-11-05", owner_id=rep, amount=usd(120)),
        deal_told(open_deal),
    ]
    quarter = {"from": "2025-10-01", "to": "2025-12-31"}
    names = ("pipeline_coverage", "pipeline_coverage_of_rest", "quota_attainment")
    found = figures(a_service(*events), *names, **quarter)
    assert [found[name]["value"] for name in names] == [3, 5, 40]
    company = told("quota", 5, owner_id=None, amount=usd(600), **quota)
    assert figures(a_service(*events, company), *names, **quarter)["quota_attainment"]["value"] == 20
    reached = told("quota", 5, owner_id=None, amount=usd(120), **quota)
    row = figures(a_service(*events, reached), *names, **quarter)["pipeline_coverage_of_rest"]
    assert (row["value"], row["reason"]) == (None, "The quota is reached: nothing of it is left to cover.")


def test_a_figure_beside_another_period() -> None:
    service = a_service(
        *(a_won_deal(f"now{n}", "A", "2025-05-01", amount=usd(150)) for n in range(3)),
        a_won_deal("then", "A", "2024-05-01", amount=usd(100)),
        deal_told(a_deal(an_id("deal", "lost"), status="lost", closed_on="2025-05-01")),
    )
    found = figures(service, "average_deal_size", "win_rate", compare_to="previous")
    assert found["average_deal_size"]["compared"] == {
        "value": usd("100.00"),
        "change_percent": 50,
        "change_points": None,
    }
    assert found["win_rate"]["compared"] == {"value": 100, "change_percent": -25, "change_points": -25}
    answer = service.ask(
        "metrics", names=["win_rate"], compare_to="previous", **{"from": "2025-04-01", "to": "2025-06-30"}
    )
    assert answer["compared_to"] == {"from": "2025-01-01", "to": "2025-03-31"}
    answer = service.ask(
        "metrics", names=["win_rate"], compare_to="previous", **{"from": "2025-04-02", "to": "2025-04-08"}
    )
    assert answer["compared_to"] == {"from": "2025-03-26", "to": "2025-04-01"}
    answer = service.ask(
        "metrics", names=["win_rate"], compare_to="year_before", **{"from": "2024-02-01", "to": "2024-02-29"}
    )
    assert answer["compared_to"] == {"from": "2023-02-01", "to": "2023-02-28"}


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2025-01-01", "2025-12-31", Fraction(1)),
        ("2024-01-01", "2024-12-31", Fraction(1)),
        ("2024-02-29", "2025-02-28", Fraction(1)),
        ("2025-01-01", "2025-03-14", Fraction(73, 365)),
        ("2023-07-01", "2025-06-30", Fraction(2)),
    ],
)
def test_years_follow_the_calendar(first: str, last: str, years: Fraction) -> None:
    assert years_of(date.fromisoformat(first), date.fromisoformat(last)) == years


def test_every_input_links_to_its_records() -> None:
    row = figures(a_service(), "average_purchase_value")["average_purchase_value"]
    assert [(one["list"], one["records"]) for one in row["inputs"]] == [
        ("purchases", 'kind = "order" AND purchased_on >= 2025-01-01 AND purchased_on <= 2025-12-31')
    ] * 2


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"names": ["profit"]}, "reporting.metric_unknown"),
        ({"names": ["clv"], "group_by": "region"}, "reporting.grouping_unfit"),
        ({"group_by": "weather"}, "invalid"),
        ({"gross_margin": "101"}, "invalid"),
        ({"gross_margin": "0"}, "invalid"),
        ({"from": "2025-02-01", "to": "2025-01-01"}, "invalid"),
    ],
)
def test_what_cannot_be_asked(arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(AppError) as refusal:
        a_service().ask("metrics", **arguments)
    assert refusal.value.code == code
