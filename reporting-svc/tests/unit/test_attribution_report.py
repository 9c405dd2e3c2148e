"""The attribution report: whose touches count, what nobody was seen for, spend beside it, and sums to the cent."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reporting_builders import (
    START,
    Service,
    a_deal,
    a_workspace,
    an_event,
    an_id,
    deal_told,
    usd,
)

from chassis import clock
from chassis.envelope import Event
from messages.reporting import ATTRIBUTION_MODELS
from reporting.domain.attribution import FORMULAS

DAY = timedelta(days=1)
LEAD, CONTACT, ACCOUNT = an_id("lead", "ada"), an_id("contact", "ada"), an_id("account", "wind")


def after(days: float) -> datetime:
    return START + days * DAY


def a_touch(person_id: str | None, days: float, source: str | None = None, **values: Any) -> Event:
    at = clock.to_text(after(days))
    signal_id = values.pop("id", None) or an_id("signal")
    record = {
        "id": signal_id,
        "version": values.pop("version", 1),
        "created_at": at,
        "updated_at": at,
        "kind": "page_view",
        "occurred_at": at,
        "record_id": person_id,
        "source": source,
        **values,
    }
    what = "created" if record["version"] == 1 else "properties_changed"
    return an_event(f"signal.{what}.v1", signal_id, record["version"], record=record)


def a_lead(lead_id: str = LEAD, days: float = 0, **values: Any) -> Event:
    at = clock.to_text(after(days))
    record = {
        "id": lead_id,
        "version": 1,
        "created_at": at,
        "updated_at": at,
        "status": "converted",
        **values,
    }
    return an_event("lead.created.v1", lead_id, record=record)


def won(amount: str | None, days: float, **values: Any) -> Event:
    values = {"created_at": after(0), "lead_id": LEAD, **values}
    closed_on = after(days).date().isoformat()
    money = None if amount is None else usd(amount)
    return deal_told(a_deal(status="won", amount=money, closed_on=closed_on, **values))


def spent(channel: str, amount: str, **values: Any) -> Event:
    spend_id = an_id("spend")
    at = clock.to_text(START)
    record = {"id": spend_id, "version": 1, "created_at": at, "updated_at": at, "channel": channel}
    record |= {"kind": "marketing", "amount": usd(amount), "spent_on": START.date().isoformat(), **values}
    return an_event("spend.created.v1", spend_id, record=record)


@pytest.fixture
def service() -> Service:
    service = Service()
    service.hear(a_workspace())
    return service


def credits(service: Service, model: str = "linear", **asked: Any) -> dict[str | None, str]:
    report = service.ask("attribution", model=model, **asked)
    assert sum(Decimal(row["credit"]["amount"]) for row in report["data"]) == Decimal(
        report["total"]["amount"]
    )
    return {row["key"]: row["credit"]["amount"] for row in report["data"]}


def test_every_model_has_its_formula() -> None:
    assert set(FORMULAS) == set(ATTRIBUTION_MODELS)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("original_source", {"fair": "1000.00"}),
        ("first_touch", {"google": "1000.00"}),
        ("last_touch", {"mail": "1000.00"}),
        ("linear", {"google": "333.34", "web": "333.33", "mail": "333.33"}),
        ("u_shaped", {"google": "400.00", "web": "400.00", "mail": "200.00"}),
    ],
)
def test_the_touches_of_a_lead_share_its_deal(service: Service, model: str, expected: dict[str, str]) -> None:
    service.hear(a_lead(days=5, source="fair"))
    service.hear(*(a_touch(LEAD, day, source) for day, source in ((1, "google"), (5, "web"), (8, "mail"))))
    service.hear(a_touch(LEAD, 30, "late"), a_touch(an_id("lead", "other"), 2, "other"))
    service.hear(won("1000", 10, created_at=after(6)))
    assert credits(service, model) == expected


def test_people_are_the_contact_and_the_leads_that_became_the_account(service: Service) -> None:
    converted = an_id("lead", "colleague")
    service.hear(a_lead(converted, account_id=ACCOUNT), a_touch(converted, 1, "google"))
    service.hear(a_touch(CONTACT, 2, "mail"))
    service.hear(won("10", 5, lead_id=None, contact_id=CONTACT, account_id=ACCOUNT))
    assert credits(service) == {"google": "5.00", "mail": "5.00"}


def test_a_visitor_counts_once_it_is_known_who_that_was(service: Service) -> None:
    signal = an_id("signal", "first")
    service.hear(a_touch(None, 1, "google", id=signal), won("10", 5, source="deal"))
    assert credits(service) == {"deal": "10.00"}
    service.hear(a_touch(LEAD, 1, "google", id=signal, version=2))
    assert credits(service) == {"google": "10.00"}


def test_where_nobody_was_seen_the_source_of_the_lead_or_the_deal_counts(service: Service) -> None:
    service.hear(a_lead(source="fair"), won("10", 5, source="deal"))
    service.hear(won("20", 5, lead_id=None, source="deal"), won("40", 5, lead_id=None))
    assert credits(service, "w_shaped") == {"fair": "10.00", "deal": "20.00", None: "40.00"}
    assert credits(service, group_by="campaign") == {None: "70.00"}


def test_what_cannot_be_summed_is_counted(service: Service) -> None:
    euros = {"amount": {"amount": "10", "currency": "EUR"}}
    service.hear(
        won("10", 5, source="a"),
        won(None, 5),
        deal_told(a_deal(status="won", closed_on="2026-01-06", **euros)),
    )
    report = service.ask("attribution")
    assert (report["row_count"], report["rows_without_amount"], report["rows_in_other_currencies"]) == (
        3,
        1,
        1,
    )
    assert report["total"] == usd("10.00")


def test_spend_stands_beside_what_it_brought(service: Service) -> None:
    service.hear(won("900", 5, source="google"), won("50", 5, lead_id=None, source="word of mouth"))
    service.hear(spent("google", "200"), spent("google", "100"), spent("fair", "80"))
    service.hear(spent("fair", "999", spent_on="2020-01-01"))
    report = service.ask("attribution", **{"from": "2026-01-01", "to": "2026-12-31"})
    rows = {row["key"]: (row["roas"], row["roi"], row.get("reason")) for row in report["data"]}
    assert rows["google"] == (3.0, 2.0, None)
    assert rows["fair"] == (0.0, -1.0, None)
    assert rows["word of mouth"] == (None, None, "Nothing was spent here in this period.")
    assert [row["key"] for row in report["data"]] == ["google", "word of mouth", "fair"]


def test_only_deals_won_in_the_period_count(service: Service) -> None:
    service.hear(won("1", 1, source="a"), won("2", 40, source="a"), won("4", 80, source="a"))
    period = {"from": after(39).date().isoformat(), "to": after(40).date().isoformat()}
    assert credits(service, **period) == {"a": "2.00"}


moments = st.floats(0, 60)
sources = st.sampled_from(["google", "mail", "fair", None])
deals = st.fixed_dictionaries(
    {
        "amount": st.decimals(0, 100_000, places=2),
        "days": moments,
        "opened": moments,
        "person": st.sampled_from([LEAD, CONTACT, None]),
        "source": sources,
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    won_deals=st.lists(deals, min_size=1, max_size=5),
    touches=st.lists(st.tuples(st.sampled_from([LEAD, CONTACT, None]), moments, sources), max_size=8),
    lead=st.none() | st.tuples(moments, sources),
)
def test_credits_are_the_revenue_in_every_case(
    won_deals: list[dict[str, Any]], touches: list[tuple[Any, ...]], lead: tuple[float, str | None] | None
) -> None:
    service = Service()
    service.hear(a_workspace(), *(a_touch(*touch) for touch in touches))
    if lead is not None:
        service.hear(a_lead(days=lead[0], source=lead[1], contact_id=CONTACT))
    for deal in won_deals:
        about = {"lead_id": None, "contact_id": None}
        about |= {"lead_id": LEAD} if deal["person"] == LEAD else {"contact_id": deal["person"]}
        service.hear(
            won(
                str(deal["amount"]),
                deal["days"],
                created_at=after(deal["opened"]),
                source=deal["source"],
                **about,
            )
        )
    revenue = sum(deal["amount"] for deal in won_deals)
    for model in ATTRIBUTION_MODELS:
        for group_by in ("source", "campaign"):
            assert sum(map(Decimal, credits(service, model, group_by=group_by).values())) == revenue
