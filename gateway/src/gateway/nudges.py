"""Hears over the bus that an archive has grown, and wakes the live streams of that workspace.

A nudge is a hint that may get lost: streams look by themselves now and then.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import amqp

from chassis import codec, logs
from chassis.bus.connection import NUDGE_EXCHANGE, connect, drop
from chassis.errors import AppError

log = logs.get("gateway.nudges")

KEPT_PAGES = 64
FAILURE_SECONDS = 2.0
LATEST_RETRY = 5.0

Fetch = Callable[[], dict[str, Any]]


class Feed:
    """The archive of one workspace as this worker sees it: how far it goes, and the pages read lately.

    All streams at the end of the archive want the same page; the first one reads it for all. `listeners` are
    called with every nudge, on the listening thread.
    """

    def __init__(self) -> None:
        self._grown = threading.Condition()
        self._reading = threading.Lock()
        self._news = 0
        self.listeners: list[Callable[[], None]] = []
        self._pages: OrderedDict[tuple[int, tuple[str, ...]], dict[str, Any]] = OrderedDict()
        self._failure: tuple[float, AppError] | None = None

    @property
    def news(self) -> int:
        """A number that moves with every nudge."""
        return self._news

    def wake(self) -> None:
        with self._grown:
            self._news += 1
            self._grown.notify_all()
        for listener in list(self.listeners):
            listener()

    def wait(self, seen: int, seconds: float) -> bool:
        """Wait for news after the number `seen`; False when none came in time."""
        with self._grown:
            return self._grown.wait_for(lambda: self._news != seen, seconds)

    def page(self, after: int, types: tuple[str, ...], fetch: Fetch) -> dict[str, Any]:
        """The events after a position. Only pages with events are kept: an empty one may still grow.

        A failure is everybody's for a moment too: a hundred streams do not wait for the same deadline one by one.
        """
        key = (after, types)
        with self._reading:
            known = self._pages.get(key)
            if known is not None:
                return known
            if self._failure is not None and time.monotonic() - self._failure[0] < FAILURE_SECONDS:
                raise self._failure[1]
            try:
                page = fetch()
            except AppError as error:
                self._failure = (
                    (time.monotonic(), error) if error.kind in ("unavailable", "timeout") else None
                )
                raise
            if page["data"]:
                self._pages[key] = page
                while len(self._pages) > KEPT_PAGES:
                    self._pages.popitem(last=False)
            return page


class Nudges:
    """One thread a worker that listens on the bus, and the feeds it wakes."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._feeds: dict[str, Feed] = {}
        self._lock = threading.Lock()
        self._is_running = False

    def feed(self, workspace_id: str) -> Feed:
        """The feed of a workspace; the first call starts the thread."""
        with self._lock:
            if not self._is_running:
                self._is_running = True
                threading.Thread(target=self._run, name="nudges", daemon=True).start()
            return self._feeds.setdefault(workspace_id, Feed())

    def _run(self) -> None:
        pause = 0.2
        idle = threading.Event()
        while True:
            connection: amqp.Connection | None = None
            try:
                connection = connect(self._url, name=f"{self._name} nudges")
                self._listen(connection)
            except Exception as error:  # noqa: BLE001 - without the broker streams wait; the thread must not end
                log.warning("no nudges, will listen again", error=str(error)[:200])
                pause = min(pause * 2, LATEST_RETRY) if connection is None else 0.2
            finally:
                drop(connection)
            idle.wait(pause)

    def _listen(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        channel.exchange_declare(NUDGE_EXCHANGE, "fanout", durable=True, auto_delete=False)
        queue = channel.queue_declare("", exclusive=True, durable=False, auto_delete=True).queue
        channel.queue_bind(queue, NUDGE_EXCHANGE)
        channel.basic_consume(queue, no_ack=True, callback=self._on_nudge)
        # What was missed while nobody listened: everybody looks once.
        self._wake(list(self._feeds))
        while True:
            with suppress(TimeoutError):
                connection.drain_events(timeout=5.0)
            connection.heartbeat_tick()

    def _on_nudge(self, message: amqp.Message) -> None:
        try:
            workspace_id = codec.loads(message.body)["workspace_id"]
        except (ValueError, KeyError, TypeError):
            return
        self._wake([workspace_id])

    def _wake(self, workspace_ids: list[str]) -> None:
        for workspace_id in workspace_ids:
            feed = self._feeds.get(workspace_id)
            if feed is not None:
                feed.wake()
