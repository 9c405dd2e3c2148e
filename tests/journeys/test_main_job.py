"""The main job: a real data set comes in, every figure comes out exactly, and people work on it together."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from conftest import SHARED, Rapport
from playwright.sync_api import Page, expect

from suite.testing import eventually

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="the crm-sales data set is not beside this checkout"
)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SHARED / "expected.json").read_text())
    return found


@pytest.fixture(scope="module")
def imported(rapport: Rapport) -> Rapport:
    """The suite with the data set in it, and every event handled."""
    receipt = rapport("import", str(SHARED), "--mapping", "crm-sales")
    assert "1,480" in receipt or "1480" in receipt, receipt
    eventually(lambda: is_reported(rapport), within=120, what="every deal is in the reports")
    wait_until_drained(rapport)
    return rapport


def is_reported(rapport: Rapport) -> bool:
    stages = rapport.rest.get("/v1/reports/pipeline")["data"]
    return sum(int(stage["count"]) for stage in stages) == 8800


def wait_until_drained(rapport: Rapport) -> None:
    def drained() -> bool:
        state = json.loads(rapport("status", "-o", "json"))
        assert state["dead_letters"] == 0
        return sum(queue["messages"] for queue in state["queues"]) == 0

    eventually(drained, within=120, what="all events handled")


def rows(rapport: Rapport, group_by: str) -> dict[str | None, dict[str, Any]]:
    report = rapport.rest.get("/v1/reports/win-rate", group_by=group_by)
    assert report["formula"]
    assert report["row_count"] == 6711
    assert report["watermark"]["position"] > 0
    return {row["key"]: row for row in report["data"]}


def check(row: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Counts and money exactly, ratios to 1e-6."""
    assert (row["won"], row["lost"]) == (wanted["won"], wanted["lost"])
    assert Decimal(row["won_value"]["amount"]) == Decimal(str(wanted["won_value"]))
    assert row["won_value"]["currency"] == "USD"
    assert abs(float(row["win_rate"]) - wanted["win_rate"]) <= 1e-6


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("accounts", "accounts"),
        ("products", "products"),
        ("deals", "deals"),
    ],
)
def test_rows_are_all_there(imported: Rapport, expected: dict[str, Any], path: str, name: str) -> None:
    assert imported.rest.get(f"/v1/{path}", count="true", limit=1)["total"] == expected["rows"][name]


def test_people_and_regions_are_all_there(imported: Rapport, expected: dict[str, Any]) -> None:
    users = imported.rest.get("/v1/users", limit=200)["data"]
    names = {user["name"] for user in users}
    assert set(expected["agents_without_any_deal"]) <= names
    assert len([user for user in users if user["role"] == "rep"]) == expected["rows"]["sales_agents"]
    assert len([user for user in users if user["role"] == "manager"]) == expected["rows"]["managers"]
    teams = imported.rest.get("/v1/teams", limit=200)["data"]
    assert len([team for team in teams if team["parent_id"] is None]) == expected["rows"]["regional_offices"]


def test_deals_stand_where_they_stood(imported: Rapport, expected: dict[str, Any]) -> None:
    pipeline = the_pipeline(imported)
    report = imported.rest.get("/v1/reports/pipeline", pipeline_id=pipeline["id"])
    assert {row["key"]: row["count"] for row in report["data"]} == expected["deals_by_stage"]
    board = imported.rest.get(f"/v1/pipelines/{pipeline['id']}/board")
    assert {stage["name"]: stage["count"] for stage in board["stages"]} == expected["deals_by_stage"]
    without = imported.rest.get("/v1/deals", filter="account_id = null", count="true", limit=1)
    assert without["total"] == expected["deals_without_account"]
    probabilities = {stage["name"]: stage["probability"] for stage in pipeline["stages"]}
    assert probabilities == {"Prospecting": 10, "Engaging": 40, "Won": 100, "Lost": 0}


def the_pipeline(rapport: Rapport) -> dict[str, Any]:
    found = rapport.rest.get("/v1/pipelines", filter='name = "CRM sales"')["data"]
    assert len(found) == 1
    pipeline: dict[str, Any] = found[0]
    return pipeline


def test_subsidiaries_have_their_parents(imported: Rapport, expected: dict[str, Any]) -> None:
    found = imported.rest.get("/v1/accounts", filter="parent_id != null", count="true", limit=1)
    assert found["total"] == expected["subsidiaries"]


def test_the_win_rate_of_all(imported: Rapport, expected: dict[str, Any]) -> None:
    [row] = rows(imported, "none").values()
    wanted = {
        "won": expected["deals_by_stage"]["Won"],
        "lost": expected["deals_by_stage"]["Lost"],
        "won_value": expected["won_value_total"],
        "win_rate": expected["win_rate_of_closed"],
    }
    check(row, wanted)
    mean = Decimal(row["won_value"]["amount"]) / row["won"]
    assert abs(float(mean) - expected["mean_won_value"]) <= 1e-4


@pytest.mark.parametrize(
    ("group_by", "name"),
    [
        ("quarter", "by_close_quarter"),
        ("owner", "leaderboard_by_agent"),
        ("manager", "by_manager"),
        ("region", "by_region"),
        ("product", "by_product"),
        ("industry", "by_sector_deals_with_account"),
    ],
)
def test_the_win_rate_by(imported: Rapport, expected: dict[str, Any], group_by: str, name: str) -> None:
    found = rows(imported, group_by)
    assert set(found) == set(expected[name])
    for key, wanted in expected[name].items():
        check(found[key], wanted)


