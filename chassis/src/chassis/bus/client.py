"""The RPC client: thread-safe, one connection, calls multiplexed by correlation id over nameko's wire protocol.

Any thread publishes (py-amqp locks its writer); one thread owns the reading side and hands replies to their callers.
A call expires with its deadline, fails early when nobody can take it, and is repeated only after a lost connection,
which is safe because every command carries an id.
"""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import replace
from itertools import count
from typing import Any

import amqp
from amqp import spec

from chassis import logs
from chassis.bus import wire
from chassis.bus.connection import RPC_EXCHANGE, BrokerError, connect, drop
from chassis.bus.watch import LOOK_SECONDS, Watch
from chassis.codec import CONTENT_TYPE
from chassis.context import Context, Signer, to_headers
from chassis.errors import TimedOut, Unavailable

log = logs.get("chassis.bus.client")

DEFAULT_SECONDS = 10.0
RECONNECT_SECONDS = 0.5
TRIES = 2
HEARTBEAT_CHECK = 5.0


class _Pending:
    """A caller that waits for its reply."""

    __slots__ = ("body", "failure", "ready", "service")

    def __init__(self, service: str) -> None:
        self.service = service
        self.ready = threading.Event()
        self.body: str | bytes | None = None
        self.failure: str | None = None

    def finish(self, body: str | bytes | None, failure: str | None = None) -> None:
        self.body, self.failure = body, failure
        self.ready.set()


_IN_DOUBT = (
    "The service {service} does not answer. If it comes back within {seconds} s the request may still be done; "
    "repeat it with the same idempotency key."
)


class _Blocked(Unavailable):
    """The broker takes nothing at the moment (it is short of memory or disk)."""

    code = "broker_blocked"
    message = "The broker takes no messages at the moment. Try again in a moment."


class _Away(Unavailable):
    """Nobody served the queue, after the request was put into it."""

    message = _IN_DOUBT


class _Lost(Exception):
    """The connection broke while a call was out."""


