"""A service of things for tests of what every service has: its runtime, its events, its inbox, its hosted lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chassis import envelope, ids, ledger, tables
from chassis.context import Context
from chassis.database import Database
from chassis.envelope import Event
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.subscription import subscribe

THING, OTHER = ids.new("thing"), ids.new("thing")
CTX = Context(workspace_id=ids.new("workspace"), actor=ids.new("user"), role="admin", request_id="request_1")
FOREIGN = replace(CTX, workspace_id=ids.new("workspace"))
LISTENS = [subscribe(("thing.changed.v1", "thing.created.v1"), lambda uow, event: None)]
LINES = ledger.hosted("things", LISTENS)


def a_runtime(folder: Path) -> Runtime:
    database = Database(f"sqlite:///{folder}/things.db")
    tables.metadata.create_all(database.write_engine)
    return Runtime(name="things", database=database)


def an_event(subject: str = THING, ctx: Context = CTX, kind: str = "thing.changed.v1") -> Event:
    return envelope.load(
        envelope.dump(
            event_id=ids.new("event"),
            event_type=kind,
            source="things",
            subject_type="thing",
            subject_id=subject,
            sequence=1,
            moment=datetime(2026, 3, 2, tzinfo=UTC),
            ctx=ctx,
            data={"record": {}, "changes": {}},
        )
    )


def an_inbox(runtime: Runtime, handler: Callable[..., None] = lambda uow, event: None) -> Inbox:
    return Inbox("things", [subscribe("*", handler)], runtime)


def told(runtime: Runtime, ctx: Context = CTX, **arguments: Any) -> dict[str, Any]:
    answer: dict[str, Any] = LINES["record_ledger"].execute(runtime, ctx, {"record_id": THING, **arguments})
    return answer
