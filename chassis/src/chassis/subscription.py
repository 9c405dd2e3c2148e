"""Turns a plain function into a listener (`subscribe`), a periodic duty (`timer`) or a taker of work (`worker`)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis import contracts

EVERYTHING = "*"

# When a timer runs first after its process has started, in seconds.
SOON = 2.0

# Work for as long as the service lives: its name, what runs it, what makes it end.
Loop = tuple[str, Callable[[], None], Callable[[], None]]


@dataclass(frozen=True)
class Subscription:
    """What a service does on events of these types.

    One by one: `fn(uow, event)`. In batches: `fn(session, events)`, events in order, for projections.
    `after_commit(runtime, result)` gets what `fn` returned once that is durable; it may fail, and then nobody waits.
    """

    types: tuple[str, ...]
    fn: Callable[..., Any]
    batch: bool = False
    after_commit: Callable[..., None] | None = None

    def wants(self, event_type: str) -> bool:
        return self.types == (EVERYTHING,) or event_type in self.types

    def sources(self) -> set[str]:
        """The services whose exchanges carry these types."""
        if self.types == (EVERYTHING,):
            return {str(getattr(schema, "source")) for schema in contracts.events().values()}
        return {contracts.source_of(event_type) for event_type in self.types}

    def types_of(self, source: str) -> list[str]:
        if self.types == (EVERYTHING,):
            return [EVERYTHING]
        return [event_type for event_type in self.types if contracts.source_of(event_type) == source]


@dataclass(frozen=True)
class Timer:
    """A duty every `seconds`, done by one process at a time: `fn(runtime)`; the first time `first` after its start."""

    seconds: float
    fn: Callable[..., Any]
    first: float = SOON


@dataclass(frozen=True)
class Worker:
    """Work taken up at once when the bell rings, and every `seconds` as the net: `fn(runtime)`.

    It runs in every process of the service, so `fn` claims what it takes.
    """

    seconds: float
    fn: Callable[..., Any]
    bell: threading.Event = field(default_factory=threading.Event, compare=False)

    def ring(self, runtime: Any = None, result: Any = True) -> None:
        """Wake the worker of this process; as an `after_commit`, only where the listener returned something."""
        if result:
            self.bell.set()


def subscribe(
    types: str | Sequence[str],
    fn: Callable[..., Any],
    *,
    batch: bool = False,
    after_commit: Callable[..., None] | None = None,
) -> Subscription:
    """A menu line that listens; `types` is one event type, several, or `"*"`."""
    return Subscription((types,) if isinstance(types, str) else tuple(types), fn, batch, after_commit)


def timer(seconds: float, fn: Callable[..., Any], *, first: float = SOON) -> Timer:
    """A menu line that runs `fn(runtime)` every `seconds` in one process at a time.

    The first time `first` seconds after the process has started: what fell due while nobody ran does not wait long.
    """
    return Timer(seconds, fn, first)


def worker(seconds: float, fn: Callable[..., Any]) -> Worker:
    """A menu line that runs `fn(runtime)` in every process: when its `ring` is called, and every `seconds`."""
    return Worker(seconds, fn)
