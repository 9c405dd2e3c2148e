"""Accounts, people and what others tell about them, for tests; name only what matters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from chassis import clock, codec, ids
from chassis.context import Context
from chassis.database import Database
from chassis.envelope import Event
from chassis.operation import Runtime
from chassis.record import stamp
from chassis.tables import metadata as bus
from contacts.domain.account import Account
from contacts.domain.base import Base
from contacts.service import Contacts

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORKSPACE = "workspace_01k8aaaaaaaaaaaaaaaaaaaaaa"
USER = "user_01k8aaaaaaaaaaaaaaaaaaaaaa"
JOB = "job_01k8aaaaaaaaaaaaaaaaaaaaaa"


def an_account(name: str = "Acme", **values: Any) -> Account:
    account = Account(name=name, **values)
    stamp(account, WORKSPACE, NOON)
    return account


def a_runtime() -> Runtime:
    """contacts-svc on an empty SQLite database in memory."""
    database = Database("sqlite://")
    bus.create_all(database.write_engine)
    Base.metadata.create_all(database.write_engine)
    return Runtime(name="contacts", database=database)


def a_context(**changes: Any) -> Context:
    values: dict[str, Any] = {"workspace_id": WORKSPACE, "actor": USER, "role": "admin", "now": NOON}
    return Context(**{**values, **changes})


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    """The answer of an operation, as it would travel."""
    return codec.plain(Contacts.operations[operation].execute(runtime, a_context(), values))


def news(event_type: str, subject_id: str, sequence: int = 1, at: datetime = NOON, **record: Any) -> Event:
    """An event of another service."""
    return Event(
        id=ids.new("event"),
        type=event_type,
        source="elsewhere",
        workspace_id=WORKSPACE,
        subject_type=event_type.partition(".")[0],
        subject_id=subject_id,
        sequence=sequence,
        time=at,
        actor=USER,
        origin="api",
        data={"record": {"id": subject_id, **record}},
        raw="{}",
    )


def a_call(*record_ids: str, at: datetime = NOON, told_at: datetime | None = None) -> Event:
    """The news of a call on these records."""
    return news(
        "activity.created.v1",
        ids.new("activity"),
        at=told_at or at,
        record_ids=list(record_ids),
        occurred_at=clock.to_text(at),
    )
