"""What happens in the suite, as it happens, from any position on."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from typing import Any

from rapport_client.errors import ApiError, ConnectionLost
from rapport_client.record import Record, class_of
from rapport_client.transport import Patience, Transport, Tries, is_passing

START, LATEST = "start", "latest"
# The suite sends a heartbeat every 15 seconds; three missed ones are a connection that is dead and does not know it.
SILENCE = 45.0


class Event(Record):
    """A thing that happened, as a CloudEvent. Store `position` once you have dealt with it, and come back with it."""

    __slots__ = ()

    type: str
    source: str
    subject: str
    actor: str
    origin: str
    sequence: int
    position: str
    data: dict[str, Any]

    @property
    def time(self) -> datetime:
        return datetime.fromisoformat(self.raw["time"])

    @property
    def record(self) -> Record:
        """The record after it happened, of its class: a `Deal` for `deal.won.v1`."""
        from rapport_client.resources import NOUNS

        noun = self.subject.rpartition("_")[0]
        return class_of(NOUNS.get(noun))(self.data.get("record") or {"id": self.subject})

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Field -> what it was, what it is."""
        return {name: (pair[0], pair[1]) for name, pair in (self.data.get("changes") or {}).items()}

    def __repr__(self) -> str:
        return f"<Event {self.type} of {self.subject}>"


class Events:
    """The archive of everything that happened, and what happens now."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def latest(self) -> str:
        """The position of now: `watch(after=...)` with it misses nothing that happens from here on."""
        answer = self._transport.call("GET", "/v1/events", params={"after": LATEST, "limit": 1})
        return str(answer["position"])

    def list(
        self, *, types: Iterable[str] | str = (), after: str = START, limit: int | None = None
    ) -> Iterator[Event]:
        """The events that are there, from a position to the end, oldest first."""
        left = limit
        while left is None or left > 0:
            query = {"after": after, "types": _types(types), "limit": 200 if left is None else min(200, left)}
            answer = self._transport.call("GET", "/v1/events", params=query)
            for one in answer["data"]:
                yield Event(one)
            left = None if left is None else left - len(answer["data"])
            after = answer["position"]
            if not answer["has_more"]:
                return

    def watch(
        self, *, types: Iterable[str] | str = (), after: str | None = None, give_up_after: float | None = None
    ) -> Watch:
        """Follow events from a position on (from now when there is none), without end.

        A connection that is cut, and a suite that restarts, are sat out: nothing is missed and nothing comes twice.
        `types` are names (`deal.won.v1`) or families (`deal.*`). `give_up_after` are the seconds without an answer
        after which `ConnectionLost` or `Unavailable` is raised; None waits for as long as it takes.
        """
        position = self.latest() if after is None else after
        return Watch(self._transport, _types(types), position, give_up_after)

    def types(self) -> list_[Record]:
        """Every type of event there is: `type`, `source`, `description`, `fields`, `sample`."""
        return [Record(one) for one in self._transport.call("GET", "/v1/event-types")["data"]]


class Watch:
    """An iterator over events. `position` is that of the last one given out; closing ends the connection."""

    def __init__(
        self, transport: Transport, types: str | None, position: str, give_up_after: float | None
    ) -> None:
        self._transport, self._types, self._give_up_after = transport, types, give_up_after
        self.position = position
        self._events = self._follow()

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connection."""
        self._events.close()

    def _follow(self) -> Generator[Event, None, None]:
        seconds = self._give_up_after if self._give_up_after is not None else float("inf")
        forever = Patience(timeout=SILENCE, deadline=seconds, attempts=1_000_000)
        tries = Tries(forever)
        while True:
            try:
                for event in self._once():
                    tries = Tries(forever)
                    if event is not None:
                        yield event
                # The suite ends a stream when it stops; it comes back.
                tries.after(ConnectionLost("The stream of events ended and did not come back."), None)
            except ConnectionLost as error:
                tries.after(error, None)
            except ApiError as error:
                if not is_passing(error):
                    raise
                tries.after(error, error.retry_after)

    def _once(self) -> Iterator[Event | None]:
        """The events of one connection; None for a heartbeat, which moves the position too."""
        with self._transport.stream(
            "/v1/events",
            params={"types": self._types, "after": self.position},
            headers={"Accept": "text/event-stream"},
            read_timeout=SILENCE,
            tries=False,
        ) as answer:
            position, data = "", ""
            for line in answer.iter_lines():
                name, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if name == "id":
                    position = value
                elif name == "data":
                    data += value
                elif not line:
                    # Only a whole entry counts: one that is cut before its empty line comes again.
                    if position:
                        self.position = position
                    yield Event(json.loads(data)) if data else None
                    position, data = "", ""


def _types(types: Iterable[str] | str) -> str | None:
    return (types if isinstance(types, str) else ",".join(types)) or None


list_ = list
