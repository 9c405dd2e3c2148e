"""Attribution across running services: a visitor becomes a lead, the lead a customer, and the touches count."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


def credits(suite: Suite, ctx: Context, model: str) -> dict[str | None, str]:
    report: dict[str, Any] = suite.call("reporting", "attribution", ctx, model=model)
    return {row["key"]: row["credit"]["amount"] for row in report["data"] if row["credit"]}


def test_the_touches_of_a_visitor_share_the_deal(suite: Suite) -> None:
    suite.start("contacts", "deals", "activities", "reporting")
    ctx = a_caller()
    suite.call("deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True)

    def signal(number: int, source: str, **who: str) -> dict[str, Any]:
        return {"event_id": f"e-{number}", "kind": "page_view", "visitor_id": "v-1", "source": source, **who}

    first = suite.call("activities", "receive_signals", ctx, signals=[signal(1, "google"), signal(2, "mail")])
    assert [one["outcome"] for one in first["data"]] == ["accepted", "accepted"]
    lead = suite.call("contacts", "create_lead", ctx, last_name="Berg", company="Wind AG", source="fair")
    suite.call("activities", "receive_signals", ctx, signals=[signal(3, "web", record_id=lead["id"])])
    amount = {"amount": "100", "currency": "USD"}
    suite.call("contacts", "convert_lead", ctx, lead_id=lead["id"], amount=amount)

    def adopted() -> str | None:
        deal_id: str | None = suite.call("contacts", "get_lead", ctx, lead_id=lead["id"])["deal_id"]
        return deal_id

    deal_id = eventually(adopted, what="the deal of the lead")
    version = suite.call("deals", "get_deal", ctx, deal_id=deal_id)["version"]
    suite.call("deals", "win_deal", ctx, deal_id=deal_id, expected_version=version)
    shared = {"google": "33.34", "mail": "33.33", "web": "33.33"}
    eventually(lambda: credits(suite, ctx, "linear") == shared, what="the credits of three touches")
    assert credits(suite, ctx, "first_touch") == {"google": "100.00"}
    assert credits(suite, ctx, "original_source") == {"fair": "100.00"}
