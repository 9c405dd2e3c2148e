"""The versions of a workflow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain.version import WorkflowVersion
from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.reading import get_record

MOST = 200


def workflow_versions(session: Session, ctx: Context, *, workflow_id: str) -> dict[str, Any]:
    """The newest versions, newest first; raises `NotFound` for a workflow that is not there."""
    get_record(session, ctx, Workflow, workflow_id)
    return {"data": [version.view() for version in versions_of(session, ctx, workflow_id, limit=MOST)]}


def versions_of(
    session: Session, ctx: Context, workflow_id: str, limit: int | None = None
) -> Sequence[WorkflowVersion]:
    """The versions, newest first; all of them without a limit: an old event needs an old one."""
    return session.scalars(
        select(WorkflowVersion)
        .where(WorkflowVersion.workspace_id == ctx.workspace_id, WorkflowVersion.workflow_id == workflow_id)
        .order_by(WorkflowVersion.changed_at.desc(), WorkflowVersion.id.desc())
        .limit(limit)
    ).all()


def as_of(versions: Sequence[WorkflowVersion], moment: datetime) -> WorkflowVersion | None:
    """The version that was valid at a moment, of versions newest first; None before the first."""
    return next((version for version in versions if version.changed_at <= moment), None)
