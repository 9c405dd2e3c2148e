"""Connections to the broker, with timeouts on every read and write, and names of exchanges and queues."""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import unquote, urlsplit

import amqp

RPC_EXCHANGE = "nameko-rpc"
DEAD_EXCHANGE = "dead-letters"
NUDGE_EXCHANGE = "archive.nudge"
HEARTBEAT = 30
IO_SECONDS = 5.0

BrokerError = (amqp.exceptions.AMQPError, OSError)


def event_exchange(source: str) -> str:
    """The exchange on which a service tells its events (nameko's name for it)."""
    return f"{source}.events"


def event_queue(source: str, subscriber: str, lane: str) -> str:
    """The queue of one subscriber for one source and lane (a shard number or `bulk`)."""
    return f"evt-{source}--{subscriber}.{lane}"


def dead_queue(subscriber: str) -> str:
    """Where the broker puts what a subscriber could not take at all."""
    return f"dead-{subscriber}"


def rpc_queue(service: str) -> str:
    return f"rpc-{service}"


def connect(url: str, *, name: str) -> amqp.Connection:
    """An open connection; raises `OSError` or `amqp` errors at once when the broker is not there.

    Arguments: `url` is `amqp://user:password@host:port/vhost`; `name` is shown in the broker's list of connections.
    """
    parts = urlsplit(url)
    connection = amqp.Connection(
        host=f"{parts.hostname or '127.0.0.1'}:{parts.port or 5672}",
        userid=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        login_method="PLAIN",
        virtual_host=unquote(parts.path[1:]) or "/",
        ssl=parts.scheme == "amqps",
        heartbeat=HEARTBEAT,
        connect_timeout=IO_SECONDS,
        read_timeout=IO_SECONDS,
        write_timeout=IO_SECONDS,
        client_properties={"connection_name": name, "product": "rapport"},
        socket_settings={socket.TCP_NODELAY: 1, socket.TCP_USER_TIMEOUT: 10_000},
    )
    connection.connect()
    return connection


def drop(connection: amqp.Connection | None) -> None:
    """Let go of a connection without a polite goodbye, which could block under an alarm."""
    if connection is None:
        return
    # Not `connection.transport`: asking a closed connection for it opens a new one.
    sock = getattr(connection._transport, "sock", None)
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)
        sock.close()
    with contextlib.suppress(Exception):  # a broken connection has nobody to tell
        connection.collect()
