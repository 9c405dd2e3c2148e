"""Hints to whoever listens right now, such as "there is news": sent at most once, never in anybody's way.

A hint waits in memory for a thread with a connection of its own; without a broker it is dropped. Who needs to be sure
asks by itself from time to time.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import amqp

from chassis import codec, logs
from chassis.bus.connection import connect, drop

log = logs.get("chassis.bus.broadcast")

MOST_WAITING = 1000
IDLE_SECONDS = 10.0
PAUSE_SECONDS = 2.0


class Broadcaster:
    """Sends hints to fanout exchanges; only the newest of each (exchange, key) waits."""

    def __init__(self, url: str, process: str) -> None:
        self._url = url
        self._name = f"{process} broadcast"
        self._waiting: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._stopping = threading.Event()
        self._connection: amqp.Connection | None = None
        self._channel: amqp.Channel | None = None

    def send(self, exchange: str, key: str, body: Mapping[str, Any]) -> None:
        """Hand over a hint; returns at once. An older hint with the same `key` that still waits is replaced."""
        with self._lock:
            if len(self._waiting) < MOST_WAITING or (exchange, key) in self._waiting:
                self._waiting[(exchange, key)] = codec.dumps(body)
        self._wanted.set()

    def run(self) -> None:
        """Send until stopped; connects at the first hint."""
        while not self._stopping.is_set():
            self._wanted.wait(IDLE_SECONDS)
            self._wanted.clear()
            with self._lock:
                hints, self._waiting = self._waiting, {}
            try:
                self._publish(hints)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with a hint, the process goes on
                log.info("hints dropped", count=len(hints), error=str(error)[:200])
                self._let_go()
                self._stopping.wait(PAUSE_SECONDS)
        self._let_go()

    def stop(self) -> None:
        self._stopping.set()
        self._wanted.set()

    def _publish(self, hints: Mapping[tuple[str, str], str]) -> None:
        if self._connection is None:
            if not hints:
                return
            self._connection = connect(self._url, name=self._name)
            self._channel = self._connection.channel()
        assert self._channel is not None
        for (exchange, _), body in hints.items():
            message = amqp.Message(body, content_type=codec.CONTENT_TYPE, delivery_mode=1)
            self._channel.basic_publish(message, exchange)
        with suppress(TimeoutError):
            # Hears of a closed channel or connection.
            self._connection.drain_events(timeout=0.001)
        self._connection.heartbeat_tick()

    def _let_go(self) -> None:
        drop(self._connection)
        self._connection = self._channel = None
