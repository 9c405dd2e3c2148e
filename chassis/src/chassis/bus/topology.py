"""Declares every exchange and queue before anybody publishes: an event nobody declared a queue for is lost."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Sequence

import amqp

from chassis import contracts, envelope
from chassis.bus.connection import (
    DEAD_EXCHANGE,
    NUDGE_EXCHANGE,
    RPC_EXCHANGE,
    connect,
    dead_queue,
    event_exchange,
    event_queue,
    rpc_queue,
)
from chassis.service import Service
from chassis.subscription import EVERYTHING

LANES = (*map(str, range(envelope.SHARDS)), envelope.BULK)
DELIVERY_LIMIT = 20


def menu_of(service: str) -> type[Service]:
    """The menu class of a service package, found in its module `service`."""
    module = importlib.import_module(f"{service}.service")
    menus = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Service) and value.__module__ == module.__name__
    ]
    return menus[0]


def queues_of(menu: type[Service]) -> dict[str, tuple[str, list[str]]]:
    """The event queues of a subscriber: queue -> (source exchange, routing keys)."""
    found: dict[str, tuple[str, list[str]]] = {}
    for source in sorted({source for line in menu.subscriptions for source in line.sources()}):
        types = sorted(
            {
                kind
                for line in menu.subscriptions
                if source in line.sources()
                for kind in line.types_of(source)
            }
        )
        for lane in LANES:
            keys = [f"#.{lane}"] if EVERYTHING in types else [f"{kind}.{lane}" for kind in types]
            found[event_queue(source, menu.name, lane)] = (event_exchange(source), keys)
    return found


def declare(url: str, menus: Sequence[type[Service]]) -> int:
    """Declare everything these services need; returns the number of event queues. Safe to repeat."""
    connection = connect(url, name="topology")
    try:
        channel = connection.channel()
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.exchange_declare(DEAD_EXCHANGE, "direct", durable=True, auto_delete=False)
        channel.exchange_declare(NUDGE_EXCHANGE, "fanout", durable=True, auto_delete=False)
        sources = {str(getattr(schema, "source")) for schema in contracts.events().values()}
        for source in sorted(sources):
            channel.exchange_declare(event_exchange(source), "topic", durable=True, auto_delete=False)
        return sum(_declare_service(channel, menu) for menu in menus)
    finally:
        connection.close()


def _declare_service(channel: amqp.Channel, menu: type[Service]) -> int:
    # nameko's own arguments, so that plain nameko peers can share the queue.
    channel.queue_declare(rpc_queue(menu.name), durable=True, auto_delete=False)
    channel.queue_bind(rpc_queue(menu.name), RPC_EXCHANGE, routing_key=f"{menu.name}.*")
    channel.queue_declare(
        dead_queue(menu.name), durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"}
    )
    channel.queue_bind(dead_queue(menu.name), DEAD_EXCHANGE, routing_key=menu.name)
    queues = queues_of(menu)
    for queue, (exchange, keys) in queues.items():
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=_arguments(menu.name))
        _bind(channel, queue, exchange, keys)
    return len(queues)


def _arguments(subscriber: str) -> dict[str, object]:
    return {
        "x-queue-type": "quorum",
        "x-single-active-consumer": True,
        "x-dead-letter-exchange": DEAD_EXCHANGE,
        "x-dead-letter-routing-key": subscriber,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-delivery-limit": DELIVERY_LIMIT,
    }


def _bind(channel: amqp.Channel, queue: str, exchange: str, keys: Iterable[str]) -> None:
    for key in keys:
        channel.queue_bind(queue, exchange, routing_key=key)
