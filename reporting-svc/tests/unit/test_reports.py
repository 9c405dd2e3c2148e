"""Reports over made-up deals: every figure equals a plain recomputation, every link finds the deals behind its row."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reporting_builders import (
    Service,
    a_deal,
    a_pipeline,
    a_product,
    a_team,
    a_user,
    a_workspace,
    an_account,
    an_id,
    by_key,
    deal_told,
    usd,
)

from chassis.errors import AppError
from chassis.money import Money

OWNERS = {"Ann": "North team", "Bob": "South team", "Cyd": "South team", "Dan": None}
MANAGERS = {"North team": "Mia", "South team": "Max"}
REGIONS = {"North team": "Europe", "South team": "Europe"}
INDUSTRIES = {"Acme": "retail", "Bolt": "retail", "Coil": "health", "Dune": None}
PRODUCTS = ("Basic", "Pro")
STAGES = {"open": ("First", 10), "won": ("Won", 100), "lost": ("Lost", 0)}


def a_company() -> Service:
    """A service that knows a workspace, people, teams, accounts, products and a pipeline."""
    service = Service()
    service.hear(
        a_workspace(),
        a_team("Europe"),
        *(a_user(name) for name in MANAGERS.values()),
        *(
            a_team(team, parent_id=an_id("team", REGIONS[team]), manager_id=an_id("user", manager))
            for team, manager in MANAGERS.items()
        ),
        *(a_user(name, *([an_id("team", team)] if team else [])) for name, team in OWNERS.items()),
        *(an_account(name, industry) for name, industry in INDUSTRIES.items()),
        *(a_product(name) for name in PRODUCTS),
        a_pipeline("sales", *((name, kind, chance) for kind, (name, chance) in STAGES.items())),
    )
    return service


def sold(
    name: str,
    *,
    status: str = "won",
    owner: str | None = None,
    account: str | None = None,
    product: str | None = None,
    amount: Any = None,
    **values: Any,
) -> dict[str, Any]:
    """A deal's record with its relations by name."""
    stage, chance = STAGES[status]
    return a_deal(
        an_id("deal", name),
        status=status,
        owner_id=owner and an_id("user", owner),
        account_id=account and an_id("account", account),
        product_id=product and an_id("product", product),
        stage_id=an_id("stage", stage),
        probability=chance,
        amount=amount,
        **values,
    )


def names(**choices: Iterable[str]) -> dict[str, st.SearchStrategy[Any]]:
    return {name: st.none() | st.sampled_from(sorted(known)) for name, known in choices.items()}


some_days = st.none() | st.dates(date(2025, 1, 1), date(2025, 12, 31))
amounts = st.none() | st.builds(
    lambda amount, currency: {"amount": str(amount), "currency": currency},
    st.decimals(0, 10**6, places=4),
    st.sampled_from(["USD", "USD", "USD", "EUR"]),
)
deals = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["open", "won", "won", "lost"]),
            **names(owner=OWNERS, account=INDUSTRIES, product=PRODUCTS),
            "amount": amounts,
            "opened_on": some_days,
            "closed_on": some_days,
            "is_deleted": st.sampled_from([False, False, False, True]),
        }
    ),
    max_size=25,
)

GROUPS: dict[str, Callable[[dict[str, Any]], str | None]] = {
    "none": lambda deal: "All",
    "owner": lambda deal: deal["owner"],
    "manager": lambda deal: MANAGERS.get(OWNERS.get(deal["owner"]) or ""),
    "region": lambda deal: REGIONS.get(OWNERS.get(deal["owner"]) or ""),
    "product": lambda deal: deal["product"],
    "account": lambda deal: deal["account"],
    "industry": lambda deal: INDUSTRIES.get(deal["account"]),
    "quarter": lambda deal: (
        f"{deal['closed_on'].year}-Q{(deal['closed_on'].month - 1) // 3 + 1}" if deal["closed_on"] else None
    ),
}


def told(made: list[dict[str, Any]]) -> Service:
    service = a_company()
    events = []
    for number, deal in enumerate(made):
        values = {name: value for name, value in deal.items() if name != "is_deleted"}
        events.append(deal_told(sold(str(number), **values)))
        if deal["is_deleted"]:
            events.append(deal_told({**events[-1].record, "version": 2}, what="deleted"))
    service.hear(*events)
    return service


def dollars(made: list[dict[str, Any]]) -> dict[str, str]:
    total = sum(
        (
            Decimal(deal["amount"]["amount"])
            for deal in made
            if deal["amount"] and deal["amount"]["currency"] == "USD"
        ),
        Decimal(0),
    )
    return Money(total, "USD").as_wire()


