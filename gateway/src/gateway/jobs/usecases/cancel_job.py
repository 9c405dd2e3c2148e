"""Stop a job."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.job import Job


def cancel_job(uow: UnitOfWork, ctx: Context, *, job_id: str) -> Job:
    """It takes no version: a running job changes with every chunk."""
    job = uow.get(Job, job_id)
    job.request_cancel(ctx.now)
    return job
