"""The worked cases: what a CRM is for, each with what is given, what must come out exactly, and what came out."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from stage import Person, Stage, at_last

from messages.periods import days_of

MONEY = "USD"
CRM_SALES = Path(__file__).parents[3] / "shared" / "data" / "crm-sales"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """One worked case. `play` brings about what is given and returns what came out; it must equal `expected`.

    `see` says where a person finds the same in the interface. A case that `needs` data which is not beside this
    checkout is skipped, and says so.
    """

    number: str
    given: str
    expected: Any
    see: str
    play: Callable[[Stage], Any]
    needs: Path | None = None

    @property
    def missing(self) -> str | None:
        """Why it cannot be played here; None when it can."""
        return (
            None
            if self.needs is None or self.needs.is_dir()
            else f"{self.needs.name} is not beside this checkout"
        )


CASES: list[Case] = []


def case(
    number: str, given: str, expected: Any, see: str, needs: Path | None = None
) -> Callable[[Callable[[Stage], Any]], Callable[[Stage], Any]]:
    """A worked case, played by the function below."""

    def note(play: Callable[[Stage], Any]) -> Callable[[Stage], Any]:
        CASES.append(Case(number, given, expected, see, play, needs))
        return play

    return note


# The first of all: what it looks at is everything there is.
@case(
    "20",
    "94 records, 90 % complete; 4 of 98 twice; 6 of 100 twice; then 89 % complete, looked at twice",
    {
        "90 % complete": [90.0, 0.0, []],
        "4 of 98": [90.408, 4.082, []],
        "6 of 100": [90.6, 6.0, ["6.0 % of the accounts and contacts are duplicates"]],
        "89 % complete": [
            89.0,
            6.0,
            ["6.0 % of the accounts and contacts are duplicates", "Only 89.0 % of the key fields are filled"],
        ],
    },
    "the administrators' inbox",
)
def data_quality(stage: Stage) -> Any:
    admin = stage.person("Quin")
    stage.settled()
    account = {"name": "Twenty", "domain": "twenty.example", "industry": "energy", "country": "DE"}
    stage.post("/v1/accounts", {**account, "employee_count": 20, "owner_id": admin.id})
    (made,) = stage.get("/v1/accounts", filter='name = "Twenty"')["data"]

    def contact(number: int, title: str | None = "CEO") -> str:
        values = {
            "last_name": f"Twenty {number}",
            "email": f"{number}@twenty.example",
            "phone": "+4930123456",
            "title": title,
            "account_id": made["id"],
            "owner_id": admin.id,
        }
        return str(stage.post("/v1/contacts", values)["id"])

    def looked() -> list[Any]:
        quality = stage.post("/v1/data-quality/check", {})
        stage.effects_done()
        return [
            quality["completeness"],
            quality["duplicate_share"],
            sorted(admin.inbox("data_quality", quality["id"])),
        ]

    ids = [contact(number, "CEO" if number >= 47 else None) for number in range(93)]
    found = {"90 % complete": looked()}
    for number in range(4):
        contact(number)
    found["4 of 98"] = looked()
    for number in (4, 5):
        contact(number)
    found["6 of 100"] = looked()
    for contact_id in ids[47:55]:
        stage.change(f"/v1/contacts/{contact_id}", {"title": None})
    found["89 % complete"] = looked()
    assert looked() == found["89 % complete"], "told once a crossing"
    return found


@case(
    "1-3",
    "in 2019 four customers buy once for 1,200; of 8 terms due 6 are renewed; 3 of 10 contracts of 1,200 grow by 400",
    {
        "clv": "4800.00",
        "adjusted_clv": "5280.00",
        "customer_lifespan": 4.0,
        "by hand": ["4800.00", "5280.00"],
    },
    "Metrics, customers",
)
def lifetime_value(stage: Stage) -> Any:
    accounts = [stage.account(f"Three {number}") for number in range(10)]
    for account in accounts[:4]:
        stage.post(
            "/v1/purchases", {"account_id": account, "amount": usd("1200"), "purchased_on": "2019-05-01"}
        )
    contracts = [
        stage.contract(account, "1200", "2018-06-01", "2019-05-31" if number < 8 else "2021-05-31")
        for number, account in enumerate(accounts)
    ]
    for contract in contracts[:6]:
        stage.act("contracts", contract, "renew", ends_on="2021-05-31")
    for contract in contracts[:3]:
        stage.act("contracts", contract, "change-arr", arr=usd("1600"), on="2019-09-01")
    names = ("clv", "adjusted_clv", "customer_lifespan")
    lifespan = 1 / (1 - Decimal(6) / 8)
    by_hand = [
        Decimal(4 * 1200) / 4 * (Decimal(4) / 4 / 1) * lifespan,
        (Decimal(10 * 1200) / 10 + Decimal(3) / 10 * (Decimal(3 * 400) / 3)) * lifespan,
    ]
    wanted = {"clv": "4800.00", "adjusted_clv": "5280.00", "customer_lifespan": 4.0}
    found = at_last(lambda: stage.figures(*names, since="2019-01-01", until="2019-12-31"), wanted)
    for contract in contracts:
        stage.act("contracts", contract, "cancel", on="2021-06-01", reason="The example is over.")
    return {**found, "by hand": [f"{value:.2f}" for value in by_hand]}


@case(
    "4",
    "in 2017 60,000 are spent and 50 customers won, who bring 200 a month; gross margin 80 %",
    {"cac": "1200.00", "mrr_per_customer": "200.00", "cac_payback": 7.5, "target met": True},
    "Metrics, acquisition",
)
def payback(stage: Stage) -> Any:
    for channel, kind, amount in (("Search", "marketing", "45000"), ("Fairs", "sales", "15000")):
        spend = {"channel": channel, "kind": kind, "amount": usd(amount), "spent_on": "2017-03-01"}
        stage.post("/v1/spend-entries", spend)
    names = [f"Four {number}" for number in range(50)]
    stage.imports("accounts.csv", "\n".join(["Name", *names]) + "\n", object="accounts", key="name")
    rows = [f"{name},Closed Won,{name},2017-02-01,2017-04-01" for name in names]
    header = "Name,Stage,Account,Opened on,Closed on"
    stage.imports("deals.csv", "\n".join([header, *rows]) + "\n", object="deals", key="name")
    (account,) = stage.get("/v1/accounts", filter='name = "Four 0"')["data"]
    contract = stage.contract(account["id"], "2400", "2017-04-01", "2018-03-31")
    shown = ("cac", "mrr_per_customer", "cac_payback")
    wanted: dict[str, Any] = {"cac": "1200.00", "mrr_per_customer": "200.00", "cac_payback": 7.5}
    period = {"since": "2017-01-01", "until": "2017-12-31", "gross_margin": "80"}
    found = at_last(lambda: stage.figures(*shown, **period), wanted)
    stage.act("contracts", contract, "cancel", on="2018-04-01", reason="The example is over.")
    (row,) = stage.metrics("cac_payback", **period)
    return {**found, "target met": row.get("is_target_met")}


@case(
    "5",
    "a lead of a company of 300 asks for a demo and looks at the prices twice; then it is converted, twice",
    {
        "score": [15 + 30, 55, 65],
        "lifecycle": ["lead -> mql", "mql -> opportunity"],
        "deals of the lead": 1,
        "owners, one after the other": 2,
        "told": ["Ada Five is qualified: score 65"],
        "with context": "Five GmbH · Pages: Prices",
        "converted": {
            "accounts": 1,
            "contacts": 1,
            "deals": 1,
            "the deal's account": True,
            "again": "the same",
        },
    },
    "the lead's ledger and timeline, the owner's inbox, the board",
)
def qualified_lead(stage: Stage) -> Any:
    sellers = [stage.person(name) for name in ("Sue", "Tim")]
    stage.post("/v1/teams", {"name": "Five", "member_ids": [seller.id for seller in sellers]})
    (recipe,) = stage.get("/v1/workflows", filter='recipe = "lead_qualified"')["data"]
    actions = [
        {**action, "pool": "team:Five"} if action["type"] == "assign_owner" else action
        for action in recipe["actions"]
    ]
    stage.change(f"/v1/workflows/{recipe['id']}", {"actions": actions})
    stage.settled()
    lead = {"first_name": "Ada", "last_name": "Five", "company": "Five GmbH", "employee_count": 300}
    (rule,) = stage.get("/v1/workflows", filter='recipe = "lead_assignment"')["data"]
    # Who gets it is to come out when it is qualified, not when it comes in.
    stage.act("workflows", rule["id"], "disable")
    first = stage.post("/v1/leads", {**lead, "email": "ada@five.example"})["id"]
    second = stage.post("/v1/leads", {**lead, "first_name": "Bea"})["id"]
    stage.settled()
    path = f"/v1/leads/{first}"
    number = itertools.count()

    def gives(lead_id: str, **signal: str) -> int:
        signal = {"event_id": f"five-{next(number)}", "record_id": lead_id, **signal}
        stage.post("/v1/signals", {"signals": [signal]})
        wanted = stage.get(f"/v1/leads/{lead_id}/score")["score"] if stage.settled() is None else 0
        at_last(lambda: stage.get(f"/v1/leads/{lead_id}")["score"], wanted)
        return int(stage.get(f"/v1/leads/{lead_id}")["score"])

    prices = {"kind": "page_view", "url": "https://acme.example/pricing", "title": "Prices"}
    demo = {"kind": "demo_request", "title": "Demo"}
    scores = [gives(first, **demo), gives(first, **prices), gives(first, **prices)]
    for signal in (demo, prices, prices):
        gives(second, **signal)
    stage.effects_done()
    deals = f'lead_id = "{first}"'
    owner = next(seller for seller in sellers if seller.id == stage.get(path)["owner_id"])
    found: dict[str, Any] = {"score": scores}
    of_the_lead = len(stage.all("/v1/deals", filter=deals))
    owners = {stage.get(f"/v1/leads/{lead_id}")["owner_id"] for lead_id in (first, second)}
    told = owner.told("lead_qualified", first)
    converted = stage.post(f"{path}/convert", {})
    again = stage.post(f"{path}/convert", {})
    at_last(lambda: stage.get(path)["deal_id"] is not None, True)
    stage.effects_done()
    steps = [f"{step['from_stage']} -> {step['to_stage']}" for step in stage.get(f"{path}/lifecycle")["data"]]
    deal = stage.get(f"/v1/deals/{stage.get(path)['deal_id']}")
    same = all(again[name] == converted[name] for name in ("account_id", "contact_id"))
    return {
        **found,
        "lifecycle": steps,
        "deals of the lead": of_the_lead,
        "owners, one after the other": len(owners - {None}),
        "told": [one["title"] for one in told],
        "with context": told[0]["body"] if told else None,
        "converted": {
            "accounts": len(stage.all("/v1/accounts", filter='name = "Five GmbH"')),
            "contacts": len(stage.all("/v1/contacts", filter='email = "ada@five.example"')),
            "deals": len(stage.all("/v1/deals", filter=deals)),
            "the deal's account": deal["account_id"] == converted["account_id"],
            "again": "the same" if same else "another",
        },
    }


@case(
    "5b",
    "a lead with an open deal is converted, one without, and one that is to have none",
    {"with a deal": 1, "without": 1, "not wanted": 0, "its own": True},
    "the lead's page, the board",
)
def converted_leads(stage: Stage) -> Any:
    def lead(name: str) -> str:
        return str(stage.post("/v1/leads", {"last_name": name, "company": f"{name} AG"})["id"])

    def deals(lead_id: str) -> list[str]:
        return [deal["id"] for deal in stage.all("/v1/deals", filter=f'lead_id = "{lead_id}"')]

    ids = {name: lead(f"5b {name}") for name in ("with a deal", "without", "not wanted")}
    own = stage.post("/v1/deals", {"name": "Own", "lead_id": ids["with a deal"]})["id"]
    for name, lead_id in ids.items():
        stage.post(f"/v1/leads/{lead_id}/convert", {"without_deal": name == "not wanted"})
    for name in ("with a deal", "without"):
        at_last(lambda name=name: stage.get(f"/v1/leads/{ids[name]}")["deal_id"] is not None, True)
    stage.effects_done()
    found: dict[str, Any] = {name: len(deals(lead_id)) for name, lead_id in ids.items()}
    return {**found, "its own": stage.get(f"/v1/leads/{ids['with a deal']}")["deal_id"] == own}


@case(
    "6",
    "leads with an owner: four pricing pages; two, with the recipe for two; three mails opened; a white paper",
    {
        "two views": [0, 0],
        "three views": [1, 1],
        "four views": [1, 1],
        "told again": [1, 1],
        "after 30 days, two more": [1, 1],
        "and a third": [2, 2],
        "two views, with that recipe on": [1, 0],
        "three mails opened": [1, 0],
        "a white paper downloaded": [1, 0],
    },
    "the lead's ledger, the owner's inbox, Tasks",
)
def buying_signals(stage: Stage) -> Any:
    rep, _ = stage.team
    page, sent = (
        {"kind": "page_view", "url": "https://acme.example/pricing", "title": "Prices"},
        itertools.count(),
    )

    def lead() -> str:
        made: str = stage.post("/v1/leads", {"last_name": f"Six {next(sent)}", "owner_id": rep.id})["id"]
        stage.settled()
        return made

    def gives(lead_id: str, **signal: str) -> dict[str, Any]:
        signal = {
            "event_id": f"six-{next(sent)}",
            "record_id": lead_id,
            "visitor_id": f"v-{lead_id}",
            **signal,
        }
        (outcome,) = stage.post("/v1/signals", {"signals": [signal]})["data"]
        assert outcome["outcome"] == "accepted", outcome
        return signal

    def came_of(lead_id: str) -> list[int]:
        """Alerts, and tasks to follow up."""
        stage.effects_done()
        tasks = stage.all("/v1/activities", filter=f'record_id = "{lead_id}" AND kind = "task"')
        return [len(rep.inbox("buying_signal", lead_id)), len(tasks)]

    found: dict[str, Any] = {}
    ada = lead()
    # Who it is comes out with the second view; the first counts all the same.
    anonymous = {**page, "event_id": f"six-{next(sent)}", "visitor_id": f"v-{ada}"}
    stage.post("/v1/signals", {"signals": [anonymous]})
    gives(ada, **page)
    found["two views"] = came_of(ada)
    gives(ada, **page)
    found["three views"] = came_of(ada)
    last = gives(ada, **page)
    found["four views"] = came_of(ada)
    (again,) = stage.post("/v1/signals", {"signals": [last]})["data"]
    assert again["outcome"] == "duplicate", again
    found["told again"] = came_of(ada)
    stage.wait(31 * DAY)
    gives(ada, **page)
    gives(ada, **page)
    found["after 30 days, two more"] = came_of(ada)
    gives(ada, **page)
    found["and a third"] = came_of(ada)
    (recipe,) = stage.get("/v1/workflows", filter='recipe = "prices_viewed_twice"')["data"]
    stage.act("workflows", recipe["id"], "enable")
    bob = lead()
    gives(bob, **page)
    gives(bob, **page)
    found["two views, with that recipe on"] = came_of(bob)
    stage.act("workflows", recipe["id"], "disable")
    cyd = lead()
    for _ in range(3):
        gives(cyd, kind="email_open", title="News")
    found["three mails opened"] = came_of(cyd)
    dan = lead()
    gives(dan, kind="download", title="White paper")
    found["a white paper downloaded"] = came_of(dan)
    return found


@case(
    "7",
    "an outbound call ends unanswered",
    {"tasks": ["Follow up via email within 2 hours"], "due after": "2:00:00"},
    "the contact's timeline and Tasks",
)
def missed_call(stage: Stage) -> Any:
    contact = stage.post("/v1/contacts", {"last_name": "Berg"})["id"]
    ended = stage.now.replace(microsecond=0) - HOUR
    call = {"kind": "call", "subject": "Ring", "outcome": "no_answer", "direction": "outbound"}
    stage.post("/v1/activities", {**call, "occurred_at": ended.isoformat(), "record_ids": [contact]})

    def tasks() -> list[dict[str, Any]]:
        return stage.all("/v1/activities", filter=f'record_id = "{contact}" AND kind = "task"')

    stage.effects_done()
    found = tasks()
    due = [datetime.fromisoformat(task["due_at"]) - ended for task in found]
    return {"tasks": [task["subject"] for task in found], "due after": ", ".join(map(str, due))}


@case(
    "8",
    "an open deal has no activity for 7 days; then a call, and 7 days again",
    {
        "after 6 days": [0, 0],
        "after 7 days": [1, 1],
        "a day later": [1, 1],
        "6 days after the call": [1, 1],
        "7 days after the call": [2, 2],
    },
    "the inbox of the owner and of the manager, the deal's timeline",
)
def stalled_deal(stage: Stage) -> Any:
    rep, manager = stage.team
    deal = stage.post("/v1/deals", {"name": "Wind park", "owner_id": rep.id})["id"]
    stage.settled()

    def alerts() -> list[int]:
        """Reminders of the owner, alerts of the manager."""
        return [len(person.inbox("deal_stalled", deal)) for person in (rep, manager)]

    def later(span: timedelta, wanted: list[int]) -> list[int]:
        stage.wait(span)
        at_last(lambda: len(stalls()), sum(wanted) // 2)
        stage.effects_done()
        return alerts()

    def stalls() -> list[str]:
        page = stage.get("/v1/events", types="deal.stalled.v1", limit=200)
        return [event["id"] for event in page["data"] if event["subject"] == deal]

    found = {
        "after 6 days": later(6 * DAY, [0, 0]),
        "after 7 days": later(DAY, [1, 1]),
        "a day later": later(DAY, [1, 1]),
    }
    stage.post(
        "/v1/activities", {"kind": "call", "subject": "News?", "outcome": "connected", "record_ids": [deal]}
    )
    stage.settled()
    found["6 days after the call"] = later(6 * DAY, [1, 1])
    found["7 days after the call"] = later(DAY, [2, 2])
    return found


@case(
    "9",
    "discounts of 20.00 and 20.01 %, on deals of 80, 50,080 and 250,080; the manager rejects one, others agree",
    {
        "20.00 %": [],
        "20.01 %": ["manager"],
        "20.01 %, over 50,000": ["manager", "regional VP"],
        "20.01 %, over 250,000": ["manager", "regional VP", "CFO"],
        "changed meanwhile": "deals.deal_is_locked",
        "approved by": ["Nia", "Vic", "Cas"],
        "then": "approved",
        "rejected by the manager": ["rejected", "waiting"],
        "and won nevertheless": "deals.discount_not_approved",
        "told it is their turn": {"Nia": 3, "Vic": 1, "Cas": 1},
    },
    "the deal, Approvals, the inbox of each approver",
)
def discount_approval(stage: Stage) -> Any:
    rep, manager, vice, chief = (stage.person(name) for name in ("Rob", "Nia", "Vic", "Cas"))
    company = stage.post("/v1/teams", {"name": "Company", "manager_id": chief.id})["id"]
    region = stage.post("/v1/teams", {"name": "Region", "manager_id": vice.id, "parent_id": company})["id"]
    team = {"name": "Discounters", "manager_id": manager.id, "member_ids": [rep.id], "parent_id": region}
    stage.post("/v1/teams", team)
    stage.settled()

    def sold(discount: str, further: str = "0") -> dict[str, Any]:
        deal = stage.post("/v1/deals", {"name": f"{discount} % and {further}", "owner_id": rep.id})
        lines = [
            {"name": "Licence", "unit_price": {"amount": price, "currency": MONEY}, "discount": percent}
            for price, percent in (("100", discount), (further, "0"))
        ]
        body = {"lines": lines, "expected_version": deal["version"]}
        return dict(rep.post(f"/v1/deals/{deal['id']}/set-lines", body))

    def approval(deal: dict[str, Any]) -> dict[str, Any]:
        return dict(stage.get(f"/v1/approvals/{deal['approval_id']}"))

    def chain(deal: dict[str, Any]) -> list[str]:
        return [step["role"] for step in approval(deal)["steps"]] if deal["approval_id"] else []

    def decide(deal: dict[str, Any], who: Person, verdict: str) -> None:
        body = {"expected_version": approval(deal)["version"], "comment": "Seen."}
        who.post(f"/v1/approvals/{deal['approval_id']}/{verdict}", body)

    none, small, large, huge = sold("20.00"), sold("20.01"), sold("20.01", "50000"), sold("20.01", "250000")
    found: dict[str, Any] = {
        "20.00 %": chain(none),
        "20.01 %": chain(small),
        "20.01 %, over 50,000": chain(large),
        "20.01 %, over 250,000": chain(huge),
        "changed meanwhile": rep.refused(f"/v1/deals/{huge['id']}/win", expected_version=huge["version"]),
    }
    for who in (manager, vice, chief):
        decide(huge, who, "approve")
    decide(large, manager, "reject")
    people = {who.id: who.name for who in (manager, vice, chief)}
    found["approved by"] = [people[step["decided_by"]] for step in approval(huge)["steps"]]
    won = rep.post(f"/v1/deals/{huge['id']}/win", {"expected_version": stage.version(huge)})
    found["then"] = won["approval_status"]
    found["rejected by the manager"] = [step["status"] for step in approval(large)["steps"]]
    found["and won nevertheless"] = rep.refused(
        f"/v1/deals/{large['id']}/win", expected_version=stage.version(large)
    )
    stage.effects_done()
    asked = [deal["approval_id"] for deal in (small, large, huge)]
    found["told it is their turn"] = {
        who.name: sum(len(who.inbox("approval_requested", one)) for one in asked)
        for who in (manager, vice, chief)
    }
    return found


@case(
    "10",
    "deals of 50,000.00 and 49,999.99 enter Proposal; the first goes back and enters it again",
    {
        "50,000.00": {"sales engineer": 1, "finance": 1},
        "49,999.99": {"sales engineer": 0, "finance": 0},
        "50,000.00 again": {"sales engineer": 2, "finance": 2},
    },
    "the inbox of the sales engineer and of finance, the deal's ledger",
)
def large_deal(stage: Stage) -> Any:
    engineer, finance = stage.person("Sam"), stage.person("Fay")
    stage.post("/v1/teams", {"name": "Sales Engineering", "member_ids": [engineer.id]})
    stage.post("/v1/teams", {"name": "Finance", "member_ids": [finance.id]})
    stage.settled()

    def enters(deal: str, name: str) -> None:
        version = stage.get(f"/v1/deals/{deal}")["version"]
        body = {"stage_id": stage.stages[name]["id"], "expected_version": version}
        stage.post(f"/v1/deals/{deal}/move-stage", body)

    def told(deal: str) -> dict[str, int]:
        people = {"sales engineer": engineer, "finance": finance}
        return {name: len(person.inbox("large_deal", deal)) for name, person in people.items()}

    deals = {}
    for amount in ("50,000.00", "49,999.99"):
        money = {"amount": amount.replace(",", ""), "currency": MONEY}
        deals[amount] = stage.post("/v1/deals", {"name": amount, "amount": money})["id"]
        enters(deals[amount], "Proposal")
    stage.effects_done()
    found = {amount: told(deal) for amount, deal in deals.items()}
    large = deals["50,000.00"]
    enters(large, "Discovery")
    enters(large, "Proposal")
    stage.effects_done()
    return {**found, "50,000.00 again": told(large)}


@case(
    "11",
    "contracts of 12,000 a year with a strategic and a small account renew on day D; every event comes twice",
    {
        "D-121": {"strategic": {"renewals": [], "reviews": 0}, "small": {"renewals": [], "reviews": 0}},
        "D-120": {
            "strategic": {"renewals": ["12000.00"], "reviews": 0},
            "small": {"renewals": ["12000.00"], "reviews": 0},
        },
        "D-90": {
            "strategic": {"renewals": ["12000.00"], "reviews": 1},
            "small": {"renewals": ["12000.00"], "reviews": 0},
        },
        "all told again": {
            "strategic": {"renewals": ["12000.00"], "reviews": 1},
            "small": {"renewals": ["12000.00"], "reviews": 0},
        },
        "asked for by hand": "the same deal",
    },
    "the contract's ledger, the board, the account's timeline",
)
def contract_renews(stage: Stage) -> Any:
    rep, _ = stage.team
    due = (stage.now + 121 * DAY).date()
    contracts: dict[str, str] = {}
    for name, tier in (("strategic", "strategic"), ("small", "smb")):
        account = stage.post("/v1/accounts", {"name": f"Eleven {name}", "tier": tier})["id"]
        stage.settled()
        contract = {
            "name": f"Service for {name}",
            "account_id": account,
            "owner_id": rep.id,
            "arr": {"amount": "12000", "currency": MONEY},
            "starts_on": (due - 365 * DAY).isoformat(),
            "ends_on": (due - DAY).isoformat(),
        }
        contracts[name] = stage.post("/v1/contracts", contract)["id"]

    def told(kind: str) -> int:
        events = stage.get("/v1/events", types=f"contract.{kind}.v1", limit=200)["data"]
        return len([event for event in events if event["subject"] in contracts.values()])

    def came_of(contract_id: str) -> dict[str, Any]:
        contract = stage.get(f"/v1/contracts/{contract_id}")
        deals = stage.all("/v1/deals", filter=f'account_id = "{contract["account_id"]}" AND type = "renewal"')
        meetings = stage.all("/v1/activities", filter=f'record_id = "{contract_id}" AND kind = "meeting"')
        return {"renewals": [deal["amount"]["amount"] for deal in deals], "reviews": len(meetings)}

    def now(renewals_told: int, reviews_told: int) -> dict[str, Any]:
        wanted = (renewals_told, reviews_told)
        at_last(lambda: (told("renewal_due"), told("review_due")), wanted)
        stage.effects_done()
        return {name: came_of(contract_id) for name, contract_id in contracts.items()}

    found: dict[str, Any] = {"D-121": now(0, 0)}
    stage.wait(DAY)
    found["D-120"] = now(2, 0)
    stage.wait(30 * DAY)
    found["D-90"] = now(2, 2)
    for kind in ("renewal_due", "review_due"):
        for contract_id in contracts.values():
            stage.tell_again("deals", f"contract.{kind}.v1", contract_id)
    found["all told again"] = now(2, 2)
    by_hand = {
        stage.post(f"/v1/contracts/{contract_id}/open-renewal", {})["id"]
        == stage.get(f"/v1/contracts/{contract_id}")["renewal_deal_id"]
        for contract_id in contracts.values()
    }
    found["asked for by hand"] = "the same deal" if by_hand == {True} else "another deal"
    return found


@case(
    "12",
    "the health of four customers goes from 60 to 59, 61 to 60, 79 to 80, 80 to 81; the first and last a point on",
    {
        "60 to 59": {"at risk, owner": 1, "at risk, manager": 1, "expansion deals": 0},
        "61 to 60": {"at risk, owner": 0, "at risk, manager": 0, "expansion deals": 0},
        "79 to 80": {"at risk, owner": 0, "at risk, manager": 0, "expansion deals": 0},
        "80 to 81": {"at risk, owner": 0, "at risk, manager": 0, "expansion deals": 1},
        "59 to 58": {"at risk, owner": 1, "at risk, manager": 1, "expansion deals": 0},
        "81 to 82": {"at risk, owner": 0, "at risk, manager": 0, "expansion deals": 1},
    },
    "the account's ledger, the inbox of the owner and of the manager, the board",
)
def customer_health(stage: Stage) -> Any:
    rep, manager = stage.team

    def customer(before: int, after: int) -> str:
        body = {
            "name": f"Health {before}",
            "owner_id": rep.id,
            "health": before,
            "health_source": "usage model",
        }
        account = stage.post("/v1/accounts", body)["id"]
        stage.settled()
        stage.change(f"/v1/accounts/{account}", {"health": after})
        return str(account)

    def came_of(account: str) -> dict[str, int]:
        deals = stage.all("/v1/deals", filter=f'account_id = "{account}" AND type = "expansion"')
        return {
            "at risk, owner": len(rep.inbox("customer_at_risk", account)),
            "at risk, manager": len(manager.inbox("customer_at_risk", account)),
            "expansion deals": len(deals),
        }

    customers = {
        f"{before} to {after}": customer(before, after)
        for before, after in ((60, 59), (61, 60), (79, 80), (80, 81))
    }
    stage.effects_done()
    found = {name: came_of(account) for name, account in customers.items()}
    for name, health, then in (("60 to 59", 58, "59 to 58"), ("80 to 81", 82, "81 to 82")):
        stage.change(f"/v1/accounts/{customers[name]}", {"health": health})
        stage.effects_done()
        found[then] = came_of(customers[name])
    return found


@case(
    "13",
    "leads of a known account; from Germany, in manufacturing, of 300 people; and from elsewhere, three of them",
    {
        "the account is known": "Ace",
        "the territory holds it": "Ter",
        "by turns": [1, 2],
        "why, of the first of these": "The team Turns takes turns.",
    },
    "the lead, its ledger",
)
def assigned_lead(stage: Stage) -> Any:
    ace, ter, una, vin = (stage.person(name) for name in ("Ace", "Ter", "Una", "Vin"))
    stage.post("/v1/teams", {"name": "Turns", "member_ids": [una.id, vin.id]})
    stage.post("/v1/accounts", {"name": "Thirteen AG", "owner_id": ace.id})
    territory = {
        "name": "Industry, Germany",
        "filter": 'country = "DE" AND industry = "manufacturing" AND employee_count < 500',
        "user_ids": [ter.id],
    }
    stage.post("/v1/territories", territory)
    (recipe,) = stage.get("/v1/workflows", filter='recipe = "lead_assignment"')["data"]
    stage.change(
        f"/v1/workflows/{recipe['id']}", {"actions": [{"type": "assign_owner", "pool": "team:Turns"}]}
    )
    if stage.get(f"/v1/workflows/{recipe['id']}")["status"] != "published":
        stage.act("workflows", recipe["id"], "enable")
    stage.settled()
    people = {one.id: one.name for one in (ace, ter, una, vin)}

    def lead(**values: Any) -> str:
        made: str = stage.post("/v1/leads", {"last_name": "Thirteen", **values})["id"]
        return made

    german = {"country": "DE", "industry": "manufacturing", "employee_count": 300}
    known, held = lead(company="thirteen ag", **german), lead(company="Nobody's", **german)
    others = [lead(country="AT") for _ in range(3)]
    stage.effects_done()

    def owner(lead_id: str) -> str | None:
        return people.get(stage.get(f"/v1/leads/{lead_id}")["owner_id"] or "")

    turns = [owner(one) for one in others]
    (run,) = stage.all(
        "/v1/workflow-runs", filter=f'record_id = "{others[0]}" AND workflow_id = "{recipe["id"]}"'
    )
    return {
        "the account is known": owner(known),
        "the territory holds it": owner(held),
        "by turns": sorted(Counter(turns).values()),
        "why, of the first of these": run["steps"][0]["reason"],
    }


@case(
    "14",
    "a file of 4,300 contacts, 1,500 of them duplicates by e-mail address",
    {
        "rows": 4300,
        "created": 2800,
        "skipped": 1500,
        "failed": 0,
        "records": 2800,
        "listed with a reason": 1500,
    },
    "the receipt of the import",
)
def import_with_duplicates(stage: Stage) -> Any:
    people = [f"Ada,Berg{number},ada.{number}@fourteen.example" for number in range(2800)]
    lines = ["First name,Last name,E-mail", *people, *people[:1500]]
    job = stage.imports("people.csv", "\n".join(lines) + "\n", object="contacts", key="email", mode="create")
    reasons = [one for one in job["reasons"] if one["outcome"] == "skipped"]
    return {
        "rows": job["total"],
        **{name: job[name] for name in ("created", "skipped", "failed")},
        "records": stage.get("/v1/contacts", filter='email ~ "@fourteen.example"', count="true", limit=1)[
            "total"
        ],
        "listed with a reason": sum(one["count"] for one in reasons),
    }


@case(
    "15",
    "a deal of 1,000.40 in each stage of the default pipeline",
    {"weighted": "2250.90", "sum of amount x probability": "2250.90"},
    "Dashboard, pipeline by stage",
)
def weighted_pipeline(stage: Stage) -> Any:
    before = _weighted(stage)
    amount = Decimal("1000.40")
    weighed = Decimal(0)
    for entered in stage.stages.values():
        if entered["kind"] == "open":
            money = {"amount": str(amount), "currency": MONEY}
            stage.post("/v1/deals", {"name": entered["name"], "amount": money, "stage_id": entered["id"]})
            weighed += amount * entered["probability"] / 100
    wanted = before + weighed
    found = at_last(lambda: _weighted(stage), wanted) - before
    return {"weighted": f"{found:.2f}", "sum of amount x probability": f"{weighed:.2f}"}


@case(
    "16",
    "a rep forecasts 50,000.00 for the quarter and wins 40,000.00",
    {"forecast": "50000.00", "actual": "40000.00", "accuracy": 75.0},
    "Metrics, forecast accuracy by owner",
)
def forecast_accuracy(stage: Stage) -> Any:
    rep = stage.person("Flo")
    today = stage.now.date()
    quarter = f"{today.year}-Q{(today.month + 2) // 3}"
    rep.post("/v1/forecasts", {"period": quarter, "amount": {"amount": "50000", "currency": MONEY}})
    money = {"amount": "40000", "currency": MONEY}
    deal = rep.post("/v1/deals", {"name": "Foreseen", "amount": money})
    rep.post(f"/v1/deals/{deal['id']}/win", {"expected_version": deal["version"]})
    stage.effects_done()
    first, last = days_of(quarter)
    days = {"from": first.isoformat(), "to": last.isoformat()}

    def figures() -> dict[str, Any]:
        (row,) = stage.get("/v1/reports/metrics", names="forecast_accuracy", group_by="owner", **days)["data"]
        found = [one for one in row["groups"] if one["key"] == rep.id]
        values = {one["name"]: one["value"] for figure in found for one in figure["inputs"]}
        accuracy = found[0]["value"] if found else None
        said, won = ((values.get(name) or {}).get("amount") for name in ("forecast", "won_value"))
        return {"forecast": said, "actual": won, "accuracy": accuracy}

    return at_last(figures, {"forecast": "50000.00", "actual": "40000.00", "accuracy": 75.0})


@case(
    "17",
    "42,000,000 of annual recurring revenue at the start of 2015, 2,940,000 of it lost, 13,020,000 more sold",
    {"grr": 93.0, "nrr": 124.0},
    "Metrics, customers",
)
def retention(stage: Stage) -> Any:
    lost = stage.contract(stage.account("Seventeen, lost"), "2940000", "2014-01-01", "2015-12-31")
    grown = stage.contract(stage.account("Seventeen, grown"), "39060000", "2014-01-01", "2015-12-31")
    stage.act("contracts", lost, "cancel", on="2015-04-01", reason="Closed down")
    stage.act("contracts", grown, "change-arr", arr=usd("52080000"), on="2015-07-01")
    stage.act("contracts", grown, "cancel", on="2016-01-01", reason="The example is over.")
    wanted = {"grr": 93.0, "nrr": 124.0}
    return at_last(lambda: stage.figures("grr", "nrr", since="2015-01-01", until="2015-12-31"), wanted)


@case(
    "18",
    "a customer calls support four times within 30 days; two more calls 31 days later, and one",
    {"two calls": 0, "three calls": 1, "four calls": 1, "31 days later": 1, "three again": 2},
    "the account's timeline, Tasks",
)
def support_calls(stage: Stage) -> Any:
    account = stage.account("Eighteen")
    call = {
        "kind": "call",
        "subject": "Help",
        "direction": "inbound",
        "outcome": "connected",
        "purpose": "support",
    }

    def calls(times: int) -> int:
        for _ in range(times):
            stage.post("/v1/activities", {**call, "record_ids": [account]})
        stage.effects_done()
        return len(stage.all("/v1/activities", filter=f'record_id = "{account}" AND kind = "task"'))

    found = {"two calls": calls(2), "three calls": calls(1), "four calls": calls(1)}
    stage.wait(31 * DAY)
    return {**found, "31 days later": calls(2), "three again": calls(1)}


@case(
    "19",
    "large deals that wait in negotiation; leads by source and region; products bought by two accounts",
    {
        "large deals, > 30 days": {
            "before": {},
            "31 days later": {"Rae": [2, "130000.00"], "Sol": [1, "60000.00"]},
        },
        "conversion": {"Nineteen fair, DE": [3, 1], "Nineteen fair, FR": [1, 1], "Nineteen web, DE": [2, 0]},
        "products adopted": {"Nineteen A": 2, "Nineteen B": 1},
    },
    "Reports, the three examples",
)
def built_reports(stage: Stage) -> Any:
    reps = [stage.person(name) for name in ("Rae", "Sol")]
    for rep, amounts in zip(reps, (("70000", "60000", "50000"), ("60000",)), strict=True):
        for amount in amounts:
            deal = {"name": "Nineteen", "owner_id": rep.id, "amount": usd(amount)}
            stage.post("/v1/deals", {**deal, "stage_id": stage.stages["Negotiation"]["id"]})
    for source, country, number, converted in (
        ("fair", "DE", 3, 1),
        ("fair", "FR", 1, 1),
        ("web", "DE", 2, 0),
    ):
        for place in range(number):
            lead = {"last_name": f"Nineteen {place}", "source": f"Nineteen {source}", "country": country}
            made = stage.post("/v1/leads", lead)["id"]
            if place < converted:
                stage.post(f"/v1/leads/{made}/convert", {"without_deal": True})
    products = [stage.post("/v1/products", {"name": f"Nineteen {name}"})["id"] for name in ("X", "Y")]
    for account, bought in (("Nineteen A", (0, 1, 1)), ("Nineteen B", (0,))):
        account_id = stage.account(account)
        for product in bought:
            purchase = {"account_id": account_id, "product_id": products[product], "amount": usd("10")}
            stage.post("/v1/purchases", {**purchase, "purchased_on": "2013-05-01"})
    stage.effects_done()

    def report(name: str, definition: dict[str, Any]) -> list[dict[str, Any]]:
        kept = stage.post("/v1/custom-reports", {"name": name, "definition": definition})["id"]
        rows: list[dict[str, Any]] = stage.get(f"/v1/custom-reports/{kept}/result")["data"]
        return rows

    def waiting() -> dict[str, list[Any]]:
        owners = ", ".join(f'"{rep.id}"' for rep in reps)
        condition = 'amount > 50000 AND stage.name = "Negotiation" AND stage_entered_at < now - 30d'
        definition = {
            "dataset": "deals",
            "filter": f"{condition} AND owner_id IN ({owners})",
            "group_by": ["owner.name"],
            "measures": [
                {"name": "deals", "function": "count"},
                {"name": "value", "function": "sum", "field": "amount"},
            ],
        }
        rows = report("Large deals waiting in negotiation", definition)
        return {row["owner.name"]: [row["deals"], row["value"]["amount"]] for row in rows}

    before = waiting()
    conversion = report(
        "Conversion by source and region",
        {
            "dataset": "leads",
            "filter": 'source ~ "Nineteen"',
            "group_by": ["source", "country"],
            "measures": [
                {"name": "leads", "function": "count"},
                {"name": "converted", "function": "count", "filter": 'status = "converted"'},
                {"name": "rate", "function": "ratio", "of": "converted", "to": "leads"},
            ],
            "sort": "source",
        },
    )
    adopted = report(
        "Products adopted",
        {
            "dataset": "purchases",
            "filter": "purchased_on = 2013-05-01",
            "group_by": ["account.name"],
            "measures": [{"name": "products", "function": "count_distinct", "field": "product_id"}],
        },
    )
    stage.wait(31 * DAY)
    return {
        "large deals, > 30 days": {"before": before, "31 days later": waiting()},
        "conversion": {
            f"{row['source']}, {row['country']}": [row["leads"], row["converted"]] for row in conversion
        },
        "products adopted": {row["account.name"]: row["products"] for row in adopted},
    }


GROUPED = {
    "quarter": "by_close_quarter",
    "owner": "leaderboard_by_agent",
    "manager": "by_manager",
    "region": "by_region",
    "product": "by_product",
    "industry": "by_sector_deals_with_account",
}


@case(
    "12b",
    "a customer signs, meets us, calls support three times; 31 days later; 61 days after that; then somebody says 90",
    {
        "signed and met": [75, 0],
        "three support calls": [60, 0],
        "a fourth": [55, 1],
        "31 days later": [75, 1],
        "and 61 more, without a word": [55, 2],
        "90, from a survey": [90, 2],
        "a meeting after that": [90, 2],
    },
    "the account's page with every point, the owner's inbox",
)
def modelled_health(stage: Stage) -> Any:
    rep, _ = stage.team
    account = stage.post("/v1/accounts", {"name": "Twelve b", "owner_id": rep.id})["id"]
    path = f"/v1/accounts/{account}"

    def spoke(kind: str, **values: Any) -> None:
        body = {"kind": kind, "subject": "Talk", "outcome": "connected" if kind == "call" else None, **values}
        said = {name: value for name, value in body.items() if value is not None}
        at = (stage.now - timedelta(minutes=1)).isoformat()
        stage.post("/v1/activities", {**said, "occurred_at": at, "record_ids": [account]})

    def becomes(expected: int) -> list[int]:
        health = at_last(lambda: stage.get(path)["health"], expected)
        stage.effects_done()
        return [health, len(rep.inbox("customer_at_risk", account))]

    stage.contract(account, "12000.00", "2026-01-01", "2030-12-31")
    spoke("meeting")
    found: dict[str, Any] = {"signed and met": becomes(75)}
    for _ in range(3):
        spoke("call", direction="inbound", purpose="support")
    found["three support calls"] = becomes(60)
    spoke("call", direction="inbound", purpose="support")
    found["a fourth"] = becomes(55)
    stage.wait(31 * DAY)
    found["31 days later"] = becomes(75)
    stage.wait(61 * DAY)
    found["and 61 more, without a word"] = becomes(55)
    stage.change(path, {"health": 90, "health_source": "Survey"})
    found["90, from a survey"] = becomes(90)
    spoke("meeting")
    stage.effects_done()
    found["a meeting after that"] = becomes(90)
    return found


@case(
    "21",
    "a real data set of 8,800 deals, dirt included",
    {"figures that differ": []},
    "Dashboard, Board",
    needs=CRM_SALES,
)
def crm_sales(stage: Stage) -> Any:
    expected = json.loads((CRM_SALES / "expected.json").read_text())
    stage.imports_all(sorted(CRM_SALES.glob("*.csv")), mapping_id="crm-sales")
    (pipeline,) = stage.get("/v1/pipelines", filter='name = "CRM sales"')["data"]
    mine = {"pipeline_id": pipeline["id"]}

    def by_stage() -> dict[str, int]:
        return {row["key"]: row["count"] for row in stage.get("/v1/reports/pipeline", **mine)["data"]}

    found: dict[str, Any] = {"deals_by_stage": at_last(by_stage, expected["deals_by_stage"], within=180)}
    stage.settled()
    (everything,) = stage.get("/v1/reports/win-rate", **mine)["data"]
    found["won_value_total"] = float(everything["won_value"]["amount"])
    found["win_rate_of_closed"] = everything["win_rate"]
    found["mean_won_value"] = round(found["won_value_total"] / everything["won"], 4)
    for outcome in ("won", "lost"):
        cycle = stage.get("/v1/reports/sales-cycle", outcome=outcome, **mine)["data"]
        found[f"mean_sales_cycle_days_{outcome}"] = cycle["mean_days"]
    for group_by, name in GROUPED.items():
        rows = stage.get("/v1/reports/win-rate", group_by=group_by, **mine)["data"]
        found[name] = {
            row["key"]: {
                "won": row["won"],
                "lost": row["lost"],
                "won_value": int(float(row["won_value"]["amount"])),
                "win_rate": row["win_rate"],
            }
            for row in rows
        }
    without = stage.get(
        "/v1/deals", filter=f'account_id = null AND pipeline_id = "{pipeline["id"]}"', count="true", limit=1
    )
    found["deals_without_account"] = without["total"]
    return {"figures that differ": [name for name, value in found.items() if value != expected[name]]}


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": MONEY}


def _weighted(stage: Stage) -> Decimal:
    rows = stage.get("/v1/reports/pipeline")["data"]
    return sum(
        (Decimal(row["weighted"]["amount"]) for row in rows if row["weighted"] and row["kind"] == "open"),
        Decimal(0),
    )
