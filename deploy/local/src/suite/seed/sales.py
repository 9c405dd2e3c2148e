"""What the invented company sells, and a hundred and twenty deals at every point of their life."""

from __future__ import annotations

import datetime
import random
from typing import Any

from suite.rest import Refused
from suite.seed.companies import SOURCES, Customers
from suite.seed.organisation import Staff
from suite.seed.writer import Writer

Row = dict[str, Any]

DEALS = 120

# Name, code, family, list price.
PRODUCTS = (
    ("Flow Starter", "FLW-S", "Flow", 4_800),
    ("Flow Business", "FLW-B", "Flow", 18_500),
    ("Flow Enterprise", "FLW-E", "Flow", 64_000),
    ("Sense Gateway", "SNS-G", "Sense", 2_900),
    ("Sense Analytics", "SNS-A", "Sense", 27_000),
    ("Care Plan Gold", "CAR-G", "Services", 9_600),
    ("Onboarding", "ONB", "Services", 7_500),
    ("Training Days", "TRN", "Services", 3_200),
)
LOST_REASONS = ("price", "competitor", "no budget", "no decision", "timing", "missing feature")
WON_REASONS = ("price", "product fit", "relationship", "speed")
COMPETITORS = ("Orbita", "Kestrel Suite", "Plan B Systems")
TYPES = ("new", "new", "new", "expansion", "renewal")
CALLS = (
    ("call", "Intro call", "connected"),
    ("call", "Follow-up call", "no_answer"),
    ("email", "Sent the proposal", None),
    ("meeting", "Demo with the team", None),
    ("note", "Budget is decided at the end of the quarter", None),
)
TASKS = (
    "Prepare the quote",
    "Call back about the contract",
    "Send references",
    "Book the workshop",
    "Check with legal",
)


def write(
    writer: Writer,
    chance: random.Random,
    today: datetime.date,
    staff: Staff,
    customers: Customers,
    currency: str,
) -> dict[str, Row]:
    """Returns the deals by external id."""
    products = writer.ensure("products", [_product(facts, currency) for facts in PRODUCTS])
    stages = _open_stages(writer)
    # Everything is drawn first, so that a run that goes on after an interruption draws the same.
    wanted = [_deal(number, chance, today, customers, products, currency) for number in range(DEALS)]
    fates = [_fate(chance, len(stages)) for _ in range(DEALS)]
    stories = [_story(chance, today) for _ in range(DEALS)]
    there = {row["external_id"] for row in writer.all_of("deals")}
    deals = writer.ensure("deals", wanted)
    fresh = [
        (deals[row["external_id"]], fate, story)
        for row, fate, story in zip(wanted, fates, stories, strict=True)
        if row["external_id"] not in there or _is_untouched(deals[row["external_id"]], fate, stages)
    ]
    writer.each(fresh, lambda one: _live(writer, stages, *one))
    return deals


def _product(facts: tuple[Any, ...], currency: str) -> Row:
    name, code, family, price = facts
    return {
        "external_id": f"demo-{code.lower()}",
        "name": name,
        "code": code,
        "family": family,
        "list_price": {"amount": f"{price}.00", "currency": currency},
    }


def _open_stages(writer: Writer) -> list[Row]:
    """The open stages of the default pipeline. A new workspace gets it by an event, moments after it was made."""

    def find() -> Row:
        found = next((row for row in writer.all_of("pipelines") if row["is_default"]), None)
        if found is None:
            raise Refused(503, {"title": "The default pipeline is not there yet", "code": "not_yet"})
        return found

    stages = writer.patiently(find)["stages"]
    return [stage for stage in sorted(stages, key=lambda stage: stage["position"]) if stage["kind"] == "open"]


