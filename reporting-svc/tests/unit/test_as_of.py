"""Reports at a past instant: what they would have told then, whatever came later, late or in another order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from reporting_builders import Service, a_deal, a_pipeline, a_workspace, an_id, by_key, deal_told, usd

from chassis import clock
from chassis.errors import AppError

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
DAY = timedelta(days=1)
DEAL = an_id("deal", "one")


def at(days: float) -> str:
    return clock.to_text(MONDAY + days * DAY)


@pytest.fixture
def service() -> Service:
    """A deal that grew, was won, and was opened again; another one that came later; one that was deleted."""
    service = Service()
    stages = [("First", "open", 10), ("Won", "won", 100), ("Lost", "lost", 0)]
    service.hear(a_workspace(), a_pipeline("sales", *stages))
    first, won = an_id("stage", "First"), an_id("stage", "Won")

    def told(version: int, days: float, what: str = "created", deal_id: str = DEAL, **values: Any) -> Any:
        record = a_deal(deal_id, version=version, at=MONDAY + days * DAY, stage_id=first, **values)
        return deal_told(record, what=what)

    closed = {"status": "won", "closed_on": "2026-01-07", "stage_id": won}
    events = [
        told(1, 0, amount=usd(100)),
        told(2, 1, "properties_changed", amount=usd(150)),
        deal_told(a_deal(DEAL, version=3, at=MONDAY + 2 * DAY, amount=usd(150), **closed), what="won"),
        told(4, 3, "reopened", amount=usd(150)),
        told(1, 4, deal_id=an_id("deal", "two"), amount=usd(7)),
        told(1, 0.5, deal_id=an_id("deal", "gone"), amount=usd(1000)),
        told(2, 1.5, "deleted", deal_id=an_id("deal", "gone"), amount=usd(1000)),
    ]
    # Late and in another order it is the same past.
    service.hear(*reversed(events), batch=2)
    return service


def first_stage(service: Service, days: float | None) -> tuple[int, str | None]:
    report = service.ask("pipeline", **({} if days is None else {"as_of": at(days)}))
    row = by_key(report)["First"]
    return row["count"], row["value"]["amount"] if row["value"] else None


def test_the_pipeline_is_what_it_was(service: Service) -> None:
    assert [first_stage(service, days) for days in (0.1, 0.6, 1.2, 1.6, 2.5, 3.5, 4.5, None)] == [
        (1, "100.00"),
        (2, "1100.00"),
        (2, "1150.00"),
        (1, "150.00"),
        (0, "0.00"),
        (1, "150.00"),
        (2, "157.00"),
        (2, "157.00"),
    ]


def test_a_win_that_was_taken_back_counts_for_then(service: Service) -> None:
    def won(**asked: Any) -> Any:
        return service.ask("win_rate", **asked)["data"][0]["won"]

    assert [won(as_of=at(days)) for days in (1, 2.5, 3.5)] == [0, 1, 0]
    assert won() == 0
    leaders = service.ask("leaderboard", as_of=at(2.5))
    assert leaders["data"][0]["won_value"] == usd("150.00")
    assert service.ask("sales_cycle", as_of=at(2.5))["row_count"] == 1
    assert service.ask("attribution", as_of=at(2.5))["total"] == usd("150.00")


def test_it_says_which_instant_and_links_to_no_list_of_today(service: Service) -> None:
    report = service.ask("win_rate", group_by="quarter", as_of=at(2.5))
    assert (report["as_of"], report["records"]) == (at(2.5), None)
    assert [row["records"] for row in report["data"]] == [None]
    assert service.ask("win_rate")["as_of"] is None


def test_reports_that_are_built_look_back_as_well(service: Service) -> None:
    definition = {
        "dataset": "deals",
        "filter": "amount >= 100",
        "measures": [{"name": "value", "function": "sum", "field": "amount"}],
    }

    def value(**more: Any) -> Any:
        report = service.ask("run_report", definition={**definition, **more})
        return report["data"][0]["value"]

    assert value(as_of=at(0.6)) == usd("1100.00")
    assert value() == usd("150.00")
    kept = service.ask("create_custom_report", name="Then", definition={**definition, "as_of": at(0.6)})
    found = service.ask("run_custom_report", custom_report_id=kept["id"])
    assert (found["data"][0]["value"], found["as_of"]) == (usd("1100.00"), at(0.6))


def test_another_workspace_stays_unseen_and_the_next_question_is_about_now(service: Service) -> None:
    other = an_id("workspace", "other")
    theirs = a_deal(an_id("deal", "theirs"), at=MONDAY, stage_id=an_id("stage", "First"), amount=usd(5))
    service.hear(deal_told(theirs, workspace_id=other))
    assert first_stage(service, 0.1) == (1, "100.00")
    assert first_stage(service, None) == (2, "157.00")
    with pytest.raises(AppError):
        service.ask("pipeline", as_of=at(1), pipeline_id=an_id("pipeline", "nowhere"))
    assert first_stage(service, None) == (2, "157.00")


def test_what_will_be_is_not_known(service: Service) -> None:
    with pytest.raises(AppError) as refused:
        service.ask("pipeline", as_of=clock.to_text(clock.now() + DAY))
    assert refused.value.code == "reporting.as_of_in_future"
