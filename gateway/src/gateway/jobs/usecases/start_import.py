"""Queue an import."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.errors import UnknownProfile
from gateway.jobs.domain.job import Job
from gateway.worker import profiles


def start_import(
    uow: UnitOfWork, ctx: Context, *, job_id: str, profile: str, dry_run: bool, files: list[dict[str, Any]]
) -> Job:
    """The files lie in the job's folder already; the worker takes the job up as soon as it is first in line."""
    if profile not in profiles.NAMES:
        raise UnknownProfile(profile=profile, allowed=", ".join(profiles.NAMES))
    return uow.add(
        Job(
            id=job_id,
            kind="import",
            profile=profile,
            dry_run=dry_run,
            files=files,
            requested_by=ctx.caller,
            role=ctx.role,
        )
    )