def test_the_win_rate_by_account(imported: Rapport, expected: dict[str, Any]) -> None:
    found = rows(imported, "account")
    for key, wanted in expected["top_accounts_by_won_value"].items():
        check(found[key], wanted)
    best = sorted(found.values(), key=lambda row: -Decimal(row["won_value"]["amount"]))
    assert [row["key"] for row in best[:10]] == list(expected["top_accounts_by_won_value"])


@pytest.mark.parametrize(
    "group_by", ["none", "owner", "manager", "region", "product", "industry", "account", "quarter"]
)
def test_behind_each_row_are_its_records(imported: Rapport, group_by: str) -> None:
    row = next(iter(rows(imported, group_by).values()))
    listed = imported.rest.get(f"{row['records']}&count=true&limit=1")
    assert listed["total"] == row["won"] + row["lost"]


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_the_sales_cycle(imported: Rapport, expected: dict[str, Any], outcome: str) -> None:
    report = imported.rest.get("/v1/reports/sales-cycle", outcome=outcome)
    assert abs(float(report["data"]["mean_days"]) - expected[f"mean_sales_cycle_days_{outcome}"]) <= 1e-4


def test_the_leaderboard_is_in_order(imported: Rapport, expected: dict[str, Any]) -> None:
    data = imported.rest.get("/v1/reports/leaderboard")["data"]
    best = sorted(expected["leaderboard_by_agent"].items(), key=lambda item: -item[1]["won_value"])
    assert [row["key"] for row in data[: len(best)]] == [name for name, _ in best]


def test_a_deal_has_the_days_of_its_file(imported: Rapport) -> None:
    [deal] = imported.rest.get("/v1/deals", filter='external_id = "1C1I7A6R"')["data"]
    assert (deal["opened_on"], deal["closed_on"], deal["amount"]) == (
        "2016-10-20",
        "2017-03-01",
        {"amount": "1054.00", "currency": "USD"},
    )
    history = imported.rest.get(f"/v1/deals/{deal['id']}/stage-history")["data"]
    assert [(step["to_stage"], step["moved_on"]) for step in history] == [
        ("Engaging", "2016-10-20"),
        ("Won", "2017-03-01"),
    ]


# What a job that changed nothing tells all the same: that it ended, and to whom.
OF_THE_JOB_ITSELF = {"job.completed.v1", "run.completed.v1", "notification.created.v1"}


def test_a_second_run_changes_nothing_and_says_so(imported: Rapport) -> None:
    wait_until_drained(imported)
    before = imported.rest.get("/v1/events", after="latest")["position"]
    receipt = imported("import", str(SHARED), "--mapping", "crm-sales")
    assert "unchanged" in receipt
    job = imported.rest.get("/v1/jobs", limit=1)["data"][0]
    assert (job["status"], job["created"], job["updated"], job["failed"]) == ("completed", 0, 0, 0)
    assert job["total"] == job["unchanged"] + job["skipped"]

    def told() -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = imported.rest.get("/v1/events", after=before, limit=200)["data"]
        return events

    eventually(lambda: any(job["id"] == event["subject"] for event in told()), what="the job tells its end")
    wait_until_drained(imported)
    assert {event["type"] for event in told()} <= OF_THE_JOB_ITSELF


def test_a_move_in_one_browser_shows_in_another_and_makes_one_task(
    imported: Rapport, sign_in: Callable[[], Page]
) -> None:
    rest = imported.rest
    [pipeline] = rest.get("/v1/pipelines", filter="is_default = true")["data"]
    proposal = next(stage for stage in pipeline["stages"] if stage["name"] == "Proposal")
    deal = rest.post(
        "/v1/deals",
        {
            "name": "Harbour crane",
            "pipeline_id": pipeline["id"],
            "amount": {"amount": "60000", "currency": "USD"},
        },
    )
    first, second = sign_in(), sign_in()
    for page in (first, second):
        page.goto(f"{imported.endpoints['http']}/board/{pipeline['id']}")
        expect(page.get_by_test_id(f"deal-{deal['id']}")).to_be_visible()
    first.get_by_test_id(f"move-{deal['id']}").click()
    first.get_by_test_id(f"move-to-{proposal['id']}").click()
    for page in (first, second):
        card = page.get_by_test_id(f"stage-{proposal['id']}").get_by_test_id(f"deal-{deal['id']}")
        expect(card).to_be_visible(timeout=15_000)

    def tasks() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = rest.get(
            "/v1/activities", filter=f'kind = "task" AND record_id = "{deal["id"]}"'
        )["data"]
        return found

    eventually(tasks, within=30, what="the task that automation makes")
    wait_until_drained(imported)
    [task] = tasks()
    first.goto(f"{imported.endpoints['http']}/deals/{deal['id']}")
    expect(first.get_by_text(task["subject"]).first).to_be_visible()


def test_a_deal_is_moved_by_keyboard_alone(imported: Rapport, sign_in: Callable[[], Page]) -> None:
    rest = imported.rest
    [pipeline] = rest.get("/v1/pipelines", filter="is_default = true")["data"]
    deal = rest.post("/v1/deals", {"name": "Tug boat", "pipeline_id": pipeline["id"]})
    page = sign_in()
    page.goto(f"{imported.endpoints['http']}/board/{pipeline['id']}")
    card = page.get_by_test_id(f"deal-{deal['id']}")
    card.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    after = pipeline["stages"][1]["id"]
    eventually(
        lambda: rest.get(f"/v1/deals/{deal['id']}")["stage_id"] == after, within=20, what="the deal moved"
    )


def test_the_dashboard_shows_the_same(
    imported: Rapport, expected: dict[str, Any], sign_in: Callable[[], Page]
) -> None:
    page = sign_in()
    page.goto(f"{imported.endpoints['http']}/dashboard")
    best = next(iter(expected["leaderboard_by_agent"]))
    expect(page.get_by_text(best).first).to_be_visible()
