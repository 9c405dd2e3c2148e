"""The relay: publishes every database's outbox in order, in confirmed batches, right after commit.

One thread and one fenced lease a database. A commit nudges it over a datagram socket; a poll each second is the net.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import amqp
from amqp import spec

from chassis import health, lease, logs, outbox
from chassis.bus import bundles
from chassis.bus.connection import BrokerError, connect, drop, event_exchange
from chassis.codec import CONTENT_TYPE
from chassis.database import Database

log = logs.get("chassis.bus.relay")

POLL_SECONDS = 1.0
LEASE_SECONDS = 15.0
CONFIRM_SECONDS = 10.0
LATEST_RETRY = 2.0
SOCKET_NAME = "relay.sock"


class Publisher:
    """A channel in confirm mode that publishes batches and says which messages the broker did not take."""

    def __init__(self, url: str, name: str) -> None:
        self._connection = connect(url, name=name)
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        self._tag = 0
        self._open: dict[int, list[str]] = {}
        self._bundled: dict[str, list[str]] = {}
        self._refused: dict[str, str] = {}

    def publish(self, rows: Sequence[Any]) -> dict[str, str]:
        """Publish outbox rows and wait until each is confirmed; returns {event id: reason} of the refused.

        Raises `TimeoutError` or broker errors; then the fate of unconfirmed rows is unknown and they stay unsent.
        """
        self._refused, self._bundled = {}, {}
        for bundle in bundles.gather(rows):
            first, events = bundle[0], [row.event_id for row in bundle]
            message = amqp.Message(
                bundles.join([row.payload for row in bundle]),
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=first.event_id,
                type=first.type,
            )
            self._tag += 1
            self._open[self._tag] = self._bundled[first.event_id] = events
            # Not basic_publish: that one looks into the socket before each message, which costs as much as sending it.
            address = (0, event_exchange(first.source), f"{first.type}.{first.lane}", True, False)
            self._channel.send_method(spec.Basic.Publish, "Bssbb", address, message)
        limit = time.monotonic() + CONFIRM_SECONDS
        while self._open:
            left = limit - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"{len(self._open)} messages were not confirmed in time")
            self._connection.drain_events(timeout=left)
        return self._refused

    def idle(self) -> None:
        """Keep the connection alive while there is nothing to send; raises when it is not."""
        with contextlib.suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def close(self) -> None:
        drop(self._connection)

    def _settle(self, tag: int, multiple: bool) -> list[str]:
        tags = [known for known in self._open if known <= tag] if multiple else [tag]
        return [event_id for known in tags for event_id in self._open.pop(known, ())]

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        for event_id in self._settle(tag, multiple):
            self._refused[event_id] = "the broker refused it (queue full or gone)"

    def _on_return(self, error: Any, exchange: str, routing_key: str, message: amqp.Message) -> None:
        for event_id in self._bundled.get(str(message.properties.get("message_id")), ()):
            self._refused[event_id] = f"no queue takes {routing_key} on {exchange}"


class Relay:
    """Publishes the outbox of one database until stopped."""

    def __init__(self, service: str, database: Database, url: str, owner: str) -> None:
        self.service = service
        self.nudged = threading.Event()
        self._database = database
        self._url = url
        self._lease = lease.Keeper(database, "relay", owner, LEASE_SECONDS)
        self._stopping = threading.Event()

    def stop(self) -> None:
        self._stopping.set()
        self.nudged.set()

    def run(self) -> None:
        publisher: Publisher | None = None
        pause = 0.2
        while not self._stopping.is_set():
            try:
                if self._lease.is_due and not self._lease.renew():
                    self._stopping.wait(POLL_SECONDS)
                    continue
                publisher = publisher or Publisher(self._url, f"relay {self.service}")
                self.nudged.clear()
                if not self._drain(publisher):
                    publisher.idle()
                    self.nudged.wait(POLL_SECONDS)
                pause = 0.2
            except Exception as error:  # noqa: BLE001 - the relay never gives up; it says so and tries again
                kind = "broker" if isinstance(error, BrokerError) else "database"
                log.warning(
                    "relay stopped, will retry", service=self.service, at=kind, error=str(error)[:300]
                )
                if publisher is not None:
                    publisher.close()
                publisher = None
                self._stopping.wait(pause)
                pause = min(pause * 2, LATEST_RETRY)
        if publisher is not None:
            publisher.close()
        self._lease.release()

    def _drain(self, publisher: Publisher) -> int:
        """Send one batch; returns how many the broker took."""
        rows = outbox.unsent(self._database)
        if not rows:
            return 0
        refused = publisher.publish(rows)
        outbox.mark_sent(self._database, [row.seq for row in rows if row.event_id not in refused])
        if refused:
            reason = next(iter(refused.values()))
            log.error("events refused by the broker", service=self.service, count=len(refused), reason=reason)
            outbox.mark_refused(self._database, [row.seq for row in rows if row.event_id in refused], reason)
        return len(rows) - len(refused)


def run(urls: dict[str, str], amqp_url: str, path: Path, owner: str) -> None:
    """Relay all databases (`service -> URL`) until SIGTERM; listens for nudges at `path`."""
    relays = {
        service: Relay(service, Database(url, pool=2), amqp_url, owner) for service, url in urls.items()
    }
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threads = [
        threading.Thread(target=relay.run, name=f"relay-{name}", daemon=True)
        for name, relay in relays.items()
    ]
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as nudges:
        nudges.bind(str(path))
        path.chmod(0o600)
        nudges.settimeout(0.5)
        for thread in threads:
            thread.start()
        health.notify("READY=1")
        log.info("relay started", databases=sorted(relays))
        while not stopping.is_set():
            try:
                relay = relays.get(nudges.recv(100).decode("utf-8", "replace"))
            except TimeoutError:
                continue
            if relay is not None:
                relay.nudged.set()
    health.notify("STOPPING=1")
    for relay in relays.values():
        relay.stop()
    for thread in threads:
        thread.join(8)
    path.unlink(missing_ok=True)
