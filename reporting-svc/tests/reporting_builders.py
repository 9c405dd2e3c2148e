"""Builders for tests of reporting-svc: events as other services tell them, and an in-memory service to feed them to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from chassis import codec, envelope, ids
from chassis.context import Context
from chassis.database import Database
from chassis.envelope import Event
from chassis.inbox import Counts, Inbox
from chassis.operation import Runtime
from chassis.tables import metadata as bus
from reporting.domain.base import Base
from reporting.service import Reporting

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
USD = "USD"

_minutes = itertools.count()


def an_id(prefix: str, *name: object) -> str:
    """An id that is the same for the same name."""
    return ids.derive(prefix, START, *map(str, name)) if name else ids.new(prefix)


WORKSPACE = an_id("workspace", "one")


def usd(amount: int | str) -> dict[str, str]:
    return {"amount": str(amount), "currency": USD}


def an_event(
    event_type: str,
    record_id: str,
    sequence: int = 1,
    *,
    record: dict[str, Any] | None = None,
    workspace_id: str = WORKSPACE,
    origin: str = "api",
    at: datetime | None = None,
    **extra: Any,
) -> Event:
    """An event as it arrives over the bus."""
    noun = event_type.split(".")[0]
    text = envelope.dump(
        event_id=ids.new("event"),
        event_type=event_type,
        source="test",
        subject_type=noun,
        subject_id=record_id,
        sequence=sequence,
        moment=at or START + timedelta(minutes=next(_minutes)),
        ctx=Context(workspace_id=workspace_id, actor="user_x", origin=origin),
        data={"record": record or {}, "changes": {}, **extra},
    )
    return envelope.load(text)


def a_deal(
    deal_id: str | None = None, *, version: int = 1, at: datetime | None = None, **values: Any
) -> dict[str, Any]:
    """A deal's record as events carry it."""
    moment = at or START + timedelta(minutes=version)
    record = {
        "id": deal_id or an_id("deal"),
        "version": version,
        "created_at": START,
        "updated_at": moment,
        "custom": {},
        "name": "A deal",
        "account_id": None,
        "product_id": None,
        "owner_id": None,
        "pipeline_id": an_id("pipeline", "sales"),
        "stage_id": an_id("stage", "first"),
        "status": "open",
        "amount": None,
        "probability": 10,
        "forecast_category": "pipeline",
        "type": "new",
        "opened_on": None,
        "closed_on": None,
        **values,
    }
    plain: dict[str, Any] = codec.plain(record)
    return plain


def deal_told(
    record: dict[str, Any], sequence: int | None = None, what: str = "created", **extra: Any
) -> Event:
    """The event that tells of a deal."""
    return an_event(f"deal.{what}.v1", record["id"], sequence or record["version"], record=record, **extra)


def a_user(name: str, *team_ids: str, user_id: str | None = None) -> Event:
    user_id = user_id or an_id("user", name)
    return an_event(
        "user.created.v1", user_id, record={"id": user_id, "name": name, "team_ids": list(team_ids)}
    )


def a_team(name: str, *, parent_id: str | None = None, manager_id: str | None = None) -> Event:
    team_id = an_id("team", name)
    record = {"id": team_id, "name": name, "parent_id": parent_id, "manager_id": manager_id}
    return an_event("team.created.v1", team_id, record=record)


def an_account(name: str, industry: str | None = None) -> Event:
    account_id = an_id("account", name)
    return an_event(
        "account.created.v1", account_id, record={"id": account_id, "name": name, "industry": industry}
    )


def a_product(name: str) -> Event:
    product_id = an_id("product", name)
    return an_event("product.created.v1", product_id, record={"id": product_id, "name": name})


def a_pipeline(name: str, *stages: tuple[str, str, int]) -> Event:
    """A pipeline with stages of (name, kind, probability)."""
    pipeline_id = an_id("pipeline", name)
    listed = [
        {
            "id": an_id("stage", stage),
            "name": stage,
            "kind": kind,
            "probability": probability,
            "position": position,
        }
        for position, (stage, kind, probability) in enumerate(stages)
    ]
    record = {"id": pipeline_id, "name": name, "is_default": False, "stages": listed}
    return an_event("pipeline.created.v1", pipeline_id, record=record)


def a_workspace(currency: str = USD) -> Event:
    return an_event(
        "workspace.created.v1", WORKSPACE, record={"id": WORKSPACE, "name": "W", "currency": currency}
    )


class Service:
    """reporting-svc without a broker: the real menu and inbox over a database."""

    def __init__(self, url: str = "sqlite://") -> None:
        self.database = Database(url)
        with self.database.write_engine.begin() as connection:
            bus.create_all(connection)
            Base.metadata.create_all(connection)
        self.hints: list[tuple[str, str, Any]] = []
        self.runtime = Runtime(
            name="reporting",
            database=self.database,
            broadcast=lambda exchange, key, body: self.hints.append((exchange, key, body)),
        )
        self.inbox = Inbox("reporting", Reporting.subscriptions, self.runtime)

    def hear(self, *events: Event, batch: int = 100) -> Counts:
        """Take events in batches, as they wait in a queue."""
        total = Counts()
        for start in range(0, len(events), batch):
            counts = self.inbox.handle(events[start : start + batch])
            for name in ("done", "suppressed", "held", "parked"):
                setattr(total, name, getattr(total, name) + getattr(counts, name))
        return total

    def ask(
        self,
        operation: str,
        *,
        workspace_id: str = WORKSPACE,
        role: str = "admin",
        actor: str = "user_x",
        on_behalf_of: str | None = None,
        **arguments: Any,
    ) -> Any:
        """The answer of an operation, as it travels."""
        ctx = Context(workspace_id=workspace_id, actor=actor, role=role, on_behalf_of=on_behalf_of)
        return codec.plain(Reporting.operations[operation].execute(self.runtime, ctx, arguments))

    def rows(self, cls: type[Any], workspace_id: str = WORKSPACE) -> list[dict[str, Any]]:
        """Every row of a table, in the order of its key."""
        from sqlalchemy import select

        from chassis.reading import table_of

        table = table_of(cls)
        with self.database.reading() as session:
            found = session.execute(
                select(table).where(table.c.workspace_id == workspace_id).order_by(*table.primary_key.columns)
            )
            return [dict(row._mapping) for row in found]


def by_key(report: dict[str, Any]) -> dict[str | None, dict[str, Any]]:
    """The rows of a report by their label."""
    return {row["key"]: row for row in report["data"]}


def days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def shuffled(random: Any, events: Iterable[Event]) -> Sequence[Event]:
    listed = list(events)
    random.shuffle(listed)
    return listed
