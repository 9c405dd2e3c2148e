"""Queue the undo of an import."""

from __future__ import annotations

from chassis import ids
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.job import UNDO, Job


def undo_import(uow: UnitOfWork, ctx: Context, *, job_id: str) -> Job:
    """Asked for again while one is under way, or after one came to its end, answers that one: nothing is undone twice.

    One that failed or was cancelled is started anew; what it took back stays taken back.
    """
    job = uow.get(Job, job_id)
    if job.undo_id is not None:
        before = uow.get(Job, job.undo_id)
        if not before.is_over or before.status == "completed":
            return before
    undo_id = ids.new(Job.prefix)
    job.undone_by(undo_id)
    return uow.add(
        Job(
            id=undo_id,
            kind=UNDO,
            undoes_id=job.id,
            mapping_name=job.mapping_name,
            automation=job.automation,
            files=job.files,
            requested_by=ctx.caller,
            role=ctx.role,
        )
    )
