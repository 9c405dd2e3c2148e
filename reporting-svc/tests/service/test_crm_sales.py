"""A public data set of 8,800 deals, told as events: every figure known of it comes out, on either database."""

from __future__ import annotations

import csv
import json
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
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

from chassis.envelope import Event
from suite.postgres import Postgres
from suite.testing import DATABASES

SHARED = Path(os.environ.get("RAPPORT_SHARED") or Path(__file__).parents[4] / "shared")
FOLDER = SHARED / "data" / "crm-sales"
STAGES = (("Prospecting", "open", 10), ("Engaging", "open", 40), ("Won", "won", 100), ("Lost", "lost", 0))
PRODUCTS = {"GTXPro": "GTX Pro"}
SECTORS = {"technolgy": "technology"}

pytestmark = pytest.mark.skipif(
    not (FOLDER / "expected.json").exists(),
    reason="the data set crm-sales is not here; RAPPORT_SHARED names its folder",
)


def read(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def day(text: str) -> str | None:
    return datetime.strptime(text, "%m/%d/%Y").date().isoformat() if text else None


def organisation() -> Iterator[Event]:
    rows = read("sales_teams")
    yield a_workspace()
    for region in {row["regional_office"] for row in rows}:
        yield a_team(region)
    for manager, region in {(row["manager"], row["regional_office"]) for row in rows}:
        yield a_user(manager)
        yield a_team(f"Team {manager}", parent_id=an_id("team", region), manager_id=an_id("user", manager))
    for row in rows:
        yield a_user(row["sales_agent"], an_id("team", f"Team {row['manager']}"))


def told() -> Iterator[Event]:
    yield from organisation()
    yield a_pipeline("CRM sales", *STAGES)
    for row in read("products"):
        yield a_product(row["product"])
    for row in read("accounts"):
        yield an_account(row["account"], SECTORS.get(row["sector"], row["sector"]))
    kinds = {name: (kind, probability) for name, kind, probability in STAGES}
    for row in read("sales_pipeline"):
        kind, probability = kinds[row["deal_stage"]]
        record = a_deal(
            an_id("deal", row["opportunity_id"]),
            owner_id=an_id("user", row["sales_agent"]),
            product_id=an_id("product", PRODUCTS.get(row["product"], row["product"])),
            account_id=an_id("account", row["account"]) if row["account"] else None,
            pipeline_id=an_id("pipeline", "CRM sales"),
            stage_id=an_id("stage", row["deal_stage"]),
            status=kind,
            probability=probability,
            amount=usd(row["close_value"]) if row["close_value"] else None,
            opened_on=day(row["engage_date"]),
            closed_on=day(row["close_date"]),
        )
        yield deal_told(record, origin="import")


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
    return found


@pytest.fixture(scope="module", params=DATABASES)
def sales(request: pytest.FixtureRequest, postgres: Callable[[], Postgres]) -> Iterator[Service]:
    name = f"reporting_{uuid.uuid4().hex[:12]}"
    service = Service("sqlite://" if request.param == "sqlite" else postgres().create_database(name))
    events = list(told())
    counts = service.hear(*events)
    assert counts.done == len(events)
    yield service
    service.database.dispose()
    if request.param != "sqlite":
        postgres().drop_database(name)


def figures(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "won": row["won"],
        "lost": row["lost"],
        "won_value": float(row["won_value"]["amount"]),
        "win_rate": pytest.approx(row["win_rate"], abs=1e-6),
    }


@pytest.mark.parametrize(
    ("group_by", "name", "is_complete"),
    [
        ("owner", "leaderboard_by_agent", True),
        ("manager", "by_manager", True),
        ("region", "by_region", True),
        ("product", "by_product", True),
        ("industry", "by_sector_deals_with_account", True),
        ("quarter", "by_close_quarter", True),
        ("account", "top_accounts_by_won_value", False),
    ],
)
def test_win_rates(
    sales: Service, expected: dict[str, Any], group_by: str, name: str, is_complete: bool
) -> None:
    report = sales.ask("win_rate", group_by=group_by)
    rows = by_key(report)
    assert None not in rows, "every closed deal of this file has an account"
    if is_complete:
        assert rows.keys() == expected[name].keys()
    assert {key: figures(rows[key]) for key in expected[name]} == expected[name]
    assert report["row_count"] == 4238 + 2473
    everything = by_key(sales.ask("win_rate"))["All"]
    for name in ("won", "lost"):
        assert sum(row[name] for row in report["data"]) == everything[name]


def test_the_whole(sales: Service, expected: dict[str, Any]) -> None:
    report = sales.ask("win_rate", group_by="none")
    (row,) = report["data"]
    assert row["won_value"] == {"amount": f"{expected['won_value_total']}.00", "currency": "USD"}
    assert row["win_rate"] == expected["win_rate_of_closed"]
    assert float(row["won_value"]["amount"]) / row["won"] == pytest.approx(
        expected["mean_won_value"], abs=1e-4
    )
    assert report["watermark"]["position"] == sales.ask("latest_position")["position"] > 8800


@pytest.mark.parametrize(("outcome", "count"), [("won", 4238), ("lost", 2473)])
def test_sales_cycles(sales: Service, expected: dict[str, Any], outcome: str, count: int) -> None:
    report = sales.ask("sales_cycle", outcome=outcome)
    assert report["data"]["mean_days"] == pytest.approx(
        expected[f"mean_sales_cycle_days_{outcome}"], abs=1e-4
    )
    assert (report["data"]["count"], report["data"]["skipped"], report["row_count"]) == (count, 0, count)
    measured = sorted(
        (
            datetime.strptime(row["close_date"], "%m/%d/%Y")
            - datetime.strptime(row["engage_date"], "%m/%d/%Y")
        ).days
        for row in read("sales_pipeline")
        if row["deal_stage"].lower() == outcome
    )
    for name, share in (("median_days", 0.5), ("p90_days", 0.9)):
        rank = (count - 1) * share
        below, above = measured[int(rank)], measured[min(int(rank) + 1, count - 1)]
        assert report["data"][name] == pytest.approx(below + (above - below) * (rank - int(rank)), abs=1e-4)


def test_the_pipeline_by_stage(sales: Service, expected: dict[str, Any]) -> None:
    report = sales.ask("pipeline")
    rows = {row["key"]: row for row in report["data"]}
    assert list(rows) == ["Prospecting", "Engaging", "Won", "Lost"]
    assert {key: row["count"] for key, row in rows.items()} == expected["deals_by_stage"]
    assert rows["Won"]["value"] == rows["Won"]["weighted"] == usd(f"{expected['won_value_total']}.00")
    open_rows = rows["Prospecting"]["count"] + rows["Engaging"]["count"]
    assert report["rows_without_amount"] == open_rows == rows["Prospecting"]["rows_without_amount"] + 1589


def test_the_leaderboard(sales: Service, expected: dict[str, Any]) -> None:
    data = sales.ask("leaderboard")["data"]
    assert [row["key"] for row in data] == list(expected["leaderboard_by_agent"])
    assert [row["place"] for row in data] == list(range(1, 31))
    assert not {row["key"] for row in data} & set(expected["agents_without_any_deal"])
