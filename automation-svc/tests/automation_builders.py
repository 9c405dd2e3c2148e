"""Workflows and events of other services for tests; name only what matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from automation.domain.base import Base
from automation.domain.fact import Fact
from automation.domain.recipes import RECIPES
from automation.domain.workflow import PUBLISHED, Workflow
from automation.service import Automation
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
CALL = "activity_01k8aaaaaaaaaaaaaaaaaaaaaa"
PIPELINE = "pipeline_01k8aaaaaaaaaaaaaaaaaaaaaa"
PROPOSAL = "stage_01k8aaaaaaaaaaaaaaaaaaaaaa"
_sequence = count(1)

A_TASK = {"type": "create_task", "subject": "Look at {name}", "due_in": "2h"}


def a_workflow(**values: Any) -> Workflow:
    """A published workflow that makes a task for every deal opened."""
    workflow = Workflow(status=PUBLISHED, revision=1)
    stamp(workflow, WORKSPACE, TEN)
    workflow.write({"name": "W", "trigger": {"event": "deal.created.v1"}, "actions": [A_TASK], **values})
    return workflow


def a_recipe(key: str) -> Workflow:
    return a_workflow(recipe=key, **RECIPES[key])


def a_fact(event_type: str = "deal.created.v1", **values: Any) -> Fact:
    """Something that happened to a deal at ten."""
    given: dict[str, Any] = {
        "event_id": ids.new("event"),
        "event_type": event_type,
        "workspace_id": WORKSPACE,
        "record_type": "deal",
        "record_id": DEAL,
        "record": {"id": DEAL, "name": "Wind park", "owner_id": USER},
        "changes": {},
        "at": TEN,
        "told_at": TEN,
        "actor": USER,
        "depth": 0,
        "request_id": "request_1",
    }
    return Fact(**{**given, **values})


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


class Answers:
    """A client whose answers are decided by the test; it keeps what was asked."""

    def __init__(self, answer: Callable[[int], Any] | None = None) -> None:
        self.asked: list[tuple[str, Context, dict[str, Any]]] = []
        self._answer = answer or (lambda number: None)

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any:
        self.asked.append((f"{service}.{operation}", ctx, arguments))
        answer = self._answer(len(self.asked))
        if answer is None and operation == "notify":
            answer = {"data": [{"id": ids.new("notification"), "user_id": arguments["user_ids"][0]}]}
        return answer or {"id": arguments["activity_id"], "version": 1}


def a_runtime(client: Answers | None = None) -> Runtime:
    """automation-svc on an empty SQLite database in memory."""
    database = Database("sqlite://")
    bus.create_all(database.write_engine)
    Base.metadata.create_all(database.write_engine)
    return Runtime(name="automation", database=database, client=client)


def a_context(**changes: Any) -> Context:
    values: dict[str, Any] = {"workspace_id": WORKSPACE, "actor": USER, "role": "admin", "now": TEN}
    return Context(**{**values, **changes})


def run(runtime: Runtime, operation: str, ctx: Context | None = None, **values: Any) -> Any:
    """The answer of an operation, as it goes over the bus."""
    return codec.plain(Automation.operations[operation].execute(runtime, ctx or a_context(), values))


def an_event(
    event_type: str,
    record: dict[str, Any],
    *,
    at: datetime = TEN,
    depth: int = 0,
    origin: str = "api",
    request_id: str = "",
    is_quiet: bool = False,
    **data: Any,
) -> Event:
    """What another service tells about a record, whose id names its kind."""
    text = envelope.dump(
        event_id=ids.new("event"),
        event_type=event_type,
        source="tests",
        subject_type=ids.prefix_of(record["id"]),
        subject_id=record["id"],
        sequence=next(_sequence),
        moment=at,
        ctx=a_context(depth=depth, origin=origin, request_id=request_id, is_quiet=is_quiet),
        data={"record": record, "changes": {}, **data},
    )
    return envelope.load(text)


def hear(runtime: Runtime, *events: Event) -> None:
    """Handle events as the running service would."""
    Inbox("automation", Automation.subscriptions, runtime).handle(events)


def with_recipes(runtime: Runtime) -> Runtime:
    """The workspace has begun, with its recipes and a pipeline."""
    stages = [{"id": PROPOSAL, "name": "Proposal", "kind": "open"}]
    hear(
        runtime,
        an_event("workspace.created.v1", {"id": WORKSPACE}),
        an_event("pipeline.created.v1", {"id": PIPELINE, "name": "Sales", "stages": stages}),
    )
    return runtime


def with_follow_ups(runtime: Runtime) -> Runtime:
    """As `with_recipes`, with those that notify switched off."""
    with_recipes(runtime)
    for recipe in run(runtime, "list_workflows", limit=200)["data"]:
        if recipe["actions"][0]["type"] == "notify":
            run(runtime, "disable_workflow", workflow_id=recipe["id"], expected_version=1)
    return runtime