@settings(max_examples=12, deadline=None)
@given(deals)
def test_every_report_equals_a_plain_recomputation(made: list[dict[str, Any]]) -> None:
    service = told(made)
    kept = [deal for deal in made if not deal["is_deleted"]]
    closed = [deal for deal in kept if deal["status"] != "open"]
    for group_by, group in GROUPS.items():
        groups: dict[str | None, list[dict[str, Any]]] = defaultdict(list)
        for deal in closed:
            groups[group(deal)].append(deal)
        report = service.ask("win_rate", group_by=group_by)
        if closed:
            assert by_key(report).keys() == groups.keys()
        assert report["row_count"] == len(closed)
        assert report["rows_without_amount"] == sum(deal["amount"] is None for deal in closed)
        for key, members in groups.items():
            row = by_key(report)[key]
            won = [deal for deal in members if deal["status"] == "won"]
            assert (row["won"], row["lost"]) == (len(won), len(members) - len(won))
            assert row["won_value"] == dollars(won)
            assert row["win_rate"] == round(len(won) / len(members), 6)
    for outcome in ("won", "lost"):
        check_cycle(service, [deal for deal in kept if deal["status"] == outcome], outcome)
    stages = service.ask("pipeline")
    for row, (kind, (_, chance)) in zip(stages["data"], STAGES.items(), strict=True):
        inside = [deal for deal in kept if deal["status"] == kind]
        assert (row["kind"], row["count"], row["value"]) == (kind, len(inside), dollars(inside))
        weighted = Decimal(dollars(inside)["amount"]) * chance / 100
        assert row["weighted"] == Money(weighted, "USD").as_wire()
    assert stages["rows_in_other_currencies"] == sum(
        deal["amount"] is not None and deal["amount"]["currency"] == "EUR" for deal in kept
    )


def check_cycle(service: Service, made: list[dict[str, Any]], outcome: str) -> None:
    lengths = [(d["closed_on"] - d["opened_on"]).days for d in made if d["closed_on"] and d["opened_on"]]
    found = service.ask("sales_cycle", outcome=outcome)["data"]
    assert (found["count"], found["skipped"]) == (len(lengths), len(made) - len(lengths))
    if not lengths:
        assert found["mean_days"] is found["median_days"] is found["p90_days"] is None
        assert found["reason"]
        return
    assert found["mean_days"] == pytest.approx(statistics.fmean(lengths), abs=1e-6)
    assert found["median_days"] == pytest.approx(statistics.median(lengths), abs=1e-6)
    if len(lengths) > 1:
        ninetieth = statistics.quantiles(lengths, n=10, method="inclusive")[8]
        assert found["p90_days"] == pytest.approx(ninetieth, abs=1e-6)


def test_without_a_closed_deal_the_rate_is_null_and_says_why() -> None:
    report = a_company().ask("win_rate")
    (row,) = report["data"]
    assert row["win_rate"] is None
    assert "No deal was closed" in row["reason"]
    assert row["won_value"] == usd("0.00")
    assert a_company().ask("win_rate", group_by="owner")["data"] == []


def test_an_answer_says_how_it_came_about() -> None:
    service = a_company()
    service.hear(deal_told(sold("one", owner="Ann", amount=usd(100), closed_on="2025-05-01")))
    report = service.ask("win_rate", group_by="owner", **{"from": "2025-04-01", "to": "2025-06-30"})
    assert report["formula"].startswith("win_rate = won / (won + lost)")
    assert report["period"] == {"from": "2025-04-01", "to": "2025-06-30"}
    assert report["currency"] == "USD"
    assert report["watermark"] == service.ask("latest_position")
    assert "deal.owner_id" in report["source_fields"]
    assert report["data"][0]["records"] == (
        'status IN ("won", "lost") AND closed_on >= 2025-04-01 AND closed_on <= 2025-06-30'
        f' AND owner_id = "{an_id("user", "Ann")}"'
    )


def test_a_period_has_both_its_days() -> None:
    service = a_company()
    for day in ("2025-03-31", "2025-04-01", "2025-06-30", "2025-07-01"):
        service.hear(deal_told(sold(day, closed_on=day)))
    assert service.ask("win_rate", **{"from": "2025-04-01", "to": "2025-06-30"})["row_count"] == 2
    with pytest.raises(AppError) as refusal:
        service.ask("win_rate", **{"from": "2025-06-30", "to": "2025-04-01"})
    assert refusal.value.kind == "invalid"