def _deal(
    number: int,
    chance: random.Random,
    today: datetime.date,
    customers: Customers,
    products: dict[str, Row],
    currency: str,
) -> Row:
    place = chance.randrange(len(customers.accounts))
    account = customers.accounts[f"demo-account-{place:02}"]
    contact = customers.contacts[f"demo-contact-{2 * place + chance.randrange(2):02}"]
    name, code, _, price = chance.choice(PRODUCTS)
    opened = today - datetime.timedelta(days=chance.randrange(3, 180))
    # Rounded as people write it: 18,500 times 3 with a rebate is 52,000 in the books.
    amount = round(price * chance.choice((1, 1, 2, 3, 5)) * chance.uniform(0.85, 1.1), -2)
    return {
        "external_id": f"demo-deal-{number:03}",
        "name": f"{account['name']}: {name}",
        "account_id": account["id"],
        "contact_id": contact["id"],
        "product_id": products[f"demo-{code.lower()}"]["id"],
        # Some are not priced yet.
        "amount": None if chance.random() < 0.06 else {"amount": f"{amount:.2f}", "currency": currency},
        "type": chance.choice(TYPES),
        "owner_id": account["owner_id"],
        "team_id": account["team_id"],
        "source": chance.choice(SOURCES),
        "opened_on": opened.isoformat(),
        "expected_close_on": (today + datetime.timedelta(days=chance.randrange(-10, 90))).isoformat(),
        "next_step": chance.choice((*TASKS, None)),
    }


def _fate(chance: random.Random, open_stages: int) -> Row:
    """How far the deal has come, and how it ended if it did."""
    end = chance.choices(("open", "won", "lost"), weights=(55, 27, 18))[0]
    steps = chance.randrange(open_stages) if end == "open" else chance.randrange(1, open_stages)
    return {
        "steps": steps,
        "end": end,
        "reason": chance.choice(WON_REASONS if end == "won" else LOST_REASONS),
        "competitor": chance.choice((*COMPETITORS, None)) if end == "lost" else None,
    }


def _story(chance: random.Random, today: datetime.date) -> list[Row]:
    """What was done about the deal, and what is to be done."""
    noon = datetime.datetime.combine(today, datetime.time(12), datetime.UTC)
    done = []
    for kind, subject, outcome in chance.sample(CALLS, chance.randrange(0, 3)):
        moment = noon - datetime.timedelta(days=chance.randrange(1, 30), minutes=chance.randrange(0, 300))
        row: Row = {"kind": kind, "subject": subject, "occurred_at": _instant(moment)}
        if kind == "call":
            row |= {
                "direction": "outbound",
                "outcome": outcome,
                "duration_seconds": chance.randrange(40, 1500),
            }
        done.append(row)
    if chance.random() < 0.4:
        due = noon + datetime.timedelta(days=chance.randrange(-2, 14), hours=chance.randrange(0, 6))
        priority = chance.choice(("low", "medium", "high"))
        done.append(
            {"kind": "task", "subject": chance.choice(TASKS), "due_at": _instant(due), "priority": priority}
        )
    return done


def _instant(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _is_untouched(deal: Row, fate: Row, stages: list[Row]) -> bool:
    """A deal that an interrupted run opened, but did not move to where it belongs."""
    return bool(
        deal["status"] == "open"
        and deal["stage_id"] == stages[0]["id"]
        and (fate["steps"] or fate["end"] != "open")
    )


def _live(writer: Writer, stages: list[Row], deal: Row, fate: Row, story: list[Row]) -> None:
    """Moves the deal through its stages to its end, and tells its story."""
    path = f"/v1/deals/{deal['id']}"
    for stage in stages[1 : fate["steps"] + 1]:
        deal = _step(writer, f"{path}/move-stage", deal, {"stage_id": stage["id"]})
    if fate["end"] == "won":
        _step(writer, f"{path}/win", deal, {"reason": fate["reason"]})
    elif fate["end"] == "lost":
        competitor = {"competitor": fate["competitor"]} if fate["competitor"] else {}
        _step(writer, f"{path}/lose", deal, {"reason": fate["reason"], **competitor})
    records = [value for value in (deal["id"], deal["account_id"], deal["contact_id"]) if value]
    for row in story:
        body = {**row, "record_ids": records, "owner_id": deal["owner_id"]}
        writer.patiently(lambda body=body: writer.rest.post("/v1/activities", body))  # type: ignore[misc]


def _step(writer: Writer, path: str, deal: Row, body: Row) -> Row:
    return writer.patiently(lambda: writer.rest.post(path, {**body, "expected_version": deal["version"]}))
