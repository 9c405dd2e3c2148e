"""Metrics over the life of leads: qualified month by month, handed over, answered; in whatever order it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from reporting_builders import Service, a_deal, a_workspace, an_event, an_id, deal_told, usd

from chassis import clock
from chassis.envelope import Event

MARCH = datetime(2026, 3, 10, 9, tzinfo=UTC)
MONTH = {"from": "2026-03-01", "to": "2026-03-31"}
BOB, EVE = an_id("user", "bob"), an_id("user", "eve")


@pytest.fixture
def service() -> Service:
    service = Service()
    service.hear(a_workspace())
    return service


def a_step(
    lead: str,
    to_stage: str,
    at: datetime = MARCH,
    sequence: int = 2,
    handoff: str | None = None,
    **marks: Any,
) -> Event:
    step = {"from_stage": "lead", "to_stage": to_stage, "changed_at": clock.to_text(at), "handoff": handoff}
    lead_id = an_id("lead", lead)
    moment = clock.to_text(at)
    record = {"id": lead_id, "version": sequence, "created_at": moment, "updated_at": moment, "status": "new"}
    return an_event(
        "lead.lifecycle_changed.v1", lead_id, sequence, record={**record, **marks}, reason=None, **step
    )


def a_lead(lead: str, at: datetime = MARCH, **marks: Any) -> Event:
    moment = clock.to_text(at)
    record = {
        "id": an_id("lead", lead),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
        "status": "new",
    }
    return an_event("lead.created.v1", record["id"], record={**record, **marks})


def an_answer(lead: str, hours: float, owner: str = BOB, **values: Any) -> Event:
    activity_id = an_id("activity")
    at = MARCH + timedelta(hours=hours)
    record = {"id": activity_id, "kind": "call", "direction": "outbound", "owner_id": owner}
    record |= {"occurred_at": clock.to_text(at), "record_ids": [an_id("lead", lead)], **values}
    return an_event(
        "activity.created.v1", activity_id, record=record, at=max(at, MARCH) + timedelta(minutes=1)
    )


def figures(service: Service, *names: str, **asked: Any) -> dict[str, Any]:
    rows = service.ask("metrics", names=list(names), **{**MONTH, **asked})["data"]
    return {row["name"]: row["value"] if row["value"] is not None else row.get("reason") for row in rows}


def groups(service: Service, name: str, group_by: str) -> dict[str | None, Any]:
    [row] = service.ask("metrics", names=[name], group_by=group_by, **MONTH)["data"]
    return {group["key"]: group["value"] for group in row["groups"]}


def test_velocity_is_this_month_beside_the_last(service: Service) -> None:
    february = MARCH - timedelta(days=28)
    service.hear(*(a_step(f"then {n}", "mql", february) for n in range(5)))
    service.hear(*(a_step(f"now {n}", "mql") for n in range(6)), a_step("other", "sql"))
    service.hear(
        a_step("now 0", "lead", MARCH + timedelta(days=1), 3),
        a_step("now 0", "mql", MARCH + timedelta(days=2), 4),
    )
    assert figures(service, "lead_velocity_rate") == {"lead_velocity_rate": 20.0}
    nothing = figures(service, "lead_velocity_rate", **{"from": "2026-02-01", "to": "2026-02-28"})
    assert "Leads qualified in the period before is 0" in nothing["lead_velocity_rate"]


def test_the_qualified_of_a_month_are_followed_to_the_end(service: Service) -> None:
    later = MARCH + timedelta(days=60)
    service.hear(*(a_step(str(n), "mql", source="fair" if n < 2 else "web") for n in range(4)))
    service.hear(
        a_step("0", "sql", later, 3), a_step("1", "customer", later, 3), a_step("9", "sql", later, 3)
    )
    won = a_deal(status="won", amount=usd(5), closed_on="2026-05-01", lead_id=an_id("lead", "2"))
    service.hear(deal_told(won))
    assert figures(service, "mql_to_sql_rate", "mql_to_customer_rate") == {
        "mql_to_sql_rate": 75.0,
        "mql_to_customer_rate": 50.0,
    }
    assert groups(service, "mql_to_sql_rate", "channel") == {"fair": 100.0, "web": 50.0}


def test_what_sales_answered_marketing(service: Service) -> None:
    answers = ["accepted", "accepted", "accepted", "rejected", "recycled"]
    stages = {"accepted": "sql", "rejected": "lead", "recycled": "lead"}
    service.hear(*(a_step(str(n), stages[one], handoff=one, source=one[:3]) for n, one in enumerate(answers)))
    assert figures(service, "handoff_acceptance_rate") == {"handoff_acceptance_rate": 60.0}
    assert groups(service, "handoff_acceptance_rate", "channel") == {"acc": 100.0, "rec": 0.0, "rej": 0.0}


def test_an_answer_is_the_first_of_a_person(service: Service) -> None:
    service.hear(*(a_lead(name) for name in "abcd"))
    service.hear(
        an_answer("a", 5), an_answer("a", 1, owner=EVE), an_answer("a", 9), an_answer("b", 3, kind="email")
    )
    service.hear(an_answer("c", 0.5, direction="inbound"), an_answer("c", 2, kind="task", occurred_at=None))
    planned = clock.to_text(MARCH + timedelta(days=9))
    service.hear(an_answer("d", 1, kind="meeting", occurred_at=planned))
    assert figures(service, "lead_response_time", "lead_response_time_p90") == {
        "lead_response_time": 2.0,
        "lead_response_time_p90": 2.8,
    }
    assert groups(service, "lead_response_time", "owner") == {BOB: 3.0, EVE: 1.0}


def test_a_lead_that_was_answered_before_it_was_written_down_waited_for_nothing(service: Service) -> None:
    service.hear(a_lead("a"), an_answer("a", -3))
    assert figures(service, "lead_response_time") == {"lead_response_time": 0.0}
    missing = figures(service, "lead_response_time", **{"from": "2026-01-01", "to": "2026-01-31"})
    assert missing == {"lead_response_time": "No lead of the period was answered yet."}


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_in_which_it_is_told_does_not_matter(order: tuple[int, ...]) -> None:
    told = [an_answer("a", 5), an_answer("a", 2), an_answer("a", 8)]
    service = Service()
    service.hear(a_workspace(), a_lead("a"), *(told[at] for at in order), batch=1)
    service.hear(*told)
    assert figures(service, "lead_response_time") == {"lead_response_time": 2.0}


def test_activities_about_very_many_leads_at_once_are_taken(service: Service) -> None:
    leads = [str(number) for number in range(1300)]
    service.hear(*(a_lead(name) for name in leads))
    of_all = [an_id("lead", name) for name in leads]
    calls = [
        an_answer("0", hours, record_ids=of_all[at : at + 50])
        for hours in (3, 1)
        for at in range(0, 1300, 50)
    ]
    assert service.hear(*calls).parked == 0
    assert figures(service, "lead_response_time", "lead_response_time_p90") == {
        "lead_response_time": 1.0,
        "lead_response_time_p90": 1.0,
    }
