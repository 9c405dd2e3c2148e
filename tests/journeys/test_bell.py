"""Two people and the inbox: what one does is told to the other, live, in a window that nobody reloads."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conftest import Rapport, started
from playwright.sync_api import Browser, Page, expect
from screens import DARK, LIGHT, PHONE, Look, Window, window

from suite.paths import Home
from suite.rest import Rest


@pytest.fixture(scope="module")
def furnished() -> Iterator[Rapport]:
    """A suite without demo data: who is told what depends on nobody else."""
    with started("--empty") as rapport:
        yield rapport


def post(furnished: Rapport, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """As the administrator, over a connection of its own: one that is kept may be closed between two tests."""
    rest = Rest.of(Home(furnished.home))
    answer = rest.post(path, body)
    rest.close()
    return answer


@pytest.fixture(scope="module")
def bob(furnished: Rapport) -> dict[str, Any]:
    return post(furnished, "/v1/users", {"name": "Bob Berg", "role": "rep"})


@pytest.fixture
def open_window(
    browser: Browser, furnished: Rapport, bob: dict[str, Any]
) -> Iterator[Callable[[str, Look], Window]]:
    """Opens a window for `ann`, the administrator, or for `bob`."""
    opened = []

    def one(who: str, look: Look = LIGHT) -> Window:
        made = window(browser, furnished.endpoints["http"], look)
        found = made.__enter__()
        opened.append(made)
        of = {"user_id": bob["id"]} if who == "bob" else {}
        found.page.goto(post(furnished, "/v1/sign-in-links", of)["url"])
        # A place of the navigation on the left, or behind the burger of a phone.
        expect(found.page.locator("[data-testid=bell]:visible").first).to_be_visible()
        found.complaints.clear()
        return found

    yield one
    for made in opened:
        made.__exit__(None, None, None)


def give_task(ann: Page, subject: str) -> None:
    """On the page of tasks, with the owner chosen by name."""
    ann.get_by_test_id("nav-tasks").click()
    ann.get_by_test_id("new-record").click()
    ann.get_by_test_id("task-subject").fill(subject)
    owner = ann.get_by_role("dialog").get_by_label("Owner").first
    owner.click()
    owner.fill("Bob")
    ann.get_by_role("option", name="Bob Berg").click()
    ann.get_by_test_id("create-submit").click()
    expect(ann.get_by_role("dialog")).to_have_count(0)


def badge(page: Page) -> Any:
    return page.locator("[data-testid=unread-count]:visible")


def test_a_task_from_ann_reaches_bobs_open_window(open_window: Callable[..., Window]) -> None:
    ann, bob = open_window("ann").page, open_window("bob").page
    expect(badge(bob)).to_have_count(0)
    give_task(ann, "Send the offer")
    said = "Administrator gave you a task: Send the offer"
    expect(badge(bob)).to_have_text("1")
    expect(bob.get_by_test_id("notification-toast")).to_contain_text(said)
    expect(bob.get_by_test_id("announcer")).to_have_text(f"New notification: {said}")
    expect(bob).to_have_title(re.compile(r"^\(1\) "))
    bob.get_by_test_id("bell").first.click()
    expect(bob).to_have_url(re.compile("/inbox$"))
    bob.locator("[data-open]", has_text=said).click()
    # A task about no record leads to the list of tasks.
    expect(bob).to_have_url(re.compile("/tasks"))
    expect(badge(bob)).to_have_count(0)
    expect(bob).to_have_title(re.compile(r"^Tasks"))
    # Ann did it, so nobody tells her.
    ann.goto(re.sub(r"/tasks.*", "/inbox?view=all", ann.url))
    expect(ann.get_by_test_id("empty")).to_be_visible()


def tell(furnished: Rapport, bob: dict[str, Any], *names: str) -> list[str]:
    """Records that become Bob's; returns their ids."""
    return [
        str(post(furnished, "/v1/accounts", {"name": name, "owner_id": bob["id"]})["id"]) for name in names
    ]


def test_the_inbox_is_worked_off_by_single_keys(
    open_window: Callable[..., Window], furnished: Rapport, bob: dict[str, Any]
) -> None:
    page = open_window("bob").page
    page.get_by_test_id("bell").first.click()
    expect(page.get_by_test_id("empty")).to_be_visible()
    _, second = tell(furnished, bob, "Acme", "Birch")
    rows = page.get_by_test_id("inbox").locator("[data-open]")
    expect(rows).to_have_count(2)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    first_title = rows.nth(0).inner_text()
    page.keyboard.press("e")
    expect(rows).to_have_count(1)
    expect(badge(page)).to_have_text("1")
    page.get_by_test_id("undo").click()
    expect(rows).to_have_count(2)
    expect(badge(page)).to_have_text("2")
    page.locator("[data-open]", has_text="Birch").focus()
    page.keyboard.press("u")
    expect(rows).to_have_count(1)
    page.get_by_test_id("read-all").click()
    expect(page.get_by_test_id("empty")).to_be_visible()
    expect(badge(page)).to_have_count(0)
    page.get_by_text("All", exact=True).click()
    expect(page.locator("[data-open]", has_text=first_title.strip())).to_be_visible()
    page.locator("[data-open]", has_text="Birch").focus()
    page.keyboard.press("o")
    expect(page).to_have_url(re.compile(second))


@pytest.mark.parametrize("look", [LIGHT, DARK, PHONE], ids=lambda look: look.name)
def test_a_full_inbox_is_accessible(
    open_window: Callable[..., Window], furnished: Rapport, bob: dict[str, Any], look: Look
) -> None:
    screen = open_window("bob", look)
    tell(furnished, bob, f"Cedar {look.name}", f"Dale {look.name}")
    screen.go("/inbox?view=all")
    row = screen.page.locator("[data-open]", has_text=f"Dale {look.name}")
    expect(row).to_be_visible()
    row.focus()
    screen.check()
