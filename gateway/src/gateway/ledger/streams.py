"""Several lists, each newest first, merged into one with pages: a cursor remembers how far each of them was read."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Entry = dict[str, Any]


@dataclass
class Stream:
    """The next entries of one source, newest first; each with the token to go on behind it.

    `start` is the token this page began at; `has_more` says that the source has more than is here.
    """

    entries: Sequence[tuple[Entry, Any]]
    has_more: bool = False
    start: Any = None


@dataclass
class Merged:
    """A page: its entries, and where each stream goes on; `following` is None at the end."""

    entries: list[Entry] = field(default_factory=list)
    following: dict[str, Any] | None = None


def merge(streams: Mapping[str, Stream], limit: int) -> Merged:
    """The newest `limit` entries of all streams. The order within a stream stays as it is."""
    heads: list[tuple[str, int, str, int]] = []
    names = list(streams)

    def push(name: str, place: int) -> None:
        entries = streams[name].entries
        if place < len(entries):
            # The heap gives the least first: the newest instant must be the least.
            heapq.heappush(heads, (_descending(entries[place][0]["at"]), names.index(name), name, place))

    for name in names:
        push(name, 0)
    page = Merged()
    tokens = {name: stream.start for name, stream in streams.items()}
    left = {name: bool(stream.entries) or stream.has_more for name, stream in streams.items()}
    while heads and len(page.entries) < limit:
        _, _, name, place = heapq.heappop(heads)
        stream = streams[name]
        entry, tokens[name] = stream.entries[place]
        page.entries.append(entry)
        left[name] = place + 1 < len(stream.entries) or stream.has_more
        if place + 1 == len(stream.entries) and stream.has_more:
            # What comes next of this stream is not here: nothing older may go before it.
            break
        push(name, place + 1)
    if any(left.values()):
        page.following = tokens
    return page


def _descending(at: str) -> str:
    """A text that sorts the other way round; instants are texts of one form."""
    return "".join(chr(0x7F - ord(char)) for char in at)
