"""Reads of the ledger: runs with their steps, in a fixed number of statements a page."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain.run import Run, Step
from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.filters import Catalogue, Field
from messages.automation import RUN_STATUSES

RUN_FIELDS = Catalogue(
    [
        Field("id", "reference", Run.id),
        Field("workflow_id", "reference", Run.workflow_id),
        Field("revision", "number", Run.revision),
        Field("trigger_event_id", "reference", Run.trigger_event_id),
        Field("trigger_type", "text", Run.trigger_type),
        Field("record_type", "text", Run.record_type),
        Field("record_id", "reference", Run.record_id),
        Field("status", "select", Run.status, RUN_STATUSES),
        Field("reason", "text", Run.reason),
        Field("depth", "number", Run.depth),
        Field("events", "number", Run.events),
        Field("request_id", "text", Run.request_id),
        Field("created_at", "instant", Run.created_at),
        Field("updated_at", "instant", Run.updated_at),
        Field("finished_at", "instant", Run.finished_at),
    ]
)


def with_steps(session: Session, ctx: Context, views: list[dict[str, Any]]) -> None:
    """Add each run's steps, in order, and the name of its workflow."""
    steps: dict[str, list[dict[str, Any]]] = defaultdict(list)
    found = session.scalars(
        select(Step)
        .where(Step.workspace_id == ctx.workspace_id, Step.run_id.in_([view["id"] for view in views]))
        .order_by(Step.run_id, Step.position)
        .execution_options(populate_existing=True)
    )
    for step in found:
        steps[step.run_id].append(step.view())
    rows = session.execute(
        select(Workflow.id, Workflow.name).where(
            Workflow.workspace_id == ctx.workspace_id,
            Workflow.id.in_({view["workflow_id"] for view in views}),
        )
    )
    names = {row.id: row.name for row in rows}
    for view in views:
        view["workflow_name"] = names.get(view["workflow_id"])
        view["steps"] = steps[view["id"]]
