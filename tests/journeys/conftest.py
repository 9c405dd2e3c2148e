"""A whole suite from an empty home, started by the README's command, and real browsers to use it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from suite import ports, tiers
from suite.paths import Home
from suite.rest import Rest

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data" / "crm-sales"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


expect.set_options(timeout=30_000)


@dataclass
class Rapport:
    """The command line on one home."""

    home: Path

    def __call__(self, *words: str, code: int = 0) -> str:
        """What `./rapport <words>` printed; fails unless it ended with `code`."""
        environment = {**os.environ, "RAPPORT_HOME": str(self.home), "NO_COLOR": "1", "COLUMNS": "160"}
        done = subprocess.run(
            [str(ROOT / "rapport"), *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == code, (
            f"rapport {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done.stdout + done.stderr

    @property
    def endpoints(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(Home(self.home).endpoints.read_text())
        return found

    @cached_property
    def rest(self) -> Rest:
        return Rest.of(Home(self.home))

    def sign_in_link(self) -> str:
        """A one-time link for the administrator."""
        # Over a connection of its own: one kept through a long test may have been closed by the gateway.
        rest = Rest.of(Home(self.home))
        link = str(rest.post("/v1/sign-in-links", {})["url"])
        rest.close()
        return link


@contextmanager
def started(*options: str) -> Iterator[Rapport]:
    """A suite in a home of its own, started by `./rapport up` with these options."""
    home = Path(tempfile.mkdtemp(prefix="rapport-journey-"))
    found = Rapport(home / "home")
    found("up", "--port", str(ports.free_port()), *options)
    yield found
    found.rest.close()
    found("down")
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def rapport(request: pytest.FixtureRequest) -> Iterator[Rapport]:
    """A suite without demo data, on each database."""
    with started("--empty", *(["--postgres", "local"] if request.param == "postgresql" else [])) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=tiers.browser(), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def sign_in(browser: Browser, rapport: Rapport) -> Iterator[Callable[[], Page]]:
    """Opens another browser window, signed in by a fresh link. Nothing it asks for may leave the machine."""
    contexts = []

    def one() -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        outside: list[str] = []
        base = rapport.endpoints["http"]
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith((base, "data:", "blob:")) else outside.append(request.url)
            ),
        )
        page.goto(rapport.sign_in_link())
        page.get_by_test_id("workspace-name").first.wait_for()
        assert outside == []
        return page

    yield one
    for context in contexts:
        context.close()
