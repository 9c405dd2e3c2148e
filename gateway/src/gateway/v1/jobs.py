"""Jobs and saved mappings: follow, cancel, undo, and get the rows that failed."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, request, stream_with_context, url_for

from chassis.errors import NotFound
from gateway import http, state
from gateway.endpoint import Parameter, endpoint
from gateway.jobs.queries import jobs as reads
from gateway.v1.links import Link
from gateway.v1.resource import Resource, Verb
from gateway.worker.guarding import ERROR_COLUMN, guarded
from messages.jobs import JobView

SERVICE = "jobs"
BLOCK = 64 * 1024

JOBS = Resource(
    "jobs",
    SERVICE,
    "job",
    links={"requester": Link("requested_by", "organisation", "read_users")},
    verbs=(Verb("cancel", "cancel_job"),),
    hand_made=frozenset({"ledger"}),
)
MAPPINGS = Resource("import-mappings", SERVICE, "mapping")
RESOURCES = (JOBS, MAPPINGS)

blueprint = Blueprint("job_files", __name__, url_prefix="/v1")


@blueprint.post("/jobs/<record_id>/undo")
@endpoint(
    "Take back what an import did, as far as nobody has changed it since",
    permission="import",
    tag="jobs",
    answers=JobView,
    status=202,
    statuses=(404, 422),
)
def undo(record_id: str) -> Response:
    """A job of its own, with a receipt of its own. Asked for again it answers the same job."""
    http.refuse_unknown(())
    http.body(is_optional=True)
    job = http.call(SERVICE, "undo_import", {"job_id": JOBS.known(record_id)})
    return http.reply(job, 202, {"Location": url_for("jobs.get", record_id=job["id"])})


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
            yield from csv_of(reads.failed_rows(session, ctx, job_id, name))

    if len(names) > 1:
        return _download("errors.zip", "application/zip", _zipped({name: text(name) for name in names}))
    return _download(_errors_of(names[0]), "text/csv; charset=utf-8", text(names[0]))


def csv_of(rows: Iterator[Any]) -> Iterator[str]:
    """Failed rows as text: their columns and `error`; cells that a spreadsheet would run are guarded."""
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
    stem = re.sub(r"\.(csv|tsv|txt|xlsx)$", "", name, flags=re.IGNORECASE)
    return f"{stem.removesuffix('.errors')}.errors.csv"


def _download(name: str, media_type: str, body: Iterator[Any]) -> Response:
    response = Response(stream_with_context(body), content_type=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
