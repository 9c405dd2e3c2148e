"""Finding a record and doing something with it: the palette, a call in three actions, saved views, what is missing."""

from __future__ import annotations

import csv
import os
import re
import signal
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Rapport, started
from playwright.sync_api import Browser, Page, expect
from screens import violations

from suite.control import supervisor_of
from suite.paths import Home
from suite.rest import Rest
from suite.testing import eventually


@pytest.fixture(scope="module")
def furnished() -> Iterator[Rapport]:
    """A suite with one account, two people of it and a deal."""
    with started("--empty") as rapport:
        yield rapport


@pytest.fixture(scope="module")
def records(furnished: Rapport) -> dict[str, Any]:
    rest = furnished.rest
    account = rest.post("/v1/accounts", {"name": "Škoda Works", "domain": "skoda-works.example"})
    ada = {"first_name": "Ada", "last_name": "Müller", "account_id": account["id"]}
    ben = {"first_name": "Ben", "last_name": "Quist", "phone": "+49 30 1234567"}
    return {
        "account": account,
        "ada": rest.post("/v1/contacts", ada),
        "ben": rest.post("/v1/contacts", ben),
        "deal": rest.post("/v1/deals", {"name": "Crane", "account_id": account["id"]}),
    }


@pytest.fixture
def rest(furnished: Rapport) -> Iterator[Rest]:
    """A connection of the test's own: one kept from test to test may have been closed by the gateway."""
    found = Rest.of(Home(furnished.home))
    yield found
    found.close()


@pytest.fixture
def open_as(browser: Browser, rest: Rest) -> Iterator[Callable[..., Page]]:
    """A window for the administrator, or for the user with this id."""
    contexts = []

    def one(user_id: str | None = None) -> Page:
        link = rest.post("/v1/sign-in-links", {"user_id": user_id} if user_id else {})["url"]
        context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(link)
        page.get_by_test_id("workspace-name").first.wait_for()
        return page

    yield one
    for context in contexts:
        context.close()


def go(page: Page, rapport: Rapport, address: str) -> None:
    page.goto(rapport.endpoints["http"] + address)


def test_a_record_is_found_and_opened_by_keyboard_alone(
    furnished: Rapport, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()
    for letters, name in (("mueller ad", "Ada Müller"), ("030 12345", "Ben Quist"), ("SKODA", "Škoda Works")):
        page.keyboard.press("Control+k")
        expect(page.get_by_test_id("search-input")).to_be_focused()
        page.keyboard.type(letters)
        expect(page.get_by_test_id("search-hit").first).to_contain_text(name)
        expect(page.get_by_role("listbox", name="Results").locator("[aria-selected=true]")).to_contain_text(
            name
        )
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("record-title")).to_have_text(name)
    page.keyboard.press("/")
    expect(page.get_by_test_id("search-input")).to_be_focused()
    expect(page.get_by_role("listbox", name="Results").get_by_role("option").first).to_contain_text(
        "Škoda Works"
    )  # what was looked at last
    page.keyboard.type("create dea")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_test_id("create-submit")).to_have_text("Create deal")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("search-input")).to_be_focused()
    page.keyboard.type("switch to dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/deals"))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Log a call about the record at hand")


