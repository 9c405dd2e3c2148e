"""The menu of the jobs: one line an operation. It runs inside the gateway and serves nothing on the bus."""

from __future__ import annotations

from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from gateway.jobs.domain.job import Job
from gateway.jobs.queries import jobs as reads
from gateway.jobs.usecases.cancel_job import cancel_job
from gateway.jobs.usecases.start_import import start_import


class Jobs(Service):
    """Long work: imports."""

    name = "jobs"
    issuers = ()

    start_import = command(start_import)
    cancel_job = command(cancel_job)
    get_job = query(getter(Job, reads.with_progress))
    read_jobs = query(reader(Job, reads.with_progress))
    list_jobs = query(lister(Job, reads.JOB_FIELDS, reads.with_progress))
    describe = query(describer({"jobs": reads.JOB_FIELDS}))
