"""Every screen, in light and dark and on a phone: no finding of axe-core, no error, no request to anybody else.

The screens are the interface's own table of routes. One that has no example here fails, so that a new screen comes
with its check.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import amqp
import pytest
from conftest import ROOT, Rapport, started
from playwright.sync_api import Browser, Page, expect
from screens import LOOKS, Look, Window, routes, window

from chassis import ids as names
from chassis.bus.connection import DEAD_EXCHANGE, connect
from suite.paths import Home
from suite.rest import Rest


@dataclass(frozen=True)
class Example:
    """An address for a route, and what is on the screen when all of it has come."""

    address: str
    shows: str


# {name} is the id of a record that the suite has.
EXAMPLES = {
    "/sign-in": Example("/sign-in", "text=You are signed in"),
    "/": Example("/", "[data-testid=board]"),
    "/board": Example("/board", "[data-testid=board]"),
    "/board/:pipelineId": Example("/board/{pipelines}", "[data-testid=board]"),
    "/accounts": Example("/accounts", "[data-testid^=row-account]"),
    "/accounts/:id": Example("/accounts/{accounts}", "[data-testid=timeline] li"),
    "/contacts": Example("/contacts", "[data-testid^=row-contact]"),
    "/contacts/:id": Example("/contacts/{contacts}", "[data-testid=timeline] li"),
    "/leads": Example("/leads", "[data-testid^=row-lead]"),
    "/leads/:id": Example("/leads/{leads}", "[data-testid=timeline] li"),
    "/deals": Example("/deals", "[data-testid^=row-deal]"),
    "/deals/:id": Example("/deals/{deals}", "[data-testid=timeline] li"),
    "/tasks": Example("/tasks", "[data-testid^=row-]"),
    "/activities/:id": Example("/activities/{activities}", "[data-testid=timeline] li"),
    "/inbox": Example("/inbox", "[data-testid=empty], [data-testid^=notification-]"),
    "/imports": Example("/imports", "[data-testid=import-history] li"),
    "/imports/new": Example("/imports/new", "text=Choose files"),
    "/imports/new/:uploadId": Example("/imports/new/{uploads}", "[data-testid=understood]"),
    "/imports/:id": Example("/imports/{jobs}", "[data-testid=parts]"),
    "/dashboard": Example("/dashboard", "[data-testid=leaderboard]"),
    "/reports": Example("/reports", "[data-testid=run-report]"),
    "/figures": Example("/figures?compare=previous&margin=80", "[data-testid=metric-clv]"),
    "/approvals": Example("/approvals?view=open", "[data-testid^=approval-approval]"),
    "/workflows": Example("/workflows", "[data-testid^=workflow-]"),
    "/workflows/new": Example("/workflows/new", "[data-testid=action-0]"),
    "/workflows/:id/edit": Example("/workflows/{workflow_with_runs}/edit", "[data-testid=action-0]"),
    "/workflows/:id": Example("/workflows/{workflow_with_runs}", "[data-testid=runs]"),
    "/partners": Example("/partners", "[data-testid^=key-partner_key]"),
    "/dead-letters": Example("/dead-letters", "[data-testid=cause]"),
    "/ledger/:id": Example("/ledger/{accounts}", "[data-testid=ledger-entry]"),
    "*": Example("/no-such-place", "text=There is no page here"),
}


@dataclass(frozen=True)
class Opened:
    """Something that opens above a screen, and the way to open it."""

    name: str
    address: str
    open: Callable[[Page], Any]
    shows: str


def press(key: str) -> Callable[[Page], Any]:
    return lambda page: page.keyboard.press(key)


def click(selector: str) -> Callable[[Page], Any]:
    return lambda page: page.locator(selector).first.click()


def search(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_test_id("search-input").fill("a")
    expect(page.get_by_test_id("search-hit").first).to_be_visible()


def logging(kind: str) -> Callable[[Page], Any]:
    def open_dialog(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.get_by_test_id(f"do-log-{kind}").click()

    return open_dialog


def user_menu(page: Page) -> None:
    burger = page.get_by_label("Open navigation")
    if burger.is_visible():
        burger.click()
    page.locator("[data-testid=user-menu]:visible").click()


def an_amount(page: Page) -> None:
    """A phone shows one part of a record at a time."""
    about = page.get_by_text("About", exact=True)
    if about.is_visible():
        about.click()
    page.get_by_test_id("property-amount").click()


def the_lines(page: Page) -> None:
    related = page.get_by_text("Related", exact=True)
    if related.is_visible():
        related.click()
    page.get_by_label("Change the lines").click()


def details(page: Page) -> None:
    for button in page.locator("[data-testid^=details-of-]").all():
        button.click()


OPENED = (
    Opened("palette", "/board", press("Control+k"), "[role=listbox]"),
    Opened("palette with hits", "/board", search, "[data-testid=search-hit]"),
    Opened("shortcuts", "/board", press("?"), "text=Keyboard shortcuts"),
    Opened("user menu", "/board", user_menu, "[data-testid=sign-out]"),
    Opened(
        "reason to discard", "/dead-letters", click("[data-testid=discard]"), "[data-testid=discard-reason]"
    ),
    Opened("move menu", "/board", click("[data-testid^=move-deal]"), "[role=menuitem]"),
    Opened("pipeline choice", "/board", click("[data-testid=pipeline]"), "[role=option]:visible"),
    Opened("owner choice", "/board", click("[data-testid=owner]"), "[role=option]:visible"),
    Opened(
        "filter that cannot be read",
        "/deals?filter=amount%20%3E%3E",
        lambda _: None,
        "[data-testid=filter-fault]",
    ),
    Opened(
        "filter without a match",
        '/deals?filter=name%20%3D%20"nothing"',
        lambda _: None,
        "[data-testid=empty]",
    ),
    *(
        Opened(f"new record in {place}", f"/{place}", click("[data-testid=new-record]"), "[role=dialog] form")
        for place in ("accounts", "contacts", "leads", "deals", "tasks")
    ),
    *(
        Opened(f"dashboard, {view}", f"/dashboard?view={view}", lambda _: None, f"[data-testid={shows}]")
        for view, shows in (("mine", "key-metrics"), ("team", "waiting-approvals"))
    ),
    Opened("dry run", "/workflows/new", click("[data-testid=dry-run]"), "[data-testid=dry-run-result]"),
    Opened("metrics by group", "/figures?group=channel", lambda _: None, "[data-testid=metric-cac]"),
    Opened("report", "/reports", click("[data-testid=example-conversion]"), "[data-testid=report-result]"),
    Opened("lines of a deal", "/deals/{open_deal}", the_lines, "[data-testid=save-lines]"),
    Opened("deal that is locked", "/deals/{locked_deal}", lambda _: None, "[data-testid=approval-notice]"),
    Opened(
        "rejection", "/approvals?view=open", click("[data-testid=reject]"), "[data-testid=approval-comment]"
    ),
    Opened("new partner", "/partners", click("[data-testid=add-partner]"), "[data-testid=partner-name]"),
    Opened("scopes of a key", "/partners", click("[data-testid^=make-key-]"), "[role=dialog] form"),
    Opened("key to be revoked", "/partners", click("[data-testid^=revoke-]"), "[data-testid=confirm-revoke]"),
    Opened("properties edited", "/deals/{deals}", an_amount, "[data-testid=field-amount]"),
    Opened("lost reason", "/deals/{open_deal}", click("[data-testid=lose]"), "[data-testid=confirm-lost]"),
    Opened(
        "call being logged", "/deals/{deals}", click("[role=tab]:has-text('Call')"), "[data-testid=log-call]"
    ),
    Opened("conditions", "/deals", click("[data-testid=build-filter]"), "[data-testid=apply-conditions]"),
    Opened(
        "conditions of a filter",
        '/deals?filter=amount%20>%201%20AND%20(status%20%3D%20"open"%20OR%20closed_on%20!%3D%20null)',
        click("[data-testid=build-filter]"),
        "[data-testid=apply-conditions]",
    ),
    Opened("columns", "/deals", click("[data-testid=columns]"), "[data-testid=column-source]"),
    Opened("export", "/deals", click("[data-testid=export]"), "[data-testid=export-csv]"),
    Opened("view being saved", "/deals?sort=name", click("[data-testid=view-save-as]"), "[role=dialog] form"),
    *(
        Opened(f"{kind} logged from anywhere", "/board", logging(kind), "[role=dialog] form")
        for kind in ("call", "note", "task", "meeting", "email")
    ),
    Opened("import of contacts", "/imports/new?object=contacts", lambda _: None, "text=has your contacts"),
    Opened("columns in detail", "/imports/new/{uploads}", details, "[data-testid^=value-]"),
    Opened(
        "choice of a field",
        "/imports/new/{uploads}",
        click("[data-testid^=field-of-]"),
        "[role=option]:visible",
    ),
    Opened(
        "choice of a constant",
        "/imports/new/{uploads}",
        click("[data-testid=add-constant]"),
        "[role=option]:visible",
    ),
    Opened(
        "preview of an import",
        "/imports/new/{uploads}?step=preview",
        lambda _: None,
        "[data-testid^=preview-]",
    ),
    Opened(
        "check of an import",
        "/imports/new/{uploads}?step=check",
        lambda _: None,
        "[data-testid=check-created]",
    ),
    Opened(
        "undo of an import",
        "/imports/{jobs}",
        click("[data-testid=undo-import]"),
        "[data-testid=confirm-undo]",
    ),
    Opened("upload that is over", "/imports/new/upload_gone", lambda _: None, "[data-testid=empty]"),
    Opened("ledger of a deal", "/deals/{deals}?history=ledger", lambda _: None, "[data-testid=ledger-entry]"),
    Opened(
        "detail of the ledger",
        "/ledger/{accounts}",
        click("[data-testid=ledger-entry] button"),
        "[data-testid=ledger-details]",
    ),
    Opened(
        "ledger without an entry",
        "/ledger/{accounts}",
        click("label:has-text('Given up')"),
        "[data-testid=ledger-empty]",
    ),
)


LEADS = """\
Nr;Vorname;Nachname;E-Mail;Status;Angelegt am
7;Ada;Berg;ada@berg.example;Kalt;3.4.2026
8;Bo;;x;?;31.2.2026
"""

# The browser itself notes refused requests on the console.
ALLOWED = {"filter that cannot be read": "status of 4(00|22)", "upload that is over": "status of 404"}


@pytest.fixture(scope="module")
def furnished() -> Iterator[Rapport]:
    """A suite with demo data in it, and one import."""
    with started() as rapport:
        rapport("import", str(ROOT / "deploy" / "local" / "sample"), "--mapping", "crm-sales")
        yield rapport


@pytest.fixture(scope="module")
def ids(furnished: Rapport) -> dict[str, str]:
    """One record of each kind that an address can name."""
    kinds = ("pipelines", "accounts", "contacts", "leads", "deals", "activities", "workflows", "jobs")
    found = {kind: str(furnished.rest.get(f"/v1/{kind}", limit=1)["data"][0]["id"]) for kind in kinds}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "Leads.csv"
        file.write_text(LEADS)
        found["uploads"] = str(furnished.rest.upload("/v1/uploads", [file], {})["id"])
    partner = furnished.rest.post("/v1/partners", {"name": "Globex"})
    furnished.rest.post(f"/v1/partners/{partner['id']}/keys", {"scopes": ["accounts:read", "events:read"]})
    [open_deal] = furnished.rest.get("/v1/deals", filter='status = "open"', limit=1)["data"]
    [run] = furnished.rest.get("/v1/workflow-runs", limit=1)["data"]
    a_dead_letter(furnished)
    return {
        **found,
        "open_deal": open_deal["id"],
        "locked_deal": a_locked_deal(furnished),
        "workflow_with_runs": run["workflow_id"],
    }


def a_dead_letter(rapport: Rapport) -> None:
    """An event that the broker gave up on."""
    types = rapport.rest.get("/v1/event-types")["data"]
    sample = next(one["sample"] for one in types if one["type"] == "deal.stalled.v1")
    whose = {"subjecttype": "deal", "workspaceid": rapport.rest.get("/v1/me")["workspace"]["id"]}
    event = {**sample, **whose, "id": names.new("event")}
    with connect(rapport.endpoints["amqp"], name="test publisher") as connection:
        message = amqp.Message(json.dumps(event), content_type="application/json", delivery_mode=2)
        connection.channel().basic_publish(message, DEAD_EXCHANGE, "automation")


def a_locked_deal(rapport: Rapport) -> str:
    """A deal whose discount waits for the approval of who is signed in."""
    me = rapport.rest.get("/v1/me")["user"]["id"]
    [rule] = rapport.rest.get("/v1/approval-rules")["data"]
    bands = [{"role": "manager", "from_amount": "0", "approver_id": me}]
    rapport.rest.patch(
        f"/v1/approval-rules/{rule['id']}", {"bands": bands}, **{"If-Match": f'"{rule["version"]}"'}
    )
    deal = rapport.rest.post("/v1/deals", {"name": "Discounted"})
    line = {"name": "Licence", "unit_price": {"amount": "100", "currency": "USD"}, "discount": 25}
    body = {"lines": [line], "expected_version": deal["version"]}
    rapport.rest.post(f"/v1/deals/{deal['id']}/set-lines", body)
    return str(deal["id"])


@pytest.fixture(scope="module", params=LOOKS, ids=lambda look: look.name)
def look(request: pytest.FixtureRequest) -> Look:
    found: Look = request.param
    return found


@pytest.fixture(scope="module")
def signed_in(browser: Browser, furnished: Rapport, look: Look) -> Iterator[Window]:
    """One window in each look; the tests use it one after the other."""
    base = furnished.endpoints["http"]
    with window(browser, base, look) as found:
        found.page.goto(furnished.sign_in_link())
        expect(found.page.get_by_test_id("board")).to_be_visible()
        yield found


@pytest.fixture
def screen(signed_in: Window) -> Window:
    """The window, with nothing held against it from the test before."""
    signed_in.outside.clear()
    signed_in.complaints.clear()
    return signed_in


@pytest.mark.parametrize("route", routes())
def test_a_screen_is_accessible_and_asks_nobody_else(screen: Window, ids: dict[str, str], route: str) -> None:
    example = EXAMPLES[route]
    screen.go(example.address.format(**ids))
    expect(screen.page.locator(example.shows).first).to_be_visible()
    screen.check()


@pytest.mark.parametrize("opened", OPENED, ids=lambda opened: opened.name)
def test_what_opens_above_a_screen_is_accessible_too(
    screen: Window, ids: dict[str, str], opened: Opened
) -> None:
    screen.go(opened.address.format(**ids))
    screen.settle()
    opened.open(screen.page)
    expect(screen.page.locator(opened.shows).first).to_be_visible()
    screen.check(allowed=ALLOWED.get(opened.name, ""))


@pytest.mark.parametrize("route", ["/accounts/:id", "/deals/:id", "/imports/:id", "/workflows/:id"])
def test_a_record_that_is_not_there_is_said_so(screen: Window, route: str) -> None:
    screen.go(route.replace(":id", "nothing"))
    expect(screen.page.locator("[data-testid=empty], [data-testid=problem]").first).to_be_visible()
    screen.check(allowed="status of 404")


def test_somebody_signed_out_sees_the_way_in(browser: Browser, furnished: Rapport, look: Look) -> None:
    with window(browser, furnished.endpoints["http"], look) as found:
        found.go("/deals")
        expect(found.page.get_by_test_id("signed-out")).to_be_visible()
        found.check(allowed="status of 401")
        found.go("/sign-in#token=spent")
        expect(found.page.get_by_test_id("link-refused")).to_be_visible()
        found.check(allowed="status of 4(01|22)")


def test_the_story_of_a_missed_call_is_read_in_the_ledger(
    screen: Window, furnished: Rapport, ids: dict[str, str]
) -> None:
    call = {
        "kind": "call",
        "subject": "Ring about the offer",
        "outcome": "no_answer",
        "record_ids": [ids["contacts"]],
    }
    key = {"Idempotency-Key": f"story-{uuid.uuid4()}"}
    # A connection of its own: one kept through a long test may have been closed by the gateway.
    rest = Rest.of(Home(furnished.home))
    made = rest.post("/v1/activities", call, **key)
    assert rest.post("/v1/activities", call, **key)["id"] == made["id"]
    rest.close()
    screen.go(f"/ledger/{made['id']}")
    page = screen.page
    story = page.get_by_test_id("ledger-entry").filter(
        has_text="so the workflow “Missed call follow-up” made the task"
    )
    expect(story.first).to_be_visible()
    expect(page.get_by_text("The request to log activity was sent twice; it was done once.")).to_be_visible()
    expect(page.get_by_test_id("ledger-verdict")).to_contain_text("Nothing is waiting, nothing failed")
    # What the call led to stands below it, and can be folded away with the keyboard.
    fold = page.get_by_role("button", name="consequence")
    fold.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Follow up via email within 2 hours")).to_be_hidden()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Follow up via email within 2 hours").click()
    # The task says why it is there.
    expect(page.get_by_text("because the call “Ring about the offer” was missed")).to_be_visible()
    screen.check()


def test_every_route_has_an_example_and_no_other() -> None:
    assert set(EXAMPLES) == set(routes())