def test_a_missed_call_takes_three_actions_and_its_task_shows_by_itself(
    furnished: Rapport, rest: Rest, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    ben = records["ben"]
    page = open_as()
    go(page, furnished, "/contacts")
    page.get_by_test_id(f"row-{ben['id']}").hover()
    page.get_by_test_id(f"log-{ben['id']}").click()
    page.get_by_text("No answer").click()
    page.get_by_test_id("log-call").click()
    expect(page.get_by_test_id("undo")).to_be_visible()

    def calls() -> Any:
        return rest.get("/v1/activities", filter=f'kind = "call" AND record_id = "{ben["id"]}"')["data"]

    [call] = eventually(calls, within=20, what="the call")
    assert (call["outcome"], call["direction"]) == ("no_answer", "outbound")
    expect(page.get_by_text("A workflow set a task")).to_be_visible()
    go(page, furnished, f"/contacts/{ben['id']}")
    expect(page.get_by_test_id("timeline").get_by_text("By a workflow")).to_be_visible()
    page.get_by_text("Calls", exact=True).click()
    expect(page.locator("[data-testid=timeline] li[data-kind]")).to_have_count(1)


def test_what_was_logged_is_taken_back(
    furnished: Rapport, rest: Rest, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()
    go(page, furnished, f"/deals/{records['deal']['id']}")
    expect(page.get_by_test_id("note-text")).to_be_visible()
    page.get_by_test_id("note-text").fill("Wrong place")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_test_id("timeline").get_by_text("Wrong place")).to_be_visible()
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("timeline").get_by_text("Wrong place")).to_have_count(0)

    def kept() -> int:
        wanted = f'kind = "note" AND record_id = "{records["deal"]["id"]}"'
        return len(rest.get("/v1/activities", filter=wanted)["data"])

    eventually(lambda: kept() == 0, within=20, what="the note is gone")


def test_a_saved_view_survives_and_is_shared(
    furnished: Rapport, rest: Rest, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    other = rest.post("/v1/users", {"name": "Olga", "role": "rep"})
    page = open_as()
    go(page, furnished, "/contacts")
    page.get_by_test_id("build-filter").click()
    page.get_by_test_id("condition-field").click()
    page.get_by_role("option", name="First name").click()
    page.get_by_test_id("condition-value").fill("Ada")
    page.get_by_test_id("apply-conditions").click()
    expect(page.get_by_test_id("total")).to_have_text("1")
    expect(page.get_by_test_id("filter")).to_have_value('first_name ~ "Ada"')
    page.get_by_test_id("columns").click()
    page.get_by_test_id("column-phone").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("columnheader", name="Phone")).to_have_count(0)
    page.get_by_test_id("view-save-as").click()
    page.get_by_test_id("view-name").fill("Adas")
    page.get_by_test_id("view-shared").click()
    page.get_by_test_id("view-submit").click()
    expect(page).to_have_url(re.compile(r"\?view=view_\w+$"))
    page.reload()
    expect(page.get_by_test_id("total")).to_have_text("1")
    expect(page.get_by_role("columnheader", name="Phone")).to_have_count(0)
    page.get_by_test_id("view-menu").click()
    page.get_by_test_id("view-default").click()
    expect(page.get_by_label("opens first")).to_be_visible()
    go(page, furnished, "/contacts")
    expect(page.get_by_test_id("total")).to_have_text("1")

    hers = open_as(other["id"])
    go(hers, furnished, "/contacts")
    expect(hers.get_by_test_id("total")).to_have_text("2")  # somebody's default is theirs alone
    hers.get_by_role("navigation", name="Views").get_by_text("Adas").click()
    expect(hers.get_by_test_id("total")).to_have_text("1")
    hers.get_by_test_id("sort-name").click()
    expect(hers.get_by_test_id("view-reset")).to_be_visible()
    expect(hers.get_by_test_id("view-save")).to_have_count(0)
    hers.get_by_test_id("view-menu").click()
    expect(hers.get_by_test_id("view-delete")).to_have_count(0)

    page.get_by_test_id("view-menu").click()
    page.get_by_test_id("view-delete").click()
    expect(page.get_by_test_id("total")).to_have_text("2")
    page.get_by_test_id("undo").click()
    expect(page.get_by_test_id("total")).to_have_text("1")


