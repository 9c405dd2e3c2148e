"""The records that a workflow took up by date, by schedule or by hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain.enrollment import Enrollment
from automation.domain.workflow import Workflow
from chassis.context import Context
from chassis.reading import get_record

MOST = 200


def enrollments(session: Session, ctx: Context, *, workflow_id: str) -> dict[str, Any]:
    """The newest, newest first; raises `NotFound` for a workflow that is not there."""
    get_record(session, ctx, Workflow, workflow_id)
    found = session.scalars(
        select(Enrollment)
        .where(Enrollment.workspace_id == ctx.workspace_id, Enrollment.workflow_id == workflow_id)
        .order_by(Enrollment.at.desc(), Enrollment.id.desc())
        .limit(MOST)
    )
    return {"data": [one.view() for one in found]}
