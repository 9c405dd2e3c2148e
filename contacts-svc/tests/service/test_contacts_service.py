"""contacts-svc as a process, over the bus: it keeps, finds and refuses, and follows what others tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from chassis import ids
from chassis.context import Context
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.tables import outbox
from suite.testing import Suite, a_caller, eventually

STAGES = [
    {"name": "Open", "probability": 10},
    {"name": "Won", "kind": "won", "probability": 100},
    {"name": "Lost", "kind": "lost", "probability": 0},
]


@pytest.fixture(scope="module")
def together(suite: Suite) -> Suite:
    return suite.start("contacts", "deals", "activities")


@pytest.fixture
def ctx() -> Context:
    return a_caller()


@pytest.fixture
def call(together: Suite, ctx: Context) -> Callable[..., Any]:
    """An operation of contacts-svc, as one administrator."""

    def run(operation: str, /, **arguments: Any) -> Any:
        return together.call("contacts", operation, ctx, **arguments)

    return run


def refusal_of(call: Callable[..., Any], operation: str, **arguments: Any) -> AppError:
    with pytest.raises(AppError) as refusal:
        call(operation, **arguments)
    return refusal.value


def test_accounts_and_people_are_kept_and_told(together: Suite, call: Callable[..., Any]) -> None:
    acme = call(
        "create_account", name="Acme", domain="https://www.acme.example", annual_revenue=usd("1100.04")
    )
    contact = call("create_contact", last_name="Lovelace", email="ADA@acme.example", account_id=acme["id"])
    lead = call("create_lead", first_name="Grace", last_name="Hopper", company="Navy")
    assert (acme["domain"], contact["email"], lead["name"]) == (
        "acme.example",
        "ada@acme.example",
        "Grace Hopper",
    )
    changed = call("update_account", account_id=acme["id"], expected_version=1, changes={"city": "Oslo"})
    assert (changed["version"], changed["annual_revenue"]) == (2, usd("1100.04"))
    listed = call("list_contacts", filter='account.name ~ "acm"', count=True)
    assert (listed["total"], listed["data"]) == (1, [contact])
    assert [row["id"] for row in call("search_leads", q="navy")["data"]] == [lead["id"]]
    wanted = ["account.created.v1", "account.properties_changed.v1"]
    eventually(lambda: told(together, acme["id"]) == wanted, what=f"events {wanted}")


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def told(suite: Suite, record_id: str) -> list[str]:
    """The events about a record, in order, once the relay has sent them."""
    with suite.database("contacts").reading() as session:
        rows = session.execute(
            select(outbox.c.type, outbox.c.status)
            .where(outbox.c.subject_id == record_id)
            .order_by(outbox.c.sequence)
            .execution_options(**ACROSS)
        ).all()
    return [row.type for row in rows if row.status == "sent"]


def test_a_stale_edit_names_the_fields(call: Callable[..., Any]) -> None:
    lead = call("create_lead", last_name="Hopper")
    call("update_lead", lead_id=lead["id"], expected_version=1, changes={"first_name": "Grace"})
    refusal = refusal_of(
        call, "update_lead", lead_id=lead["id"], expected_version=1, changes={"title": "Admiral"}
    )
    assert (refusal.kind, refusal.details["changed"]) == ("stale", ["first_name", "name"])


@pytest.mark.parametrize(
    ("operation", "arguments", "code", "pointer"),
    [
        ("create_account", {"name": ""}, "invalid", "/name"),
        ("create_contact", {"last_name": "X", "email": "x@"}, "invalid", "/email"),
        ("create_contact", {"last_name": "X", "phone": "+1 2"}, "invalid", "/phone"),
        (
            "create_contact",
            {"last_name": "X", "account_id": ids.new("account")},
            "unknown_reference",
            "/account_id",
        ),
        ("create_account", {"name": "X", "parent_id": ids.new("account")}, "unknown_reference", "/parent_id"),
        ("create_lead", {"last_name": "X", "status": "converted"}, "contacts.lead_not_converted", None),
        ("get_lead", {"lead_id": ids.new("lead")}, "not_found", None),
        ("list_accounts", {"filter": "nam = 1"}, "invalid_filter", "/filter"),
    ],
)
def test_refusals_come_back_typed(
    call: Callable[..., Any], operation: str, arguments: dict[str, Any], code: str, pointer: str | None
) -> None:
    refusal = refusal_of(call, operation, **arguments)
    assert refusal.code == code
    assert [error["pointer"] for error in refusal.errors][:1] == ([pointer] if pointer else [])


def test_an_external_id_is_taken_once(call: Callable[..., Any]) -> None:
    call("create_account", name="Acme", external_id="a-1")
    assert refusal_of(call, "create_account", name="Other", external_id="a-1").code == "already_exists"


def test_a_reader_may_not_import(together: Suite) -> None:
    with pytest.raises(AppError) as refusal:
        together.call(
            "contacts", "import_leads", a_caller("read_only"), job_id=ids.new("job"), first_row=1, rows=[]
        )
    assert refusal.value.kind == "forbidden"


def test_another_workspace_sees_nothing(together: Suite, call: Callable[..., Any]) -> None:
    acme = call("create_account", name="Secret")
    stranger = a_caller()
    assert together.call("contacts", "search_accounts", stranger, q="secret")["data"] == []
    with pytest.raises(AppError) as refusal:
        together.call("contacts", "get_account", stranger, account_id=acme["id"])
    assert refusal.value.kind == "not_found"
    with pytest.raises(AppError) as refusal:
        together.call("contacts", "create_account", stranger, name="Child", parent_id=acme["id"])
    assert refusal.value.code == "unknown_reference"


def test_search_is_ranked_and_folded(together: Suite) -> None:
    """On either database, through imports as through single writes."""
    ctx = a_caller()

    def labels(operation: str, q: str) -> list[tuple[str, str]]:
        hits = together.call("contacts", operation, ctx, q=q)["data"]
        return [(hit["label"], hit["rank"]) for hit in hits]

    rows = [
        {"external_id": f"s-{number}", "name": name}
        for number, name in enumerate(("Škoda Auto", "Grand Škoda", "Škoda", "Ecoskodabus", "Tatra"))
    ]
    together.call("contacts", "import_accounts", ctx, job_id=ids.new("job"), first_row=1, rows=rows)
    together.call("contacts", "create_account", ctx, name="skoda plus", domain="skoda.example")
    assert [rank for _, rank in labels("search_accounts", "SKODA")] == [
        "exact",
        "prefix",
        "prefix",
        "word",
        "part",
    ]
    assert labels("search_accounts", "skoda")[0] == ("Škoda", "exact")
    assert labels("search_accounts", "auto škoda") == [("Škoda Auto", "word")]
    assert labels("search_accounts", "s-4") == [("Tatra", "exact")]
    made = together.call(
        "contacts", "create_contact", ctx, first_name="Zoë", last_name="Müller", phone="+49 30 1234567"
    )
    for q in ("mueller zoe", "MULLER", "030 1234567", "zoë"):
        assert labels("search_contacts", q)[0][0] == "Zoë Müller", q
    together.call(
        "contacts",
        "update_contact",
        ctx,
        contact_id=made["id"],
        expected_version=1,
        changes={"last_name": "Novák"},
    )
    assert (labels("search_contacts", "muller"), labels("search_contacts", "novak")) == (
        [],
        [("Zoë Novák", "word")],
    )


def test_two_moves_at_once_close_no_circle(call: Callable[..., Any]) -> None:
    def move(pair: tuple[str, str]) -> str:
        try:
            call("update_account", account_id=pair[0], expected_version=1, changes={"parent_id": pair[1]})
        except AppError as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as senders:
        for _ in range(15):
            one, other = (call("create_account", name=name)["id"] for name in ("One", "Other"))
            outcomes = sorted(senders.map(move, [(one, other), (other, one)]))
            assert outcomes == ["contacts.account_above_itself", "done"]


def test_an_import_sets_parents_that_come_later(call: Callable[..., Any]) -> None:
    job = ids.new("job")
    chunks = [
        [{"external_id": "Branch", "name": "Branch", "parent_external_id": "Acme"}, {"external_id": "Bad"}],
        [
            {"external_id": "Acme", "name": "Acme"},
            {"external_id": "Lost", "name": "Lost", "parent_external_id": "Nowhere"},
        ],
    ]
    counts: Counter[str] = Counter()
    for number, rows in enumerate(chunks):
        arguments = {"job_id": job, "first_row": 1 + 2 * number, "rows": rows}
        outcomes = call("import_accounts", **arguments)["outcomes"]
        counts.update(outcome["action"] for outcome in outcomes)
        assert call("import_accounts", **arguments)["outcomes"] == outcomes
    for outcome in call("settle_account_parents", job_id=job)["outcomes"]:
        counts[outcome["was"]] -= 1
        counts[outcome["action"]] += 1
    assert counts == {"created": 2, "failed": 2}
    assert [row["name"] for row in call("list_accounts", filter='parent.name = "Acme"')["data"]] == ["Branch"]


def test_two_imports_at_once_make_each_account_once(call: Callable[..., Any]) -> None:
    rows = [{"external_id": f"a-{number}", "name": f"Account {number}"} for number in range(100)]

    def bring(job_id: str) -> Counter[str]:
        answer = call("import_accounts", job_id=job_id, first_row=1, rows=rows)
        return Counter(outcome["action"] for outcome in answer["outcomes"])

    with ThreadPoolExecutor(3) as senders:
        counts = sum(senders.map(bring, [ids.new("job") for _ in range(3)]), Counter[str]())
    assert counts == {"created": 100, "unchanged": 200}
    assert call("list_accounts", count=True)["total"] == 100


def test_open_deals_follow_deals_svc(together: Suite, call: Callable[..., Any], ctx: Context) -> None:
    def deal(operation: str, **arguments: Any) -> Any:
        return together.call("deals", operation, ctx, **arguments)

    def counts() -> list[int]:
        found = call("read_accounts", ids=[acme, other])["data"]
        assert {row["version"] for row in found} == {1}
        return [row["open_deal_count"] for row in found]

    acme, other = (call("create_account", name=name)["id"] for name in ("Acme", "Other"))
    deal("create_pipeline", name="Sales", stages=STAGES, is_default=True)
    first = deal("open_deal", name="One", account_id=acme)["id"]
    second = deal("open_deal", name="Two", account_id=acme)["id"]
    eventually(lambda: counts() == [2, 0], what="two open deals")
    deal("win_deal", deal_id=first, expected_version=1)
    deal("update_deal", deal_id=second, expected_version=1, changes={"account_id": other})
    eventually(lambda: counts() == [0, 1], what="one won, one moved")
    deal("reopen_deal", deal_id=first, expected_version=2)
    deal("delete_deal", deal_id=second, expected_version=2)
    eventually(lambda: counts() == [1, 0], what="one reopened, one deleted")


def test_the_last_activity_follows_activities_svc(
    together: Suite, call: Callable[..., Any], ctx: Context
) -> None:
    acme = call("create_account", name="Acme")["id"]
    lead = call("create_lead", last_name="Hopper")["id"]
    at = "2026-03-02T12:00:00.000Z"
    activity = {"kind": "call", "subject": "Hello", "record_ids": [acme, lead], "occurred_at": at}
    together.call("activities", "log_activity", ctx, **activity)
    eventually(
        lambda: call("get_account", account_id=acme)["last_activity_at"] == at, what="the call of the account"
    )
    assert call("list_leads", filter="last_activity_at > 2026-03-01")["data"][0]["id"] == lead


def test_deals_svc_asks_whether_a_record_exists(
    together: Suite, call: Callable[..., Any], ctx: Context
) -> None:
    together.call("deals", "create_pipeline", ctx, name="Sales", stages=STAGES, is_default=True)
    with pytest.raises(AppError) as refusal:
        together.call("deals", "open_deal", ctx, name="Deal", contact_id=ids.new("contact"))
    assert (refusal.value.code, refusal.value.errors[0]["pointer"]) == ("unknown_reference", "/contact_id")


def test_the_same_command_acts_once(together: Suite, ctx: Context) -> None:
    again = replace(ctx, command_id="key-1")
    first = together.call("contacts", "create_lead", again, last_name="Once")
    assert together.call("contacts", "create_lead", again, last_name="Once") == first
    assert len(together.call("contacts", "list_leads", ctx)["data"]) == 1


def test_killed_and_started_again_it_goes_on(together: Suite, call: Callable[..., Any]) -> None:
    together.processes["contacts"].kill()
    together.processes["contacts"].start()
    assert call("create_account", name="After")["version"] == 1


def test_sigterm_ends_it_cleanly(together: Suite) -> None:
    assert together.processes["contacts"].stop() == 0
    together.processes["contacts"].start()