def test_the_next_record_is_the_lists_next(
    furnished: Rapport, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()
    go(page, furnished, "/contacts?view=all&sort=-name")
    page.get_by_test_id(f"row-{records['ben']['id']}").click()
    expect(page.get_by_test_id("place")).to_have_text("1 of 2")
    page.keyboard.press("j")
    expect(page.get_by_test_id("record-title")).to_have_text("Ada Müller")
    page.get_by_test_id("previous-record").click()
    expect(page.get_by_test_id("record-title")).to_have_text("Ben Quist")


def test_a_contact_of_an_account_takes_two_actions(
    furnished: Rapport, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()
    go(page, furnished, f"/accounts/{records['account']['id']}")
    page.get_by_label("Add a contact").click()
    page.keyboard.type("Cleo")
    page.get_by_test_id("field-last_name").fill("Novák")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="Contacts").get_by_text("Cleo Novák")).to_be_visible()


def test_a_record_without_one_of_its_services_says_what_is_missing(
    furnished: Rapport, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()
    processes = supervisor_of(Home(furnished.home)).processes()
    [pid] = [row["pid"] for row in processes if row["name"].startswith("activities")]
    os.kill(pid, signal.SIGSTOP)
    try:
        go(page, furnished, f"/accounts/{records['account']['id']}")
        expect(page.get_by_test_id("record-title")).to_have_text("Škoda Works")
        expect(page.get_by_test_id("missing-parts")).to_contain_text("activities")
        expect(page.get_by_role("region", name="Open tasks")).to_contain_text("Not known")
        expect(page.get_by_role("region", name="Contacts").get_by_text("Ada Müller")).to_be_visible()
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize(
    "text",
    [
        'name ~ "crane" AND amount >= 50000.5',
        'status = "open" OR closed_on != null',
        'stage.kind IN ("won", "lost") AND (tags : "vip" OR owner_id = me)',
        'created_at > now - 30d AND name = "say \\"ho\\" AND OR (not)"',
        "expected_close_on < today AND account_id = null",
    ],
)
def test_the_builder_shows_and_keeps_what_was_typed(
    furnished: Rapport, records: dict[str, Any], open_as: Callable[..., Page], text: str
) -> None:
    page = open_as()
    go(page, furnished, f"/deals?filter={quote(text)}")
    expect(page.get_by_test_id("total")).to_be_visible()
    page.get_by_test_id("build-filter").click()
    expect(page.get_by_test_id("condition-field").first).not_to_have_value("")
    page.get_by_test_id("apply-conditions").click()
    expect(page.get_by_test_id("filter")).to_have_value(text)


def test_a_list_is_taken_away_as_it_is_shown(
    furnished: Rapport, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()
    wanted = quote('first_name = "Ada"')
    go(page, furnished, f"/contacts?filter={wanted}&columns=account,owner,phone")
    expect(page.get_by_test_id("total")).to_have_text("1")
    page.get_by_test_id("export").click()
    with page.expect_download() as downloading:
        page.get_by_test_id("export-csv").click()
    rows = list(csv.DictReader(downloading.value.path().read_text("utf-8-sig").splitlines()))
    assert [(row["name"], row["account.name"], row["phone"]) for row in rows] == [
        ("Ada Müller", "Škoda Works", "")
    ]


def test_a_workflow_is_tried_on_the_past_before_it_is_switched_on(
    furnished: Rapport, rest: Rest, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    for amount in ("900", "1000", "7000"):
        rest.post("/v1/deals", {"name": f"Over {amount}", "amount": {"amount": amount, "currency": "USD"}})
    page = open_as()
    go(page, furnished, "/workflows")
    page.get_by_test_id("new-workflow").click()
    page.get_by_test_id("workflow-name").fill("Look at it")
    page.get_by_test_id("trigger-event").click()
    page.get_by_role("option", name="A deal is opened", exact=True).click()
    page.get_by_test_id("workflow-filter").fill("amount >= 1000")

    def looked() -> bool:
        """The archive may come a moment after the deals."""
        page.get_by_test_id("dry-run").click()
        result = page.get_by_test_id("dry-run-result")
        expect(result).to_contain_text("events of its kind")
        return "It would have run 2 times: 2 tasks." in result.inner_text()

    eventually(looked, what="what it would have done")
    page.get_by_test_id("workflow-filter").fill("ammount >= 1000")
    page.get_by_test_id("dry-run").click()
    expect(page.get_by_test_id("problem")).to_contain_text("Did you mean amount?")
    page.get_by_test_id("workflow-filter").fill("amount >= 7000")
    page.get_by_test_id("save-and-enable").click()
    expect(page.get_by_test_id("versions").get_by_text("switched on")).to_be_visible()
    rest.post("/v1/deals", {"name": "Over all", "amount": {"amount": "9000", "currency": "USD"}})
    expect(page.get_by_test_id("runs").locator("li")).to_have_count(1)
    page.get_by_test_id("edit-workflow").click()
    page.get_by_test_id("workflow-filter").fill("amount >= 1")
    page.get_by_test_id("save-workflow").click()
    page.get_by_role("button", name="Back to this").click()
    expect(page.get_by_test_id("versions").get_by_text("Revision 3")).to_be_visible()
    [kept] = rest.get("/v1/workflows", filter='name = "Look at it"')["data"]
    assert (kept["filter"], kept["status"]) == ("amount >= 7000", "published")


def test_a_workflow_takes_a_record_up_by_hand_and_says_when_it_does_so_by_itself(
    furnished: Rapport, rest: Rest, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    page = open_as()

    def begin(name: str, way: str) -> None:
        go(page, furnished, "/workflows/new")
        page.get_by_test_id("workflow-name").fill(name)
        page.get_by_test_id("trigger-event").click()
        page.get_by_role("option", name="A deal is taken up", exact=False).click()
        page.get_by_test_id("enroll-by").click()
        page.get_by_role("option", name=way, exact=True).click()

    begin("Before it closes", "By a date")
    expect(page.get_by_label("When it takes records up")).to_contain_text(
        "7 days before opened on, from 08:00 on"
    )
    page.get_by_test_id("enroll-field").click()
    page.get_by_role("option", name="Expected close on", exact=True).click()
    page.get_by_test_id("save-and-enable").click()
    taken_up = page.get_by_label("Taken up")
    expect(taken_up).to_contain_text("It takes records up 7 days before expected close on, from 08:00 on.")
    begin("Plan a visit", "By hand")
    page.get_by_test_id("save-and-enable").click()
    expect(page.get_by_test_id("enroll-record")).to_be_visible()
    go(page, furnished, f"/deals/{records['deal']['id']}")
    page.get_by_test_id("take-up").click()
    page.get_by_role("menuitem", name="Plan a visit").click()
    expect(page.get_by_text("Plan a visit takes it up")).to_be_visible()
    expect(page.get_by_text(f"Follow up: {records['deal']['name']}").first).to_be_visible()
    [workflow] = rest.get("/v1/workflows", filter='name = "Plan a visit"')["data"]
    go(page, furnished, f"/workflows/{workflow['id']}")
    expect(page.get_by_test_id("enrollments").locator("li")).to_have_count(1)
    expect(page.get_by_test_id("enrollments")).to_contain_text("taken up")
    assert violations(page) == []


def test_who_is_here_already_is_said_before_another_one_is_made(
    furnished: Rapport, rest: Rest, records: dict[str, Any], open_as: Callable[..., Page]
) -> None:
    known = rest.post("/v1/contacts", {"last_name": "Twin", "email": "twin@once.example"})
    page = open_as()
    go(page, furnished, "/leads")
    page.get_by_test_id("new-record").click()
    page.get_by_label("Email").fill("Twin@once.example")
    hint = page.get_by_test_id("look-alikes")
    expect(hint).to_contain_text("has the same address, twin@once.example")
    hint.get_by_role("link", name="Twin").click()
    expect(page).to_have_url(re.compile(known["id"]))
    found = rest.get("/v1/possible-duplicates", kind="account", name="SKODA works inc.")["data"]
    assert [(one["name"], one["score"]) for one in found] == [("Škoda Works", 80)]
