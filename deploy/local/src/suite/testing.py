"""The suite under test: real processes, a real broker, either database, everything on free ports in a temporary home.

A pytest plugin. `suite` starts what a test module asks for and stops it after the module; `eventually` waits for what
happens elsewhere. One private broker (and one PostgreSQL) serves a whole test run, each suite in a vhost of its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from suite import keys, ports
from suite.broker import Broker
from suite.paths import checkout
from suite.plan import services
from suite.postgres import Postgres
from suite.spawn import kill_group, spawn, stop, tail

if TYPE_CHECKING:
    from chassis.bus.client import BusClient
    from chassis.context import Context
    from chassis.database import Database

T = TypeVar("T")

DATABASES = ("sqlite", "postgresql")
PATIENCE = 60.0


def eventually(check: Callable[[], T], *, within: float = PATIENCE, what: str = "") -> T:
    """The first truthy result of `check`, asked again and again; an `AssertionError` after `within` seconds.

    A check that raises `AssertionError` is asked again too, and its last words are kept.
    """
    limit = time.monotonic() + within
    pause, last = 0.01, "it never became true"
    while True:
        try:
            found = check()
            if found:
                return found
        except AssertionError as error:
            last = str(error)
        if time.monotonic() > limit:
            raise AssertionError(f"{what or 'eventually'}: not within {within:.0f} s: {last}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.25)


class Process:
    """One process of the suite under test, which says when it is ready."""

    def __init__(self, name: str, command: list[str], env: dict[str, str], folder: Path) -> None:
        self.name = name
        self._command = command
        self._env = env
        self._folder = folder
        self.log = folder / "logs" / f"{name}.log"
        self.handle: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it is ready."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start, without waiting."""
        address = self._folder / f"{self.name}.notify"
        address.unlink(missing_ok=True)
        self._ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ready.bind(str(address))
        self._ready.settimeout(0.2)
        env = {**self._env, "NOTIFY_SOCKET": str(address), "RAPPORT_PROCESS": self.name}
        self.handle = spawn(self._command, env=env, log=self.log, cwd=checkout(), farewell=signal.SIGKILL)

    def wait(self) -> None:
        """Return when the launched process says that it is ready."""
        assert self.handle is not None
        limit = time.monotonic() + PATIENCE
        with self._ready:
            while True:
                if self.handle.poll() is not None or time.monotonic() > limit:
                    raise AssertionError(f"{self.name} did not get ready:\n{tail(self.log, 40)}")
                try:
                    if b"READY=1" in self._ready.recv(200):
                        return
                except TimeoutError:
                    continue

    def stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self.handle is not None
        stop(self.handle)
        return int(self.handle.returncode)

    def kill(self) -> None:
        """kill -9 and gone."""
        assert self.handle is not None
        os.killpg(self.handle.pid, signal.SIGKILL)
        self.handle.wait()

    def signal(self, number: int) -> None:
        assert self.handle is not None
        os.killpg(self.handle.pid, number)


