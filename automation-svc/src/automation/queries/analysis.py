"""What to know before a workflow is switched on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain.analysis import findings
from automation.domain.workflow import PUBLISHED, Workflow
from chassis.context import Context
from chassis.reading import get_record


def analysis(session: Session, ctx: Context, *, workflow_id: str) -> dict[str, Any]:
    """Circles and conflicts among the workflows that are switched on and this one; raises `NotFound`."""
    get_record(session, ctx, Workflow, workflow_id)
    live = session.scalars(
        select(Workflow)
        .where(
            Workflow.workspace_id == ctx.workspace_id,
            Workflow.deleted_at.is_(None),
            (Workflow.status == PUBLISHED) | (Workflow.id == workflow_id),
        )
        .order_by(Workflow.id)
    ).all()
    (workflow,) = [one for one in live if one.id == workflow_id]
    others = [one for one in live if one.id != workflow_id]
    return {
        "data": [
            {"kind": found.kind, "text": found.text, "workflow_ids": list(found.workflow_ids)}
            for found in findings(workflow, others)
        ]
    }
