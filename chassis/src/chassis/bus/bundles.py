"""Bundles: the events of the bulk lane travel many to a message, for a message costs more than an event.

A bundle is a JSON array with one event a line (CloudEvents' JSON batch), all of one type. It is only a wrapping: each
event in it keeps its id, is handled, suppressed, held or parked by itself, and a bundle that comes again may be cut
differently. The interactive lane sends each event alone: there nothing is worth waiting for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.envelope import BULK

# More in one message saves little, and one that is refused or comes again takes all in it along.
MOST_EVENTS = 100
MOST_CHARACTERS = 256_000

_HEAD, _BETWEEN, _TAIL = "[\n", ",\n", "\n]"


def gather(rows: Sequence[Any]) -> list[list[Any]]:
    """The outbox rows as they are sent, each list in one message.

    A record's events keep their order: one joins the open bundle of its type only if no later message has an earlier
    event of the same record.
    """
    messages: list[list[Any]] = []
    sizes: list[int] = []
    open_bundles: dict[tuple[str, str], int] = {}
    last_of: dict[str, int] = {}
    for row in rows:
        kind = (row.source, row.type)
        at = open_bundles.get(kind) if row.lane == BULK else None
        fits = (
            at is not None
            and len(messages[at]) < MOST_EVENTS
            and sizes[at] + len(row.payload) <= MOST_CHARACTERS
            and last_of.get(row.subject_id, at) <= at
        )
        if at is None or not fits:
            at = len(messages)
            messages.append([])
            sizes.append(0)
            if row.lane == BULK:
                open_bundles[kind] = at
        messages[at].append(row)
        sizes[at] += len(row.payload)
        last_of[row.subject_id] = at
    return messages


def join(payloads: Sequence[str]) -> str:
    """The body of a message: the event itself, or several as a bundle."""
    return payloads[0] if len(payloads) == 1 else _HEAD + _BETWEEN.join(payloads) + _TAIL


def split(body: str) -> list[str]:
    """The texts of the events in a message. JSON text has no line break inside, so lines are enough."""
    if body.startswith(_HEAD) and body.endswith(_TAIL):
        return body[len(_HEAD) : -len(_TAIL)].split(_BETWEEN)
    return [body]
