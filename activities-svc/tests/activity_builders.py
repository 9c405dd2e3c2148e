"""Activities and events of other services for tests; name only what matters."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from activities.domain.activity import Activity
from activities.domain.base import Base
from activities.service import Activities
from chassis import codec, envelope, ids
from chassis.context import Context
from chassis.database import Database
from chassis.envelope import Event
from chassis.inbox import Inbox
from chassis.operation import Runtime
from chassis.record import stamp
from chassis.tables import metadata as bus

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
WORKSPACE = "workspace_01k8aaaaaaaaaaaaaaaaaaaaaa"
USER = "user_01k8aaaaaaaaaaaaaaaaaaaaaa"
DEAL = "deal_01k8aaaaaaaaaaaaaaaaaaaaaa"
ACCOUNT = "account_01k8aaaaaaaaaaaaaaaaaaaaaa"
_sequence = count(1)


def an_activity(kind: str, **values: Any) -> Activity:
    """An activity that began at ten."""
    activity = Activity(kind=kind, origin="ui", digest="")
    stamp(activity, WORKSPACE, TEN)
    activity.begin({"subject": "Something", **values}, at=TEN)
    return activity


def facts(activity: Activity) -> list[str]:
    return [fact.wire for fact in activity.facts]


def a_runtime() -> Runtime:
    """activities-svc on an empty SQLite database in memory."""
    database = Database("sqlite://")
    bus.create_all(database.write_engine)
    Base.metadata.create_all(database.write_engine)
    return Runtime(name="activities", database=database)


def a_context(**changes: Any) -> Context:
    values: dict[str, Any] = {"workspace_id": WORKSPACE, "actor": USER, "role": "admin", "now": TEN}
    return Context(**{**values, **changes})


def run(runtime: Runtime, operation: str, ctx: Context | None = None, **values: Any) -> Any:
    """The answer of an operation, as it goes over the bus."""
    return codec.plain(Activities.operations[operation].execute(runtime, ctx or a_context(), values))


def an_event(event_type: str, record: dict[str, Any], at: datetime = TEN, **data: Any) -> Event:
    """What another service tells about a record, whose id names its kind."""
    text = envelope.dump(
        event_id=ids.new("event"),
        event_type=event_type,
        source="deals",
        subject_type=ids.prefix_of(record["id"]),
        subject_id=record["id"],
        sequence=next(_sequence),
        moment=at,
        ctx=a_context(),
        data={"record": record, "changes": {}, **data},
    )
    return envelope.load(text)


def hear(runtime: Runtime, *events: Event) -> None:
    """Handle events as the running service would."""
    Inbox("activities", Activities.subscriptions, runtime).handle(events)
