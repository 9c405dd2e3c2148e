"""Imports and the jobs that do them: start, follow, cancel, and get the rows that failed."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, request, stream_with_context, url_for
from marshmallow import fields

from chassis import ids
from chassis.errors import NotFound
from gateway import http, state, uploads
from gateway.endpoint import Parameter, endpoint
from gateway.errors import invalid
from gateway.jobs.queries import jobs as reads
from gateway.v1 import schemas
from gateway.v1.links import Link
from gateway.v1.resource import Resource, Verb
from gateway.worker import profiles
from gateway.worker.guarding import ERROR_COLUMN, guarded
from messages.common import Message
from messages.jobs import JobView

SERVICE = "jobs"
BLOCK = 64 * 1024
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)

JOBS = Resource(
    "jobs",
    SERVICE,
    "job",
    links={"requester": Link("requested_by", "organisation", "read_users")},
    verbs=(Verb("cancel", "cancel_job"),),
)
RESOURCES = (JOBS,)

blueprint = Blueprint("imports", __name__, url_prefix="/v1")


class ImportForm(Message):
    """The parts of the multipart form beside the files."""

    profile = fields.String(
        load_default=profiles.NAMES[0],
        metadata={"description": f"Which files these are: {', '.join(profiles.NAMES)}."},
    )
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Read and check, change nothing."})


class ImportUpload(ImportForm):
    """A multipart form: one or more parts called `file`, and what they are."""

    file = fields.List(fields.Raw(metadata={"type": "string", "format": "binary"}), required=True)


@blueprint.post("/imports")
@endpoint(
    "Import files in the background",
    permission="import",
    tag="jobs",
    body=ImportUpload,
    answers=JobView,
    status=202,
    statuses=(413, 415),
)
def start_import() -> Response:
    """The answer comes as soon as the files are here; the job tells the rest."""
    http.refuse_unknown(())
    job_id = _job_id()
    home = state.settings().common.home / uploads.FILES
    with uploads.receive(request, home / f"incoming-{ids.new('upload')}") as upload:
        form = schemas.load(ImportForm, upload.fields)
        if not upload.files:
            raise invalid("/file", "required", "There is no file.", "Send one or more parts called `file`.")
        folder = home / job_id
        is_repeated = folder.exists()
        if is_repeated:
            _remove(upload.folder)
        else:
            upload.folder.rename(folder)
        try:
            job = http.call(SERVICE, "start_import", {"job_id": job_id, **form, "files": upload.described()})
        except BaseException:
            if not is_repeated:
                _remove(folder)
            raise
    return http.reply(job, 202, {"Location": url_for("jobs.get", record_id=job["id"])})


def _job_id() -> str:
    """A fresh id, or the one that belongs to the request's idempotency key: a repeated upload starts nothing new."""
    key = http.idempotency_key()
    if key is None:
        return ids.new("job")
    return ids.derive("job", _EPOCH, g.identity.workspace_id, g.identity.user_id, key)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


@blueprint.get("/jobs/<record_id>/errors.csv")
@endpoint(
    "The rows of a job that failed, as a file that can be corrected and imported again",
    permission="import",
    tag="jobs",
    parameters=(Parameter("file", "Only the rows of this file."),),
    media_type="text/csv",
    statuses=(404,),
)
def errors_csv(record_id: str) -> Response:
    """The columns of the file and one more, `error`. Several files with failed rows come as a ZIP of such files."""
    http.refuse_unknown(("file",))
    job_id = JOBS.known(record_id)
    ctx = g.identity.context()
    http.call(SERVICE, "get_job", {"job_id": job_id})
    database = state.current().runtime.database
    with database.reading() as session:
        files = reads.files_with_failures(session, ctx, job_id)
    wanted = request.args.get("file")
    names = [name for name in files if wanted in (None, name)]
    if not names:
        raise NotFound(
            f"No rows of {wanted[:80]} failed." if wanted else "No rows of this job failed.",
            what="file",
            id=wanted or "",
        )

    def text(name: str) -> Iterator[str]:
        with database.reading() as session:
            yield from _csv(reads.failed_rows(session, ctx, job_id, name))

    if len(names) > 1:
        return _download("errors.zip", "application/zip", _zipped({name: text(name) for name in names}))
    return _download(_errors_of(names[0]), "text/csv; charset=utf-8", text(names[0]))


def _csv(rows: Iterator[Any]) -> Iterator[str]:
    columns: list[str] = []
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        if not columns:
            columns = [name for name in row.original if name != ERROR_COLUMN]
            writer.writerow([*columns, ERROR_COLUMN])
        said = "; ".join(error["message"] for error in row.errors)
        writer.writerow([*(guarded(str(row.original.get(name) or "")) for name in columns), guarded(said)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _zipped(files: dict[str, Iterator[str]]) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in files.items():
                with archive.open(_errors_of(name), "w") as entry:
                    for piece in text:
                        entry.write(piece.encode())
        packed.seek(0)
        while block := packed.read(BLOCK):
            yield block


def _errors_of(name: str) -> str:
    return f"{name.removesuffix('.csv').removesuffix('.errors')}.errors.csv"


def _download(name: str, media_type: str, body: Iterator[Any]) -> Response:
    response = Response(stream_with_context(body), content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
