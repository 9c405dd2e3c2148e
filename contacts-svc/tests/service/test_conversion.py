"""Conversion through running services: whole or not at all, once, whoever dies or asks at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chassis.context import Context
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "First", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def crm(suite: Suite) -> Suite:
    return suite.start("contacts", "deals")


def a_workspace(crm: Suite) -> Context:
    ctx = a_caller()
    crm.call("deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True)
    return ctx


def a_lead(crm: Suite, ctx: Context) -> dict[str, Any]:
    lead: dict[str, Any] = crm.call(
        "contacts", "create_lead", ctx, last_name="Berg", company="Wind AG", email="ada@wind.example"
    )
    return lead


def convert(crm: Suite, ctx: Context, lead: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = crm.call("contacts", "convert_lead", ctx, lead_id=lead["id"])
    return found


def the_deal(crm: Suite, ctx: Context, lead: dict[str, Any]) -> str:
    """The deal of a converted lead, once deals-svc has told it."""

    def noted() -> str | None:
        deal_id: str | None = crm.call("contacts", "get_lead", ctx, lead_id=lead["id"])["deal_id"]
        return deal_id

    return eventually(noted, what="the deal of the lead")


def counts(crm: Suite, ctx: Context) -> dict[str, int]:
    kinds = {"accounts": "contacts", "contacts": "contacts", "deals": "deals"}
    return {
        kind: len(crm.call(service, f"list_{kind}", ctx, limit=200)["data"])
        for kind, service in kinds.items()
    }


def test_a_lead_that_is_converted_has_one_of_each(crm: Suite) -> None:
    ctx = a_workspace(crm)
    lead = a_lead(crm, ctx)
    converted = convert(crm, ctx, lead)
    deal = crm.call("deals", "get_deal", ctx, deal_id=the_deal(crm, ctx, lead))
    assert (deal["account_id"], deal["contact_id"], deal["lead_id"]) == (
        converted["account_id"],
        converted["contact_id"],
        lead["id"],
    )
    assert counts(crm, ctx) == {"accounts": 1, "contacts": 1, "deals": 1}


def test_twenty_that_convert_at_once_make_one(crm: Suite) -> None:
    ctx = a_workspace(crm)
    lead = a_lead(crm, ctx)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: convert(crm, ctx, lead), range(20)))
    assert len({(one["account_id"], one["contact_id"]) for one in found}) == 1
    the_deal(crm, ctx, lead)
    assert counts(crm, ctx) == {"accounts": 1, "contacts": 1, "deals": 1}


def test_two_leads_of_one_person_that_convert_at_once_make_one(crm: Suite) -> None:
    ctx = a_workspace(crm)
    leads = [a_lead(crm, ctx) for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda lead: convert(crm, ctx, lead), leads))
    assert len({(one["account_id"], one["contact_id"]) for one in found}) == 1
    assert {kind: counts(crm, ctx)[kind] for kind in ("accounts", "contacts")} == {
        "accounts": 1,
        "contacts": 1,
    }


@pytest.mark.parametrize("killed", ["deals", "contacts"])
def test_a_service_that_dies_in_the_middle_only_delays_it(crm: Suite, killed: str) -> None:
    ctx = a_workspace(crm)
    lead = a_lead(crm, ctx)
    if killed == "deals":
        crm.processes["deals"].kill()
        convert(crm, ctx, lead)
    else:
        convert(crm, ctx, lead)
        crm.processes["contacts"].kill()
    crm.processes[killed].start()
    the_deal(crm, ctx, lead)
    assert counts(crm, ctx) == {"accounts": 1, "contacts": 1, "deals": 1}
    convert(crm, ctx, lead)
    assert counts(crm, ctx) == {"accounts": 1, "contacts": 1, "deals": 1}
