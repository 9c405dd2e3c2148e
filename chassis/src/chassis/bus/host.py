"""Runs a service: builds the nameko class from its menu and serves it until SIGTERM."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any

from nameko.containers import ServiceContainer
from nameko.extensions import register_entrypoint

from chassis import command_results, context, health, inbox, ledger, logs, migrate, outbox, settings
from chassis.bus import green, timers
from chassis.bus.broadcast import Broadcaster
from chassis.bus.client import BusClient
from chassis.bus.connection import dead_queue
from chassis.bus.consumer import Consumer
from chassis.bus.relay import SOCKET_NAME
from chassis.bus.server import BackgroundEntrypoint, OperationEntrypoint
from chassis.bus.topology import menu_of, queues_of
from chassis.context import Signer, Verifier
from chassis.database import FRESH_SECONDS, Database
from chassis.errors import AppError
from chassis.inbox import Inbox
from chassis.operation import Operation, Runtime
from chassis.service import Service
from chassis.subscription import Loop, Timer, Worker

log = logs.get("chassis.bus.host")

WORKERS = 24
HOUSEKEEPING_SECONDS = FRESH_SECONDS


def nameko_class(menu: type[Service], runtime: Runtime, verifier: Verifier) -> type:
    """The nameko service class of a menu: one method and one entrypoint an operation."""
    members: dict[str, Any] = {"name": menu.name}
    for name, operation in menu.operations.items():
        members[name] = _method(operation, runtime, verifier)

    def background(self: Any) -> None:
        """Never called; carries the entrypoint that owns the loops."""

    register_entrypoint(background, BackgroundEntrypoint())
    members["background"] = background
    return type(menu.__name__, (), members)


def _method(operation: Operation, runtime: Runtime, verifier: Verifier) -> Callable[..., Any]:
    def method(self: Any, headers: dict[str, Any], values: dict[str, Any]) -> Any:
        ctx = context.from_headers(headers, verifier)
        return operation.execute(runtime, ctx, values)

    method.__name__ = operation.name
    register_entrypoint(method, OperationEntrypoint(expected_exceptions=(AppError,)))
    return method


def _worker_loop(name: str, worker: Worker, runtime: Runtime) -> Loop:
    stopping = threading.Event()

    def run() -> None:
        while not stopping.is_set():
            worker.bell.wait(worker.seconds)
            worker.bell.clear()
            if stopping.is_set():
                return
            try:
                worker.fn(runtime)
            except Exception:
                log.exception("worker failed", worker=name)

    def stop() -> None:
        stopping.set()
        worker.ring()

    return name, run, stop


def _housekeeping(runtime: Runtime) -> None:
    outbox.purge(runtime.database)
    inbox.purge(runtime)
    command_results.purge(runtime.database)
    runtime.database.optimize()


def run(service: str) -> int:
    """Serve `service` until SIGTERM; returns the exit code."""
    green.self_check()
    config = settings.load()
    logs.configure(config.log_level, config.process)
    menu = menu_of(service)
    database = Database(settings.database_url(service))
    migrate.require_current(service, database)
    ledger.remember_hearing(database, menu.name, menu.subscriptions)
    broadcaster = Broadcaster(config.amqp_url, config.process)
    runtime = Runtime(
        name=menu.name,
        database=database,
        client=BusClient(config.amqp_url, config.process, Signer.load(config.keys, menu.name)),
        nudge=outbox.Nudge(settings.socket_path(config.home, SOCKET_NAME), menu.name),
        broadcast=broadcaster.send,
    )
    consumers = _consumers(menu, runtime, config)
    loops: list[Loop] = [
        (f"events-{index}", consumer.run, consumer.stop) for index, consumer in enumerate(consumers)
    ]
    loops.append(("broadcast", broadcaster.run, broadcaster.stop))
    tidying = Timer(HOUSEKEEPING_SECONDS, _housekeeping, first=HOUSEKEEPING_SECONDS)
    loops += timers.loops_of({**menu.timers, "housekeeping": tidying}, runtime, config.process)
    loops += [_worker_loop(name, worker, runtime) for name, worker in menu.workers.items()]
    container = ServiceContainer(
        nameko_class(menu, runtime, Verifier.load(config.keys, menu.issuers)),
        {"AMQP_URI": config.amqp_url, "max_workers": WORKERS, "LOOPS": loops},
    )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    container.start()
    _announce(container, consumers, stopping)
    while not stopping.wait(0.5):
        if container._died.ready():
            log.error("service died")
            return 1
    health.notify("STOPPING=1")
    container.stop()
    database.dispose()
    log.info("service stopped")
    return 0


def _consumers(menu: type[Service], runtime: Runtime, config: settings.Settings) -> list[Consumer]:
    inbox_ = Inbox(menu.name, menu.subscriptions, runtime)
    queues = queues_of(menu)
    fast = [queue for queue in queues if not queue.endswith(".bulk")]
    bulk = [queue for queue in queues if queue.endswith(".bulk")]
    url, process = config.amqp_url, config.process
    return [
        Consumer(url, process, fast, inbox_, dead=dead_queue(menu.name)),
        *([Consumer(url, f"{process} bulk", bulk, inbox_)] if bulk else []),
    ]


def _announce(container: ServiceContainer, consumers: list[Consumer], stopping: threading.Event) -> None:
    """Say READY once requests and events are taken."""
    servers = [extension for extension in container.extensions if hasattr(extension, "is_consuming")]
    while not stopping.is_set():
        if all(part.is_consuming.is_set() for part in (*servers, *consumers)):
            break
        time.sleep(0.02)
    health.notify("READY=1")
    log.info("service ready")
