"""What every request works with: settings, the organisation's database, the bus client.

Nothing here opens a connection or starts a thread before the first use, so that a process that forks after loading
the application shares none with its workers.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from flask import current_app

from chassis import codec, outbox
from chassis.bus.client import BusClient
from chassis.bus.relay import SOCKET_NAME
from chassis.context import Context, Signer
from chassis.database import Database
from chassis.operation import Runtime
from chassis.settings import socket_path
from gateway.organisation.service import Organisation
from gateway.settings import Settings

KEY = "rapport"


@dataclass
class State:
    """The parts of one gateway process."""

    settings: Settings
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _runtime: Runtime | None = None
    _client: BusClient | None = None

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
                self._runtime = Runtime(
                    name=Organisation.name,
                    database=Database(self.settings.database_url),
                    nudge=outbox.Nudge(socket_path(self.settings.common.home, SOCKET_NAME), "gateway"),
                )
            return self._runtime

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        """The answer of an operation as plain values, wherever it runs: the organisation's run right here."""
        if service != Organisation.name:
            return self.client.call(service, operation, ctx, **arguments)
        result = Organisation.operations[operation].execute(self.runtime, ctx, codec.plain(arguments))
        return codec.plain(result)


def current() -> State:
    """The state of the running application."""
    found: State = current_app.extensions[KEY]
    return found


def settings() -> Settings:
    return current().settings
