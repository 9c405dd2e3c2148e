"""The envelope of an event: CloudEvents 1.0 JSON with the suite's own attributes.

`sequence` counts the events of one record (1, 2, 3); `cause` and `depth` say which event and how many automatic
steps led here. A `quiet` event starts no automatic step.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis import clock, codec
from chassis.context import Context
from chassis.errors import Malformed

SHARDS = 4
BULK = "bulk"
BULK_ORIGINS = frozenset({"import", "bulk"})


@dataclass(frozen=True, slots=True)
class Event:
    """A received event. `data` holds `record`, `changes` and what the fact adds."""

    id: str
    type: str
    source: str
    workspace_id: str
    subject_type: str
    subject_id: str
    sequence: int
    time: datetime
    actor: str
    origin: str
    data: dict[str, Any]
    request_id: str = ""
    on_behalf_of: str | None = None
    cause_id: str | None = None
    depth: int = 0
    is_quiet: bool = False
    raw: str = ""

    @property
    def record(self) -> dict[str, Any]:
        return self.data.get("record") or {}

    @property
    def changes(self) -> dict[str, Any]:
        return self.data.get("changes") or {}

    def context(self, what: str) -> Context:
        """The context of work done because of this event."""
        return Context(
            workspace_id=self.workspace_id,
            actor=f"system:{what}",
            role="system",
            origin=self.origin,
            request_id=self.request_id,
            cause_id=self.id,
            depth=self.depth,
            is_quiet=self.is_quiet,
        )


def dump(
    *,
    event_id: str,
    event_type: str,
    source: str,
    subject_type: str,
    subject_id: str,
    sequence: int,
    moment: datetime,
    ctx: Context,
    data: dict[str, Any],
) -> str:
    """The JSON text of an event."""
    return codec.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "type": event_type,
            "source": source,
            "subject": subject_id,
            "subjecttype": subject_type,
            "time": moment,
            "workspaceid": ctx.workspace_id,
            "sequence": sequence,
            "actor": ctx.actor,
            "onbehalfof": ctx.on_behalf_of,
            "origin": ctx.origin,
            "requestid": ctx.request_id,
            "causeid": ctx.cause_id,
            "depth": ctx.depth,
            **({"quiet": True} if ctx.is_quiet else {}),
            "data": data,
        }
    )


def load(text: str | bytes) -> Event:
    """The event of a JSON text; raises `Malformed` when it is not one."""
    try:
        body = codec.loads(text)
        return Event(
            id=body["id"],
            type=body["type"],
            source=body["source"],
            workspace_id=body["workspaceid"],
            subject_type=body["subjecttype"],
            subject_id=body["subject"],
            sequence=int(body["sequence"]),
            time=clock.from_text(body["time"]),
            actor=body["actor"],
            on_behalf_of=body.get("onbehalfof"),
            origin=body["origin"],
            request_id=body.get("requestid") or "",
            cause_id=body.get("causeid"),
            depth=int(body.get("depth") or 0),
            is_quiet=bool(body.get("quiet")),
            data=body["data"],
            raw=text if isinstance(text, str) else text.decode(),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed(f"This is not an event: {error}") from None


def lane(origin: str, subject_id: str) -> str:
    """The suffix of the routing key: `bulk`, or the shard that keeps one record's events in order."""
    return BULK if origin in BULK_ORIGINS else str(zlib.crc32(subject_id.encode()) % SHARDS)
