"""The nameko side: an entrypoint a menu line, and one RPC server on our own connection behind them.

Requests arrive on nameko's queue in nameko's form and run as nameko workers. Replies go out on the open channel,
transient and serialised once; the request is acknowledged after its reply. Nothing a caller sends can end the process.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import amqp
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension

from chassis import logs
from chassis.bus import wire
from chassis.bus.connection import RPC_EXCHANGE, BrokerError, connect, drop, rpc_queue
from chassis.codec import CONTENT_TYPE
from chassis.errors import AppError, NotFound
from chassis.subscription import Loop

log = logs.get("chassis.bus.server")

LATEST_RETRY = 2.0
READ_SECONDS = 1.0


class RpcServer(SharedExtension):
    """One consumer of the service's RPC queue for all its operations."""

    def __init__(self) -> None:
        self._entrypoints: dict[str, OperationEntrypoint] = {}
        self._connection: amqp.Connection | None = None
        self._channel: amqp.Channel | None = None
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self.is_consuming = threading.Event()

    def register(self, entrypoint: OperationEntrypoint) -> None:
        self._entrypoints[entrypoint.method_name] = entrypoint

    def start(self) -> None:
        self.container.spawn_managed_thread(self._run, identifier="rpc-server")

    def cancel(self) -> None:
        """Take no more requests; those that run finish and are answered."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        channel = self._channel
        if channel is not None:
            with contextlib.suppress(*BrokerError):
                channel.basic_cancel("rpc", nowait=True)

    def stop(self) -> None:
        # nameko calls this after all workers have ended, so every reply and acknowledgement is out.
        self.cancel()
        connection = self._connection
        self._connection = self._channel = None
        drop(connection)

    def _run(self) -> None:
        pause = 0.2
        while not self._stopping.is_set():
            try:
                self._serve()
                pause = 0.2
            except BrokerError as error:
                log.warning("rpc server lost the broker", error=str(error)[:300])
            except Exception:
                log.exception("rpc server failed")
            if self._stopping.is_set():
                return
            self.is_consuming.clear()
            drop(self._connection)
            self._connection = self._channel = None
            self._stopping.wait(pause)
            pause = min(pause * 2, LATEST_RETRY)

    def _serve(self) -> None:
        name = self.container.service_name
        connection = self._connection = connect(self.container.config["AMQP_URI"], name=f"{name} rpc server")
        channel = self._channel = connection.channel()
        queue = rpc_queue(name)
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare(queue, durable=True, auto_delete=False)
        channel.queue_bind(queue, RPC_EXCHANGE, routing_key=f"{name}.*")
        channel.basic_qos(0, self.container.max_workers, False)
        channel.basic_consume(queue, consumer_tag="rpc", callback=self._on_request)
        self.is_consuming.set()
        while self._connection is connection:
            with contextlib.suppress(TimeoutError):
                connection.drain_events(timeout=READ_SECONDS)
            if self._connection is connection:
                connection.heartbeat_tick()

    def _on_request(self, message: amqp.Message) -> None:
        if self._stopping.is_set():
            return  # Unacknowledged: the broker gives it to another process.
        channel = message.channel
        routing_key = message.delivery_info["routing_key"]
        if not message.properties.get("reply_to"):
            log.warning("request without reply_to rejected", routing_key=routing_key)
            channel.basic_reject(message.delivery_tag, requeue=False)
            return
        entrypoint = self._entrypoints.get(routing_key.partition(".")[2])
        try:
            if entrypoint is None:
                raise NotFound(f"There is no operation {routing_key}.", what="operation", id=routing_key)
            values = wire.read_request(message.body)
        except AppError as error:
            self._reply(message, None, error)
            return

        def finish(worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            self._reply(message, result, None if exc_info is None else exc_info[1])
            return result, exc_info

        try:
            self.container.spawn_worker(
                entrypoint, (message.headers or {}, values), {}, context_data={}, handle_result=finish
            )
        except ContainerBeingKilled:
            channel.basic_reject(message.delivery_tag, requeue=True)

    def _reply(self, message: amqp.Message, result: Any, error: BaseException | None) -> None:
        reply = amqp.Message(
            wire.reply_body(result, error),
            content_type=CONTENT_TYPE,
            content_encoding="utf-8",
            correlation_id=message.properties.get("correlation_id") or "",
            delivery_mode=1,
        )
        channel = message.channel
        try:
            channel.send_method(
                amqp.spec.Basic.Publish,
                "Bssbb",
                (0, RPC_EXCHANGE, message.properties["reply_to"], False, False),
                reply,
            )
            channel.basic_ack(message.delivery_tag)
        except (*BrokerError, AttributeError) as problem:
            # Unacknowledged, it comes again, and a command then answers from its stored result.
            log.warning("reply not sent", error=str(problem)[:200])


class OperationEntrypoint(Entrypoint):
    """A menu line as nameko sees it."""

    server = RpcServer()

    def setup(self) -> None:
        self.server.register(self)

    def stop(self) -> None:
        self.server.cancel()


class Background(SharedExtension):
    """Runs loops (event consumers, timers) for as long as the service lives. A failing loop is logged, never fatal."""

    def __init__(self) -> None:
        self._stops: list[Callable[[], None]] = []
        self._running = 0
        self._ended = threading.Event()

    def setup(self) -> None:
        loops: list[Loop] = self.container.config["LOOPS"]
        self._loops = loops

    def start(self) -> None:
        for name, run, stop in self._loops:
            self._stops.append(stop)
            self._running += 1
            self.container.spawn_managed_thread(self._guarded(name, run), identifier=name)

    def _guarded(self, name: str, run: Callable[[], None]) -> Callable[[], None]:
        def loop() -> None:
            try:
                run()
            except Exception:
                log.exception("loop ended", loop=name)
            finally:
                self._running -= 1

        return loop

    def stop(self) -> None:
        for stop in self._stops:
            stop()
        limit = time.monotonic() + 8
        while self._running and time.monotonic() < limit:
            time.sleep(0.05)


class BackgroundEntrypoint(Entrypoint):
    """Ties the loops to the service's life."""

    background = Background()

    def stop(self) -> None:
        self.background.stop()
