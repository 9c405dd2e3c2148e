"""The tiers of the tests: where each lives, what it needs, in which order they run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from suite.broker import Broker
from suite.failures import Failure
from suite.packages import apt_install
from suite.paths import checkout
from suite.postgres import Postgres
from suite.steps import Steps

MEMBERS = (
    *("chassis", "proto", "contacts-svc", "deals-svc", "activities-svc", "automation-svc", "reporting-svc"),
    *("gateway", "gateway/client", "deploy/local"),
)
# pytest's exit code when it found no test.
NO_TESTS = 5


@dataclass(frozen=True)
class Tier:
    """`folders` are looked for in each member and at the root; `workers` is how many tests run at once."""

    name: str
    folders: tuple[str, ...]
    needs: tuple[str, ...] = ()
    workers: int = 1


TIERS = (
    Tier("unit", tuple(f"{member}/tests/unit" for member in MEMBERS), workers=2),
    Tier("architecture", ("tests/architecture",), ("postgres",)),
    Tier("wire", ("tests/wire",)),
    # Each of these starts processes and a broker of its own; two at once keep two cores busy.
    Tier(
        "service", tuple(f"{member}/tests/service" for member in MEMBERS), ("broker", "postgres"), workers=2
    ),
    Tier("journeys", ("tests/journeys", "tests/cases"), ("broker", "postgres", "browser"), workers=2),
    Tier("faults", ("tests/faults",), ("broker", "postgres")),
)


def chosen(names: list[str]) -> list[Tier]:
    """The tiers of these names in the order in which they run; all of them for no name."""
    known = {tier.name: tier for tier in TIERS}
    strange = [name for name in names if name not in known]
    if strange:
        raise Failure(f"There is no tier {', '.join(strange)}.", f"Choose from {', '.join(known)}.", code=2)
    return [tier for tier in TIERS if not names or tier.name in names]


def folders_of(tier: Tier, root: Path) -> list[str]:
    """The tier's folders that hold tests."""
    return [name for name in tier.folders if any((root / name).rglob("test_*.py"))]


def run(names: list[str], options: list[str]) -> int:
    """Runs the tiers one after the other, each to its end; returns 0 when all passed."""
    tiers = chosen(names)
    root = checkout()
    steps = Steps()
    ensure_programs({need for tier in tiers if folders_of(tier, root) for need in tier.needs}, steps)
    results: list[tuple[str, str, float]] = []
    worst = 0
    for tier in tiers:
        folders = folders_of(tier, root)
        if not folders:
            results.append((tier.name, "no tests yet", 0.0))
            continue
        steps.console.print(f"\n[bold]{tier.name}[/bold]: {', '.join(folders)}")
        began = time.monotonic()
        code = _pytest(tier, folders, options, root)
        worst = worst or (code if code != NO_TESTS else 0)
        verdict = {0: "passed", NO_TESTS: "no tests"}.get(code, f"failed (exit code {code})")
        results.append((tier.name, verdict, time.monotonic() - began))
    steps.console.print()
    for name, verdict, seconds in results:
        colour = "green" if verdict == "passed" else "red" if verdict.startswith("failed") else "dim"
        steps.console.print(f"[{colour}]{name:<14}{verdict}[/{colour}] [dim]({seconds:.1f} s)[/dim]")
    if all(verdict.startswith("no test") for _, verdict, _ in results):
        raise Failure("Not one test was found.", "Are you in a whole checkout?", code=NO_TESTS)
    return worst


def _pytest(tier: Tier, folders: list[str], options: list[str], root: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-q"]
    if tier.workers > 1 and "-x" not in options and "--pdb" not in options:
        # A file stays on one worker, so that what it starts for all its tests is started once.
        command += ["-n", str(tier.workers), "--dist", "loadfile"]
    return subprocess.run(
        [*command, *folders, *options], cwd=root, env=dict(os.environ), check=False
    ).returncode


def ensure_programs(needs: set[str], steps: Steps) -> None:
    """Installs what the chosen tiers need and this machine lacks."""
    if "broker" in needs and not Broker.is_installed():
        with steps.step("RabbitMQ, from the system's packages"):
            Broker.ensure_installed()
    if "postgres" in needs and not Postgres.is_installed():
        with steps.step("PostgreSQL, from the system's packages"):
            Postgres.ensure_installed()
    if "browser" in needs and browser() is None:
        with steps.step("Chromium, from the system's packages"):
            apt_install(["chromium"], "Chromium")


def browser() -> str | None:
    """The browser for the journeys."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def run_module(folder: str, name: str, arguments: list[str]) -> int:
    """Runs `folder`/`name`.py or the package `name` in it, as far as this checkout has it."""
    root = checkout()
    script = next(
        (p for p in (root / folder / f"{name}.py", root / folder / "__main__.py") if p.exists()), None
    )
    if script is None:
        raise Failure(
            f"This checkout has no {name} yet: there is no {folder}/{name}.py.",
            "./rapport test runs what there is.",
        )
    environment = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run(
        [sys.executable, str(script), *arguments], cwd=root, env=environment, check=False
    ).returncode