class BusClient:
    """Calls operations of services.

    Arguments: `url` the broker, `name` this process (for logs and queue names), `signer` vouches for contexts.
    """

    def __init__(self, url: str, name: str, signer: Signer) -> None:
        self._url = url
        self._name = name
        self._signer = signer
        self._lock = threading.Lock()
        self._pending: dict[str, _Pending] = {}
        self._numbers = count()
        self._connection: amqp.Connection | None = None
        self._channel: amqp.Channel | None = None
        self._reply_to = ""
        self._failed_at = 0.0
        self._is_blocked = False
        self._closed = False
        self.watch = Watch(url, name)

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        """The result of `service.operation(**arguments)` on behalf of `ctx`.

        Raises the error the operation raised, `Unavailable` when the broker or the queue is not there, `TimedOut`
        when no answer came before the deadline (10 s unless the context has one).
        """
        deadline = ctx.deadline if ctx.deadline is not None else time.time() + DEFAULT_SECONDS
        ctx = replace(ctx, deadline=deadline, command_id=ctx.command_id or uuid.uuid4().hex)
        headers = to_headers(ctx, self._signer)
        body = wire.request_body(arguments)
        for attempt in range(TRIES):
            try:
                return wire.read_reply(self._exchange(service, operation, headers, body, deadline))
            except _Lost as lost:
                if attempt == TRIES - 1 or time.time() >= deadline:
                    raise Unavailable(service=service) from lost
        raise AssertionError("unreachable")

    def _exchange(
        self, service: str, operation: str, headers: dict[str, Any], body: str, deadline: float
    ) -> str | bytes:
        left = deadline - time.time()
        if left <= 0:
            raise TimedOut(service=service)
        if self.watch.is_suspect(service) and self.watch.is_away(service):
            raise Unavailable(service=service)
        channel, reply_to = self._open()
        if self._is_blocked:
            raise _Blocked(service="broker")
        correlation_id = str(next(self._numbers))
        pending = self._pending[correlation_id] = _Pending(service)
        message = amqp.Message(
            body,
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            application_headers=headers,
            reply_to=reply_to,
            correlation_id=correlation_id,
            expiration=str(max(1, int(left * 1000))),
            delivery_mode=1,
        )
        try:
            # Not basic_publish: that one reads from the socket, which belongs to the reading thread.
            channel.send_method(
                spec.Basic.Publish, "Bssbb", (0, RPC_EXCHANGE, f"{service}.{operation}", True, False), message
            )
            self._wait(pending, service, deadline)
        except BrokerError as error:
            self._fail(channel.connection, str(error))
            raise _Lost(str(error)) from error
        finally:
            self._pending.pop(correlation_id, None)
        if pending.body is None:
            if pending.failure == "unroutable":
                raise Unavailable(service=service)
            if pending.failure == "blocked":
                raise _Blocked(
                    _IN_DOUBT.format(service="broker", seconds=int(deadline - time.time()) + 1),
                    service="broker",
                )
            raise _Lost(pending.failure)
        return pending.body

    def _wait(self, pending: _Pending, service: str, deadline: float) -> None:
        """Wait for the reply; raises `TimedOut` at the deadline, `Unavailable` when the service stays away."""
        while not pending.ready.wait(max(0.0, min(LOOK_SECONDS, deadline - time.time()))):
            left = deadline - time.time()
            if left <= 0:
                raise TimedOut(service=service)
            if self.watch.is_away(service):
                raise _Away(service=service, seconds=int(left) + 1)

    def _open(self) -> tuple[amqp.Channel, str]:
        with self._lock:
            if self._channel is not None:
                return self._channel, self._reply_to
            if self._closed or time.monotonic() - self._failed_at < RECONNECT_SECONDS:
                raise Unavailable(service="broker")
            try:
                connection = connect(self._url, name=f"{self._name} rpc client")
                channel = connection.channel()
                channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
                reply_to = str(uuid.uuid4())
                queue = f"rpc.reply-{self._name}-{reply_to}"
                channel.queue_declare(queue, exclusive=True, durable=False, auto_delete=True)
                channel.queue_bind(queue, RPC_EXCHANGE, routing_key=reply_to)
                channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
                channel.events["basic_return"].add(self._on_return)
                self._is_blocked = False
                connection.on_blocked, connection.on_unblocked = self._on_blocked, self._on_unblocked
            except BrokerError as error:
                self._failed_at = time.monotonic()
                log.warning("broker unreachable", error=str(error))
                raise Unavailable(service="broker") from error
            self._connection, self._channel, self._reply_to = connection, channel, reply_to
            threading.Thread(target=self._read, args=(connection,), name="rpc-replies", daemon=True).start()
            return channel, reply_to

    def _read(self, connection: Any) -> None:
        """Own the reading side of a connection until it breaks."""
        while self._is_current(connection):
            try:
                connection.drain_events(timeout=HEARTBEAT_CHECK)
            except TimeoutError:
                pass
            except Exception as error:  # noqa: BLE001 - whatever broke, callers must hear of it
                self._fail(connection, str(error) or type(error).__name__)
                return
            try:
                connection.heartbeat_tick()
            except Exception as error:  # noqa: BLE001
                self._fail(connection, str(error) or type(error).__name__)
                return

    def _is_current(self, connection: amqp.Connection) -> bool:
        return self._connection is connection

    def _on_reply(self, message: amqp.Message) -> None:
        pending = self._pending.get(str(message.properties.get("correlation_id")))
        if pending is not None:
            pending.finish(message.body)

    def _on_return(self, error: Any, exchange: str, routing_key: str, message: amqp.Message) -> None:
        pending = self._pending.get(str(message.properties.get("correlation_id")))
        if pending is not None:
            pending.finish(None, "unroutable")

    def _on_blocked(self, reason: str) -> None:
        log.warning("the broker takes nothing at the moment", reason=reason)
        self._is_blocked = True
        for pending in list(self._pending.values()):
            pending.finish(None, "blocked")

    def _on_unblocked(self) -> None:
        log.info("the broker takes messages again")
        self._is_blocked = False

    def _fail(self, connection: amqp.Connection | None, reason: str) -> None:
        with self._lock:
            if connection is None or self._connection is not connection:
                return
            self._connection = self._channel = None
            waiting = list(self._pending.values())
        if not self._closed:
            log.warning("connection to the broker lost", reason=reason, calls=len(waiting))
        drop(connection)
        for pending in waiting:
            pending.finish(None, reason)

    @property
    def is_connected(self) -> bool:
        """Whether the broker answers: opens the connection when there is none."""
        try:
            self._open()
        except Unavailable:
            return False
        return True

    def close(self) -> None:
        """Close; calls that are out fail."""
        self._closed = True
        self.watch.close()
        self._fail(self._connection, "closed")
