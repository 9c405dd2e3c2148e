"""What every request works with: settings, the organisation's database, the bus client.

Nothing here opens a connection or starts a thread before the first use, so that a process that forks after loading
the application shares none with its workers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from flask import current_app

from chassis import codec, outbox
from chassis.bus.client import BusClient
from chassis.bus.relay import SOCKET_NAME
from chassis.context import Context, Signer
from chassis.database import Database
from chassis.errors import Unavailable
from chassis.operation import Runtime
from chassis.settings import socket_path
from gateway.jobs.service import Jobs
from gateway.nudges import Nudges
from gateway.organisation.service import Organisation
from gateway.settings import Settings

KEY = "rapport"
OWN = {menu.name: menu for menu in (Organisation, Jobs)}
HELPERS = 24
AT_ONE_SERVICE = 12
PATIENCE = 1.0


@dataclass
class State:
    """The parts of one gateway process. `is_stopping` tells streams to end."""

    settings: Settings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _runtime: Runtime | None = None
    _nudge: outbox.Nudge | None = None
    _client: BusClient | None = None
    _helpers: ThreadPoolExecutor | None = None
    _nudges: Nudges | None = None
    _places: dict[str, threading.BoundedSemaphore] = field(default_factory=dict)
    is_stopping: Callable[[], bool] = field(default=lambda: False)

    @property
    def client(self) -> BusClient:
        """The caller of the services."""
        with self._lock:
            if self._client is None:
                shared = self.settings.common
                self._client = BusClient(shared.amqp_url, shared.process, Signer.load(shared.keys, "gateway"))
            return self._client

    @property
    def runtime(self) -> Runtime:
        """What the organisation's operations run on. The relay knows its database by the name `gateway`."""
        with self._lock:
            if self._runtime is None:
                self._nudge = outbox.Nudge(socket_path(self.settings.common.home, SOCKET_NAME), "gateway")
                self._runtime = Runtime(
                    name=Organisation.name,
                    database=Database(self.settings.database_url),
                    nudge=self._nudge,
                )
            return self._runtime

    @contextmanager
    def _place(self, service: str) -> Iterator[None]:
        """A bulkhead: one service that hangs must not hold every request of this worker."""
        with self._lock:
            places = self._places.setdefault(service, threading.BoundedSemaphore(AT_ONE_SERVICE))
        if not places.acquire(timeout=PATIENCE):
            raise Unavailable(service=service)
        try:
            yield
        finally:
            places.release()

    @property
    def helpers(self) -> ThreadPoolExecutor:
        """Threads that ask several services for one request."""
        with self._lock:
            if self._helpers is None:
                self._helpers = ThreadPoolExecutor(HELPERS, thread_name_prefix="helper")
            return self._helpers

    @property
    def nudges(self) -> Nudges:
        """Who hears that the archive has grown."""
        with self._lock:
            if self._nudges is None:
                self._nudges = Nudges(self.settings.common.amqp_url, self.settings.common.process)
            return self._nudges

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        """The answer of an operation as plain values, wherever it runs: the gateway's own run right here."""
        menu = OWN.get(service)
        if menu is None:
            with self._place(service):
                return self.client.call(service, operation, ctx, **arguments)
        runtime = replace(self.runtime, name=menu.name)
        return codec.plain(menu.operations[operation].execute(runtime, ctx, codec.plain(arguments)))

    def close(self) -> None:
        """Let go of everything that was opened."""
        with self._lock:
            if self._helpers is not None:
                self._helpers.shutdown(wait=False, cancel_futures=True)
            if self._client is not None:
                self._client.close()
            if self._runtime is not None:
                self._runtime.database.dispose()
            if self._nudge is not None:
                self._nudge.close()


def current() -> State:
    """The state of the running application."""
    found: State = current_app.extensions[KEY]
    return found


def settings() -> Settings:
    return current().settings
