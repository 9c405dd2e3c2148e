"""The menu of the jobs: one line an operation. It runs inside the gateway and serves nothing on the bus."""

from __future__ import annotations

from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from gateway.jobs.domain.job import Job
from gateway.jobs.domain.mapping import Mapping
from gateway.jobs.queries import jobs as reads
from gateway.jobs.queries.mappings import MAPPING_FIELDS
from gateway.jobs.queries.uploads import get_upload
from gateway.jobs.usecases.cancel_job import cancel_job
from gateway.jobs.usecases.create_mapping import create_mapping
from gateway.jobs.usecases.delete_mapping import delete_mapping
from gateway.jobs.usecases.keep_upload import keep_upload
from gateway.jobs.usecases.start_import import start_import
from gateway.jobs.usecases.undo_import import undo_import
from gateway.jobs.usecases.update_mapping import update_mapping


class Jobs(Service):
    """Long work: imports and their undo; the files and the mappings they work by."""

    name = "jobs"
    issuers = ()

    keep_upload = command(keep_upload)
    get_upload = query(get_upload)

    create_mapping = command(create_mapping)
    update_mapping = command(update_mapping)
    delete_mapping = command(delete_mapping)
    get_mapping = query(getter(Mapping))
    read_import_mappings = query(reader(Mapping))
    list_import_mappings = query(lister(Mapping, MAPPING_FIELDS))
    export_import_mappings = query(exporter(Mapping, MAPPING_FIELDS))

    start_import = command(start_import)
    undo_import = command(undo_import)
    cancel_job = command(cancel_job)
    get_job = query(getter(Job, reads.with_progress))
    read_jobs = query(reader(Job, reads.with_progress))
    list_jobs = query(lister(Job, reads.JOB_FIELDS, reads.with_progress))
    export_jobs = query(exporter(Job, reads.JOB_FIELDS))
    describe = query(describer({"jobs": reads.JOB_FIELDS, "import_mappings": MAPPING_FIELDS}))
