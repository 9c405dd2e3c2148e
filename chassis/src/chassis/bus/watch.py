"""Knows which services have nobody at their queue, so that callers need not wait for a deadline to find out.

A queue outlives its service: requests to a service that is down wait in it until they expire. A restart takes a second
or two and callers sit it out; only a service that stays away is refused at once.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import amqp

from chassis.bus.connection import BrokerError, connect, drop, rpc_queue

LOOK_SECONDS = 1.0
ABSENT_SECONDS = 3.0


@dataclass
class _Sight:
    """What was seen of one service, and when."""

    looked_at: float
    absent_since: float | None
    consumers: int
    waiting: int


class Watch:
    """Looks at the RPC queues of services, over a connection of its own, at most once a second each."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._lock = threading.Lock()
        self._connection: amqp.Connection | None = None
        self._channel: amqp.Channel | None = None
        self._seen: dict[str, _Sight] = {}

    def is_suspect(self, service: str) -> bool:
        """Whether the last look found nobody there; costs nothing."""
        sight = self._seen.get(service)
        return sight is not None and sight.absent_since is not None

    def is_away(self, service: str) -> bool:
        """Whether nobody has served `service` for three seconds; False while the broker cannot be asked."""
        sight = self.look(service)
        if sight is None or sight.absent_since is None:
            return False
        return time.monotonic() - sight.absent_since >= ABSENT_SECONDS

    def counts(self, service: str) -> tuple[int, int] | None:
        """How many serve `service` and how many requests wait; None when the broker does not say."""
        sight = self.look(service)
        return None if sight is None else (sight.consumers, sight.waiting)

    def look(self, service: str) -> _Sight | None:
        """What is to be seen of `service`, not older than a second."""
        with self._lock:
            known = self._seen.get(service)
            moment = time.monotonic()
            if known is not None and moment - known.looked_at < LOOK_SECONDS:
                return known
            try:
                consumers, waiting = self._ask(rpc_queue(service))
            except BrokerError:
                drop(self._connection)
                self._connection = self._channel = None
                return None
            since = known.absent_since if known is not None else None
            absent_since = None if consumers else (since if since is not None else moment)
            sight = self._seen[service] = _Sight(moment, absent_since, consumers, waiting)
            return sight

    def _ask(self, queue: str) -> tuple[int, int]:
        try:
            found = self._open().queue_declare(queue, passive=True)
        except amqp.exceptions.NotFound:
            self._channel = None
            return 0, 0
        except BrokerError:
            # An idle connection is closed by the broker after a while; a fresh one tells whether it is there.
            drop(self._connection)
            self._connection = self._channel = None
            found = self._open().queue_declare(queue, passive=True)
        return found.consumer_count, found.message_count

    def _open(self) -> amqp.Channel:
        if self._connection is None:
            self._connection = connect(self._url, name=f"{self._name} watch")
        if self._channel is None:
            self._channel = self._connection.channel()
        return self._channel

    def close(self) -> None:
        with self._lock:
            drop(self._connection)
            self._connection = self._channel = None
