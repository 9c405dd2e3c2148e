"""Log a call, email, meeting or note, or set a task."""

from __future__ import annotations

import hashlib
from typing import Any

from activities.domain.activity import Activity
from activities.domain.errors import ActivityExists, RunNotByHand
from activities.usecases.placing import place
from chassis import codec
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def log_activity(
    uow: UnitOfWork,
    ctx: Context,
    *,
    kind: str,
    activity_id: str | None = None,
    workflow_run_id: str | None = None,
    **values: Any,
) -> Activity:
    """With an id of the maker's own: the same content again changes nothing, other content is refused."""
    if workflow_run_id is not None and ctx.origin != "automation":
        raise RunNotByHand()
    digest = _digest({"kind": kind, "workflow_run_id": workflow_run_id, **values})
    if activity_id is not None:
        made_before = uow.session.get(Activity, (ctx.workspace_id, activity_id))
        if made_before is not None:
            if made_before.digest != digest:
                raise ActivityExists(id=activity_id)
            return made_before
    activity = Activity(
        id=activity_id, kind=kind, origin=ctx.origin, workflow_run_id=workflow_run_id, digest=digest
    )
    uow.add(activity)
    values.setdefault("owner_id", None if ctx.caller.startswith("system:") else ctx.caller)
    activity.begin(values, at=ctx.now)
    place(uow, activity)
    return activity


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(codec.dumps(dict(sorted(content.items()))).encode()).hexdigest()
