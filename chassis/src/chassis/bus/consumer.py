"""Takes events from a subscriber's queues, strictly in order per queue, and acknowledges what its inbox decided.

Whatever waits is handled in one transaction, so an idle system answers at once and a busy one works in batches. One
consumer serves the interactive shards and another the bulk lane, so a mass import never delays a missed call.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import amqp

from chassis import envelope, logs
from chassis.bus import bundles
from chassis.bus.connection import BrokerError, connect, drop
from chassis.errors import AppError
from chassis.inbox import DatabaseDown, Inbox

log = logs.get("chassis.bus.consumer")

# Events of one transaction, and messages that the broker sends ahead. What a mass import tells comes by the ten
# thousand in bundles, and costs half when much of it is taken at once.
BATCH, AHEAD = 100, 200
BULK_BATCH, BULK_AHEAD = 400, 40
IDLE_SECONDS = 1.0
LATEST_RETRY = 3.0


@dataclass
class _Queue:
    name: str
    channel: amqp.Channel
    batch: int
    ahead: int
    waiting: deque[amqp.Message] = field(default_factory=deque)


class Consumer:
    """A loop over some event queues of one subscriber.

    Arguments: `url` the broker, `name` of this process, `queues` to take from, `inbox` decides each event,
    `dead` the subscriber's dead-letter queue (drained into the table) for one of its consumers.
    """

    def __init__(
        self, url: str, name: str, queues: Sequence[str], inbox: Inbox, dead: str | None = None
    ) -> None:
        self._url = url
        self._name = name
        self._names = list(queues)
        self._inbox = inbox
        self._dead = dead
        self._stopping = threading.Event()
        self._connection: amqp.Connection | None = None
        self.is_consuming = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end after the batch it is in."""
        self._stopping.set()

    def run(self) -> None:
        """Consume until stopped; reconnects with growing pauses."""
        pause = 0.2
        while not self._stopping.is_set():
            try:
                self._consume()
                pause = 0.2
            except DatabaseDown as error:
                log.error(
                    "database down, deliveries stay with the broker",
                    consumer=self._name,
                    error=str(error)[:300],
                )
            except BrokerError as error:
                log.warning("event consumer lost the broker", consumer=self._name, error=str(error)[:300])
            except Exception:
                log.exception("event consumer failed", consumer=self._name)
            finally:
                self.is_consuming.clear()
                drop(self._connection)
                self._connection = None
            if not self._stopping.wait(pause):
                pause = min(pause * 2, LATEST_RETRY)

    def _consume(self) -> None:
        connection = self._connection = connect(self._url, name=f"{self._name} events")
        queues = [self._open(connection, name) for name in self._names]
        if self._dead is not None:
            self._drain_dead(connection, self._dead)
        self.is_consuming.set()
        retry_at = 0.0
        while not self._stopping.is_set():
            busy = any(queue.waiting for queue in queues)
            try:
                connection.drain_events(timeout=0.001 if busy else IDLE_SECONDS)
                while not self._full(queues):
                    connection.drain_events(timeout=0.001)
            except TimeoutError:
                pass
            connection.heartbeat_tick()
            for queue in queues:
                self._handle(queue)
            if time.monotonic() >= retry_at:
                self._inbox.retry_held()
                retry_at = time.monotonic() + 1.0
        for queue in queues:
            queue.channel.basic_cancel(queue.name)
        connection.close()
        self._connection = None

    @staticmethod
    def _full(queues: Sequence[_Queue]) -> bool:
        return any(2 * len(queue.waiting) >= queue.ahead for queue in queues)

    def _open(self, connection: amqp.Connection, name: str) -> _Queue:
        channel = connection.channel()
        is_bulk = name.endswith(f".{envelope.BULK}")
        queue = _Queue(name, channel, *((BULK_BATCH, BULK_AHEAD) if is_bulk else (BATCH, AHEAD)))
        channel.basic_qos(0, queue.ahead, False)
        channel.basic_consume(name, consumer_tag=name, callback=queue.waiting.append)
        return queue

    def _handle(self, queue: _Queue) -> None:
        if not queue.waiting:
            return
        events: list[envelope.Event] = []
        while queue.waiting and len(events) < queue.batch:
            message = queue.waiting.popleft()
            events += self._read(message)
        if events:
            counts = self._inbox.handle(events)
            if counts.suppressed:
                log.info(
                    "duplicates suppressed", consumer=self._name, queue=queue.name, count=counts.suppressed
                )
        queue.channel.basic_ack(message.delivery_tag, multiple=True)

    def _read(self, message: amqp.Message) -> list[envelope.Event]:
        """The events of a message; what is none is parked."""
        try:
            body = message.body if isinstance(message.body, str) else message.body.decode()
        except UnicodeDecodeError as error:
            self._inbox.park_raw(_text(message.body), str(error))
            return []
        events = []
        for text in bundles.split(body):
            try:
                events.append(envelope.load(text))
            except AppError as error:
                self._inbox.park_raw(text, str(error))
        return events

    def _drain_dead(self, connection: amqp.Connection, name: str) -> None:
        """Move what the broker gave up on into the table, where people can see and redrive it."""
        channel = connection.channel()

        def park(message: amqp.Message) -> None:
            deaths = (message.headers or {}).get("x-death") or [{}]
            reason = f"the broker gave up ({deaths[0].get('reason', 'unknown')}) on {deaths[0].get('queue', 'a queue')}"
            for text in bundles.split(_text(message.body)):
                self._inbox.park_raw(text, reason)
            channel.basic_ack(message.delivery_tag)

        channel.basic_qos(0, 20, False)
        channel.basic_consume(name, consumer_tag=name, callback=park)


def _text(body: str | bytes) -> str:
    return body if isinstance(body, str) else body.decode("utf-8", "replace")
