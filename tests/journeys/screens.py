"""What every screen of the interface is held to: the checks of axe-core, and nothing asked of anybody else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

WEB = Path(__file__).resolve().parents[2] / "gateway" / "web"
ROUTES = WEB / "src" / "app" / "routes.json"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
# Levels A and AA of the WCAG, in each of its versions.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Look:
    """One way of looking at the interface."""

    name: str
    scheme: Any
    width: int = 1440
    height: int = 900


LIGHT = Look("light", "light")
DARK = Look("dark", "dark")
PHONE = Look("phone", "light", 390, 844)
LOOKS = (LIGHT, DARK, PHONE)


@dataclass
class Window:
    """A browser window that remembers what it asked of others and what it complained about."""

    page: Page
    base: str
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def go(self, address: str) -> None:
        self.page.goto(self.base + address)

    def settle(self) -> None:
        """Waits until nothing on the screen is still on its way."""
        for waiting in ("[aria-busy=true]", ".mantine-Skeleton-root", ".mantine-Loader-root"):
            expect(self.page.locator(waiting)).to_have_count(0)

    def check(self, allowed: str = "") -> None:
        """No finding of axe, no request to another host, no complaint on the console but of the kind `allowed`."""
        self.settle()
        found = violations(self.page)
        assert found == [], "\n".join(found)
        assert self.outside == [], self.outside
        kept = [each for each in self.complaints if not (allowed and re.search(allowed, each))]
        assert kept == [], kept


@contextmanager
def window(browser: Browser, base: str, look: Look, **options: Any) -> Iterator[Window]:
    """Opens a window that shows the interface in one look."""
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        # Half-faded menus would be measured as they fade.
        reduced_motion="reduce",
        **options,
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    found = Window(page, base)
    page.on("request", _noting_others(found))
    page.on("console", _noting_errors(found))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    context.close()


def _noting_others(found: Window) -> Callable[[Request], None]:
    def note(request: Request) -> None:
        if not request.url.startswith((found.base, "data:", "blob:")):
            found.outside.append(request.url)

    return note


def _noting_errors(found: Window) -> Callable[[ConsoleMessage], None]:
    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            found.complaints.append(message.text)

    return note


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is, one line for each element."""
    page.evaluate(AXE.read_text())
    answer = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']} {node['html'][:200]}"
        for rule in answer["violations"]
        for node in rule["nodes"]
    ]


def routes() -> list[str]:
    """The addresses of the interface, as its own table has them."""
    return [str(route["path"]) for route in json.loads(ROUTES.read_text())]
