"""What `./rapport up` does, step by step. Each step finds out by itself whether there is anything left to do."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite import databases, keys, plan, ports, webui
from suite.broker import Broker
from suite.control import only_one, supervisor_of
from suite.failures import Failure
from suite.paths import Home, checkout
from suite.plan import Plan
from suite.postgres import Postgres
from suite.rest import Rest
from suite.settings import Settings, write_private
from suite.spawn import tail
from suite.steps import Steps

DEFAULT_PORT = 8080


@dataclass(frozen=True)
class Wishes:
    """The options of `up`; None means: as before."""

    port: int | None = None
    empty: bool = False
    currency: str | None = None
    postgres: str | None = None
    scale: dict[str, int] | None = None


def up(home: Home, wishes: Wishes, steps: Steps) -> str:
    """Brings the suite up; returns the one-time sign-in link."""
    home.make()
    with only_one(home):
        return Start(home, wishes, steps).run()


class Start:
    def __init__(self, home: Home, wishes: Wishes, steps: Steps) -> None:
        self.home = home
        self.wishes = wishes
        self.steps = steps
        self.settings = Settings.load(home.settings)
        self.supervisor = supervisor_of(home)
        self.was_running = self.supervisor.is_running()
        self.foreign_broker = os.environ.get("RAPPORT_AMQP_URL")
        self.broker = None if self.foreign_broker else Broker(home.root)
        self.postgres: Postgres | None = None

    def run(self) -> str:
        self._decide()
        ui = self._build_ui_meanwhile()
        self._start_stores()
        suite = self._plan()
        keys.make_missing(self.home.keys)
        self._migrate(suite)
        self._bootstrap(suite)
        if self.settings.queues_of:
            # The broker takes its time and one core; the processes start beside it and find it by themselves.
            self._apply(suite, at_once=True)
        self._wait_for_broker()
        self._topology(suite)
        self._apply(suite)
        self._wait_for_processes(suite)
        self._seed()
        self._join(ui)
        return str(Rest.of(self.home).post("/v1/sign-in-links", {})["url"])

    def rescale(self) -> None:
        """Only brings the processes of a running suite to the numbers that are wished for."""
        self._decide()
        if self.settings.postgres == "local":
            self.postgres = Postgres(self.home.root)
        suite = self._plan()
        self._apply(suite)
        self._wait_for_processes(suite)

    # Deciding

    def _decide(self) -> None:
        """Takes the wishes into the settings, or says why a wish cannot be granted."""
        databases.choose(self.settings, self.wishes.postgres)
        if self.wishes.scale:
            self.settings.scale.update(self.wishes.scale)
        if self.wishes.currency and not self.home.endpoints.exists():
            self.settings.currency = self.wishes.currency
        self.settings.http_port = self._http_port()
        if not (self.was_running and self.settings.grpc_port):
            avoid = {self.settings.http_port}
            self.settings.grpc_port = ports.remembered_or_free(self.settings.grpc_port, avoid)
        self.settings.save(self.home.settings)

    def _http_port(self) -> int:
        asked, known = self.wishes.port, self.settings.http_port
        if known and asked in (None, known) and (self.was_running or ports.is_free(known)):
            return known
        if asked:
            if ports.is_privileged(asked):
                raise Failure(f"Port {asked} needs root.", "Choose one above 1023: ./rapport up --port 8080")
            if not ports.is_free(asked):
                who = ports.holder(asked) or "another process"
                raise Failure(
                    f"Port {asked} is taken by {who}.", "Stop it, or choose another: ./rapport up --port N"
                )
            return asked
        found = DEFAULT_PORT if ports.is_free(DEFAULT_PORT) else ports.free_port()
        if known:
            who = ports.holder(known) or "another process"
            self.steps.warn(f"Port {known} is taken by {who}; the suite moves to port {found}.")
        return found

    def _plan(self) -> Plan:
        admin = databases.admin_url(self.settings, self.postgres)
        url = self.foreign_broker or (self.broker.url() if self.broker else "")
        return Plan(self.home, self.settings, url, admin)

    # The web UI is built while everything else starts; it takes longest the first time.

    def _build_ui_meanwhile(self) -> _Background | None:
        if not webui.has_sources():
            self.steps.warn("Web UI: this checkout has no gateway/web; the REST interface works without it.")
            return None
        if webui.is_current():
            return None
        return _Background(lambda: webui.build(self.home.logs / "web-build.log"))

    def _join(self, ui: _Background | None) -> None:
        if ui is None:
            return
        with self.steps.step("Web UI") as step:
            ui.result()
            step.result = f"built in {ui.seconds:.0f} s, beside the other steps"

    # Broker and databases

    def _start_stores(self) -> None:
        specs = []
        if self.broker:
            if not Broker.is_installed():
                with self.steps.step("RabbitMQ, from the system's packages"):
                    Broker.ensure_installed()
            if not self._runs("broker"):
                self.broker.prepare()
            specs += plan.broker_specs(self.broker, self.home.logs)
        if self.settings.postgres == "local":
            if not Postgres.is_installed():
                with self.steps.step("PostgreSQL, from the system's packages"):
                    Postgres.ensure_installed()
            self.postgres = Postgres(self.home.root)
            if not self._runs("postgres"):
                self.postgres.prepare()
            specs += plan.postgres_specs(self.postgres, self.home.logs)
        self.supervisor.ensure_running()
        if specs:
            self.supervisor.apply(specs, prune=False)

    def _runs(self, name: str) -> bool:
        if not self.was_running:
            return False
        return any(row["name"] == name and row["pid"] for row in self.supervisor.processes())

    def _wait_for_broker(self) -> None:
        if self.foreign_broker:
            with self.steps.step("Broker named by RAPPORT_AMQP_URL"):
                from suite.doctor import checks

                found = checks.broker_answers(self.foreign_broker, by_hand=True)
                if found.verdict != "ok":
                    raise Failure(f"Broker: {found.words}.", found.cure)
        if self.broker:
            with self.steps.step("Broker") as step:
                self._wait_until_running(["broker"], 90)
                step.result = f"private RabbitMQ node on port {self.broker.ports['amqp']}"

    def _migrate(self, suite: Plan) -> None:
        with self.steps.step("Databases") as step:
            if self.postgres:
                self._wait_until_running(["postgres"], 60)
            admin = suite.admin_url
            if admin:
                databases.provision(self.settings, admin, (*plan.services(), "gateway"), self.home.settings)
            script = (
                "import sys; from chassis.__main__ import main; "
                "[sys.exit(code) for name in sys.argv[1:] if (code := main(['migrate', name]))]"
            )
            stores = [*plan.services(), "gateway"]
            self._run([sys.executable, "-c", script, *stores], suite, "The databases could not be migrated")
            step.result = f"{len(stores)} on {'PostgreSQL' if admin else 'SQLite'}, each at its newest schema"

    def _topology(self, suite: Plan) -> None:
        """Declares exchanges and queues, unless the private broker has those of this very code."""
        code = digest_of_code() if self.broker else None
        if code and code == self.settings.queues_of:
            return
        with self.steps.step("Exchanges and queues") as step:
            said = self._run(
                [sys.executable, "-m", "chassis", "topology"], suite, "The queues could not be declared"
            )
            step.result = said.strip()
            # A broker that somebody else runs may be another one each time.
            self.settings.queues_of = code
            self.settings.save(self.home.settings)

    # The workspace

    def _bootstrap(self, suite: Plan) -> None:
        """The first time: workspace, administrator and the admin key, which is written down at once."""
        known: dict[str, Any] = {}
        if self.home.endpoints.exists():
            known = json.loads(self.home.endpoints.read_text())
        if not known.get("admin_key"):
            with self.steps.step("Workspace") as step:
                command = [sys.executable, "-m", "gateway", "bootstrap", "--currency", self.settings.currency]
                said = self._run(command, suite, "The workspace could not be made")
                made = json.loads(said.strip().splitlines()[-1])
                if not made["admin_key"]:
                    raise Failure(
                        f"The workspace exists, but its admin key is gone with {self.home.endpoints}.",
                        "Put that file back, or start anew: ./rapport reset --yes",
                    )
                known = {"admin_key": made["admin_key"]}
                step.result = f"made, currency {self.settings.currency}"
        endpoints = {
            "http": suite.public_url,
            "grpc": suite.grpc_target,
            "grpc_certificate": str(self.home.keys / keys.CERTIFICATE),
            "amqp": suite.amqp_url,
            "admin_key": known["admin_key"],
        }
        write_private(self.home.endpoints, endpoints)

    # Processes

    def _apply(self, suite: Plan, *, at_once: bool = False) -> None:
        self.supervisor.apply(suite.specs(self.broker, self.postgres, at_once=at_once))

    def _wait_for_processes(self, suite: Plan) -> None:
        with self.steps.step("Processes") as step:
            names = [row["name"] for row in self.supervisor.processes()]
            self._wait_until_running(names, 90)
            self._wait_until_web_answers(suite)
            step.result = f"{len(names)} ready"

    def _wait_until_running(self, names: list[str], patience: float) -> None:
        deadline = time.monotonic() + patience
        while True:
            rows = {row["name"]: row for row in self.supervisor.processes()}
            late = [name for name in names if rows[name]["state"] != "running"]
            if not late:
                return
            for name in late:
                # Once may be bad luck; three times in a row is a reason.
                if rows[name]["restarts"] >= 3 or time.monotonic() > deadline:
                    log = self.home.logs / f"{name}.log"
                    state = rows[name]["last_death"] or f"still {rows[name]['state']} after {patience:.0f} s"
                    raise Failure(
                        f"{name} does not become ready: {state}. Its last words:\n{tail(log)}",
                        f"Its whole log: {log}. ./rapport doctor looks for the cause.",
                    )
            time.sleep(0.05)

    def _wait_until_web_answers(self, suite: Plan) -> None:
        rest = Rest(suite.public_url, None, timeout=10)
        deadline = time.monotonic() + 60
        while True:
            try:
                rest.get("/readyz")
                return
            except Failure:
                if time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def _seed(self) -> None:
        if self.settings.seeded is not None:
            return
        if self.wishes.empty:
            self.settings.seeded = "empty"
        else:
            with self.steps.step("Demo data") as step:
                from suite import seed

                known = json.loads(self.home.endpoints.read_text())
                step.result = seed.run(known["http"], known["admin_key"])
                self.settings.seeded = "demo"
        self.settings.save(self.home.settings)

    def _run(self, command: list[str], suite: Plan, what_failed: str) -> str:
        done = subprocess.run(
            command, cwd=checkout(), env=suite.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
            raise Failure(f"{what_failed}:\n{last}", "./rapport doctor looks for the cause.")
        return done.stdout


def digest_of_code() -> str:
    """A mark of every member's Python source: the menus in it say which queues there are."""
    total = hashlib.sha256()
    for folder in sorted(checkout().glob("*/src")):
        for file in sorted(folder.rglob("*.py")):
            total.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


class _Background:
    """A function on a thread, with its failure kept for whoever asks for the result."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._error: BaseException | None = None
        self.seconds = 0.0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        began = time.monotonic()
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - Raised again on the thread that asks.
            self._error = error
        self.seconds = time.monotonic() - began

    def result(self) -> None:
        self._thread.join()
        if self._error:
            raise self._error