class Suite:
    """Processes, broker and databases of one test module.

    Arguments: `kind` is sqlite or postgresql; `broker` runs already; `postgres` is started when it is needed.
    """

    def __init__(self, kind: str, broker: Broker, postgres: Callable[[], Postgres]) -> None:
        self.kind = kind
        self.home = Path(tempfile.mkdtemp(prefix="rapport-test-"))
        self._broker = broker
        self._vhost = f"test-{uuid.uuid4().hex[:12]}"
        self._names = services()
        self._created: list[str] = []
        self._postgres = postgres
        self.amqp_url = broker.create_vhost(self._vhost)
        for folder in ("data", "keys", "run", "logs", "files"):
            (self.home / folder).mkdir(mode=0o700)
        keys.make_missing(self.home / "keys")
        self.port = ports.free_port()
        self.grpc_port = ports.free_port(avoid={self.port})
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("RAPPORT_")},
            "RAPPORT_HOME": str(self.home),
            "RAPPORT_AMQP_URL": self.amqp_url,
            "RAPPORT_PUBLIC_URL": self.url,
            "RAPPORT_STRICT": "1",
            "RAPPORT_CLOCK": str(self.home / "clock"),
            "GATEWAY_BIND": f"127.0.0.1:{self.port}",
            "PARTNER_BIND": f"127.0.0.1:{self.grpc_port}",
            "PYTHONUNBUFFERED": "1",
            **{f"{name.upper()}_DATABASE_URL": self._database(name) for name in (*self._names, "gateway")},
        }
        self.processes: dict[str, Process] = {}
        self._behind = [*self._names, "gateway"]
        self._client: BusClient | None = None
        self._databases: dict[str, Database] = {}
        self._declare()

    def _declare(self) -> None:
        """All queues, and one that takes every event: none is unroutable while its listener is not started."""
        from chassis import contracts
        from chassis.bus import topology
        from chassis.bus.connection import connect, event_exchange

        topology.declare(self.amqp_url, [topology.menu_of(name) for name in self._names])
        with connect(self.amqp_url, name="tap") as connection:
            channel = connection.channel()
            channel.queue_declare("tap", durable=True, auto_delete=False, arguments={"x-max-length": 1000})
            for source in sorted({str(getattr(schema, "source")) for schema in contracts.events().values()}):
                channel.queue_bind("tap", event_exchange(source), routing_key="#")

    def _database(self, name: str) -> str:
        if self.kind == "sqlite":
            return f"sqlite:///{self.home}/data/{name}.db"
        created = f"{self._vhost.replace('-', '_')}_{name}"
        self._created.append(created)
        return self._postgres().create_database(created)

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            env=self.env,
            cwd=checkout(),
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, f"{' '.join(arguments)} failed:\n{done.stderr[-3000:]}"
        return done.stdout

    def start(self, *names: str) -> Suite:
        """Start these processes (services by name, `web`, `worker`, `partner`) and the relay.

        Those that run already stay.
        """
        self._migrate()
        wanted = [name for name in ("relay", *names) if name not in self.processes]
        for name in wanted:
            self.processes[name] = Process(name, self._command(name), self.env, self.home)
            self.processes[name].launch()
        for name in wanted:
            self.processes[name].wait()
        return self

    def _migrate(self) -> None:
        """Bring every database to its newest revision: the relay reads all outboxes, also of services not started."""
        from chassis import migrate

        while self._behind:
            store = self._behind.pop()
            migrate.upgrade(store, self.env[f"{store.upper()}_DATABASE_URL"])

    @staticmethod
    def _command(name: str) -> list[str]:
        if name == "web":
            return [sys.executable, "-m", "gunicorn", "-c", "python:gateway.gunicorn", "gateway.wsgi:app"]
        if name == "worker":
            return [sys.executable, "-m", "gateway.worker"]
        if name == "partner":
            return [sys.executable, "-m", "gateway.partner"]
        return [sys.executable, "-m", "chassis", *(["relay"] if name == "relay" else ["run", name])]

    def bootstrap(self, currency: str = "USD") -> dict[str, Any]:
        """A workspace with its administrator's key: `{"workspace_id", "admin_key", "created"}`."""
        import json

        answer: dict[str, Any] = json.loads(
            self._run("gateway", "bootstrap", "--currency", currency).splitlines()[-1]
        )
        return answer

    def database(self, name: str) -> Database:
        """A look into a service's database."""
        from chassis.database import Database

        if name not in self._databases:
            self._databases[name] = Database(self.env[f"{name.upper()}_DATABASE_URL"], pool=2)
        return self._databases[name]

    @property
    def client(self) -> BusClient:
        """A bus client that speaks as the gateway."""
        if self._client is None:
            from chassis.bus.client import BusClient
            from chassis.context import Signer

            self._client = BusClient(self.amqp_url, "test", Signer.load(self.home / "keys", "gateway"))
        return self._client

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        """The answer of an operation."""
        return self.client.call(service, operation, ctx, **arguments)

    def deliver(self, event: str) -> None:
        """Bring the text of an event to its queues by hand, as a relay that sends twice would."""
        from chassis import envelope

        known = envelope.load(event)
        self.send(known.source, known.type, envelope.lane(known.origin, known.subject_id), event)

    def give_up(self, service: str, event: str) -> None:
        """Have the broker give up on an event that a service was to handle."""
        import amqp

        from chassis.bus.connection import DEAD_EXCHANGE, connect

        with connect(self.amqp_url, name="test publisher") as connection:
            message = amqp.Message(event, content_type="application/json", delivery_mode=2)
            connection.channel().basic_publish(message, DEAD_EXCHANGE, service)

    def send(self, source: str, event_type: str, lane: str, body: str) -> None:
        """Bring any text to the queues for these events."""
        import amqp

        from chassis.bus.connection import connect, event_exchange

        with connect(self.amqp_url, name="test publisher") as connection:
            message = amqp.Message(body, content_type="application/json", delivery_mode=2)
            connection.channel().basic_publish(message, event_exchange(source), f"{event_type}.{lane}")

    def move_clock(self, ahead: timedelta) -> None:
        """Make it so much later than it is, in every process of this suite."""
        from chassis import clock

        clock.move(self.home / "clock", ahead)

    def queues(self) -> list[dict[str, Any]]:
        """Every queue: `name`, `messages`, `consumers`."""
        return self._broker.queues(self._vhost)

    def close_connections(self) -> None:
        """Have the broker cut every connection."""
        self._broker.close_connections("cut by a test")

    def close(self) -> None:
        """Stop everything and leave nothing behind."""
        if self._client is not None:
            self._client.close()
        for database in self._databases.values():
            database.dispose()
        for process in self.processes.values():
            if process.handle is not None:
                kill_group(process.handle.pid)
                process.handle.wait()
        self._broker.delete_vhost(self._vhost)
        for name in self._created:
            self._postgres().drop_database(name)
        shutil.rmtree(self.home, ignore_errors=True)


def a_caller(role: str = "admin", **changes: Any) -> Context:
    """The context of a user in a workspace of its own."""
    from chassis import ids
    from chassis.context import Context

    values: dict[str, Any] = {"workspace_id": ids.new("workspace"), "actor": ids.new("user"), "role": role}
    return Context(**{**values, "request_id": ids.new("request"), **changes})


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """One private broker for the test run."""
    home = Path(tempfile.mkdtemp(prefix="rapport-broker-"))
    node = Broker(home)
    node.start()
    yield node
    node.stop()
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[], Postgres]]:
    """One private PostgreSQL for the test run, started at the first question."""
    home = Path(tempfile.mkdtemp(prefix="rapport-postgres-"))
    home.chmod(0o711)
    server = Postgres(home)
    started = False

    def running() -> Postgres:
        nonlocal started
        if not started:
            server.start()
            started = True
        return server

    yield running
    if started:
        server.stop(how="immediate")
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module", params=DATABASES)
def suite(
    request: pytest.FixtureRequest, broker: Broker, postgres: Callable[[], Postgres]
) -> Iterator[Suite]:
    """A suite with nothing started yet, once on each database."""
    found = Suite(request.param, broker, postgres)
    yield found
    found.close()
