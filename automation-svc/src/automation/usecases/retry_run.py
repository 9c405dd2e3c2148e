"""Try the failed step of a run again, and go on from there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from automation.domain.run import FAILED, PENDING, SKIPPED, WAITING, Run, Step
from automation.queries.runs import with_steps
from chassis.context import Context
from chassis.reading import get_record
from chassis.unit_of_work import UnitOfWork


def retry_run(uow: UnitOfWork, ctx: Context, *, run_id: str) -> dict[str, Any]:
    """The effect key stays, so a step that was done after all is not done twice; one with nothing to do stays so."""
    get_record(uow.session, ctx, Run, run_id)
    run = uow.session.get_one(Run, (ctx.workspace_id, run_id))
    run.require_failed()
    run.status, run.reason, run.finished_at, run.updated_at = PENDING, None, None, ctx.now
    mine = (Step.workspace_id == ctx.workspace_id, Step.run_id == run_id)
    uow.session.execute(
        update(Step)
        .where(*mine, Step.status == FAILED)
        .values(status=PENDING, attempts=0, next_at=ctx.now, finished_at=None)
    )
    uow.session.execute(
        update(Step).where(*mine, Step.status == SKIPPED, Step.reason.is_(None)).values(status=WAITING)
    )
    uow.session.flush()
    return get_record(uow.session, ctx, Run, run_id, with_steps)
