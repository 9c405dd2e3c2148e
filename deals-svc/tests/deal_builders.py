"""Deals and pipelines for tests; name only what matters."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from chassis import codec
from chassis.context import Context
from chassis.database import Database
from chassis.errors import AppError
from chassis.money import Money
from chassis.operation import Runtime
from chassis.record import stamp
from chassis.tables import metadata as bus
from deals.domain.base import Base
from deals.domain.deal import Deal
from deals.domain.pipeline import DEFAULT_STAGES, Pipeline
from deals.service import Deals

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = date(2026, 3, 2)
WORKSPACE = "workspace_01k8aaaaaaaaaaaaaaaaaaaaaa"
USER = "user_01k8aaaaaaaaaaaaaaaaaaaaaa"


def eur(amount: str | int) -> Money:
    return Money(Decimal(amount), "EUR")


def a_pipeline() -> Pipeline:
    """The default pipeline."""
    pipeline = Pipeline(name="Sales", is_default=True)
    stamp(pipeline, WORKSPACE, NOON)
    pipeline.arrange(DEFAULT_STAGES)
    return pipeline


def a_deal(
    pipeline: Pipeline, stage: str = "Qualification", value: Money | None = None, **values: Any
) -> Deal:
    """A deal that just entered `stage`."""
    deal = Deal(name="Wind park", pipeline_id=pipeline.id, status="open", **values)
    stamp(deal, WORKSPACE, NOON)
    deal.set_money("amount", value)
    entered = next(each for each in pipeline.stages if each.name == stage)
    deal.enter(entered, at=NOON, on=TODAY, by=USER, lost_reason="other" if entered.kind == "lost" else None)
    return deal


def a_runtime() -> Runtime:
    """deals-svc on an empty SQLite database in memory."""
    database = Database("sqlite://")
    bus.create_all(database.write_engine)
    Base.metadata.create_all(database.write_engine)
    return Runtime(name="deals", database=database)


class Knowing:
    """Answers for contacts-svc: every record is there."""

    def call(self, service: str, operation: str, ctx: Any, *, ids: list[str], **_: Any) -> Any:
        return {"data": [{"id": one} for one in ids], "missing": []}


def run(runtime: Runtime, operation: str, **values: Any) -> Any:
    """The answer of an operation, as it goes over the bus."""
    return codec.plain(Deals.operations[operation].execute(runtime, a_context(), values))


def refused(runtime: Runtime, operation: str, **values: Any) -> AppError:
    """How an operation refuses."""
    with pytest.raises(AppError) as refusal:
        run(runtime, operation, **values)
    return refusal.value


def a_context(**changes: Any) -> Context:
    values: dict[str, Any] = {"workspace_id": WORKSPACE, "actor": USER, "role": "admin", "now": NOON}
    return Context(**{**values, **changes})
