"""How far a lead has come, and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.reading import get_record
from contacts.domain.lead import Lead, LifecycleStep

_SHOWN = ("from_stage", "to_stage", "changed_at", "changed_by", "reason", "handoff")


def lifecycle(session: Session, ctx: Context, *, lead_id: str) -> dict[str, Any]:
    """Every change of the stage, in order; raises `NotFound` for a lead that is not there."""
    get_record(session, ctx, Lead, lead_id)
    steps = session.scalars(
        select(LifecycleStep)
        .where(LifecycleStep.workspace_id == ctx.workspace_id, LifecycleStep.lead_id == lead_id)
        .order_by(LifecycleStep.position)
    )
    return {"data": [{name: getattr(step, name) for name in _SHOWN} for step in steps]}