def test_one_pipeline_alone() -> None:
    service = a_company()
    other = an_id("pipeline", "other")
    service.hear(deal_told(sold("one")), deal_told({**sold("two"), "pipeline_id": other}))
    assert service.ask("win_rate", pipeline_id=an_id("pipeline", "sales"))["row_count"] == 1
    assert service.ask("pipeline", pipeline_id=other)["row_count"] == 1
    with pytest.raises(AppError) as refusal:
        service.ask("pipeline", pipeline_id=an_id("pipeline", "nowhere"))
    assert refusal.value.kind == "not_found"


def test_a_stage_nobody_told_of_is_shown_under_its_id() -> None:
    service = a_company()
    unknown = an_id("stage", "unknown")
    service.hear(deal_told({**sold("one", status="open"), "stage_id": unknown}))
    rows = {row["key"]: row["count"] for row in service.ask("pipeline")["data"]}
    assert rows == {"First": 0, "Won": 0, "Lost": 0, unknown: 1}


def test_moving_a_person_moves_what_they_sold() -> None:
    service = a_company()
    service.hear(deal_told(sold("one", owner="Ann")))
    assert [row["key"] for row in service.ask("win_rate", group_by="manager")["data"]] == ["Mia"]
    moved = a_user("Ann", an_id("team", "South team"))
    service.hear(type(moved)(**{**{n: getattr(moved, n) for n in moved.__slots__}, "sequence": 2}))
    assert [row["key"] for row in service.ask("win_rate", group_by="manager")["data"]] == ["Max"]


def test_teams_in_a_circle_end_somewhere() -> None:
    service = Service()
    service.hear(
        a_team("A", parent_id=an_id("team", "B")),
        a_team("B", parent_id=an_id("team", "A")),
        a_user("Ann", an_id("team", "A")),
        deal_told(sold("one", owner="Ann")),
    )
    assert [row["key"] for row in service.ask("win_rate", group_by="region")["data"]] == ["B"]


def test_equal_values_share_a_place() -> None:
    service = a_company()
    for number, (owner, amount) in enumerate([("Ann", 5), ("Bob", 9), ("Cyd", 5), ("Dan", 1)]):
        service.hear(deal_told(sold(str(number), owner=owner, amount=usd(amount))))
    board = service.ask("leaderboard")["data"]
    assert [(row["place"], row["key"]) for row in board] == [(1, "Bob"), (2, "Ann"), (2, "Cyd"), (4, "Dan")]


def test_the_currency_of_most_deals_stands_in_until_the_workspace_is_known() -> None:
    service = Service()
    euros = {"amount": "7.00", "currency": "EUR"}
    service.hear(deal_told(sold("one", amount=euros)), deal_told(sold("two", amount=euros)))
    service.hear(deal_told(sold("three", amount=usd(5))))
    report = service.ask("win_rate")
    assert report["data"][0]["won_value"] == {"amount": "14.00", "currency": "EUR"}
    assert report["rows_in_other_currencies"] == 1


def test_who_may_not_see_reports_is_refused() -> None:
    with pytest.raises(AppError) as refusal:
        a_company().ask("win_rate", role="nobody")
    assert refusal.value.kind == "forbidden"


def test_another_workspace_sees_nothing() -> None:
    service = a_company()
    service.hear(deal_told(sold("one", owner="Ann", amount=usd(100))))
    elsewhere = an_id("workspace", "two")
    assert service.ask("win_rate", workspace_id=elsewhere, group_by="owner")["data"] == []
    assert service.ask("pipeline", workspace_id=elsewhere)["data"] == []
    assert service.ask("events", workspace_id=elsewhere)["data"] == []


def test_a_group_with_more_owners_than_a_filter_holds_has_no_link() -> None:
    service = Service()
    service.hear(*(deal_told(sold(str(number), owner=str(number))) for number in range(195)))
    (row,) = service.ask("win_rate", group_by="region")["data"]
    assert row["won"] == 195
    assert row["records"] is None


@pytest.mark.parametrize("days", [timedelta(0), timedelta(days=-3)])
def test_days_are_counted_as_they_are(days: timedelta) -> None:
    service = a_company()
    opened = date(2025, 3, 10)
    service.hear(deal_told(sold("one", opened_on=opened, closed_on=opened + days)))
    assert service.ask("sales_cycle")["data"]["mean_days"] == days.days
