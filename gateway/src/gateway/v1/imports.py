"""Uploads, previews and imports: files come in, are looked at, mapped, and brought in by a job."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from marshmallow import fields

from chassis import ids
from chassis.errors import AppError, Malformed, NotFound, Unavailable
from gateway import http, state, uploads
from gateway.endpoint import endpoint
from gateway.errors import invalid
from gateway.jobs.domain.errors import UploadGone
from gateway.v1 import schemas
from gateway.v1.jobs import SERVICE
from gateway.worker import document
from gateway.worker.isolation import in_a_process
from gateway.worker.objects import NAMED_BY, OBJECTS, SHOWN, Field, is_here
from messages.common import Id, Message, View, one_of
from messages.jobs import AUTOMATION, MODES, JobView, UploadView

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
LOOK_SECONDS = 60.0
# Looks at once: each may take a core, and memory of its own.
LOOKS = 2
PATIENCE = 20.0

blueprint = Blueprint("imports", __name__, url_prefix="/v1")
_looks = threading.BoundedSemaphore(LOOKS)


class UploadForm(Message):
    """A multipart form: one or more parts called `file`."""

    file = fields.List(fields.Raw(metadata={"type": "string", "format": "binary"}), required=True)
    object = one_of(
        *SHOWN,
        load_default=None,
        allow_none=True,
        metadata={"description": "What the rows are; guessed without."},
    )


class _UploadFields(UploadForm):
    """The fields of the form beside its files."""

    class Meta(Message.Meta):
        exclude = ("file",)


class PreviewBody(Message):
    """The mapping to try; the suggested one when there is none."""

    mapping = fields.Dict(keys=fields.String(), load_default=None, allow_none=True)


class PreviewRow(View):
    """A row as it would come in. Links are shown by what they name."""

    file = fields.String(required=True)
    line = fields.Integer(required=True)
    object = fields.String(required=True)
    values = fields.Dict(required=True)
    complaints = fields.List(fields.Dict(), required=True)
    skipped = fields.String(required=True, allow_none=True)


class PreviewView(View):
    data = fields.List(fields.Nested(PreviewRow), required=True)


class ImportForm(Message):
    """How files are imported. Without a mapping it is guessed from the files."""

    mapping = fields.Raw(
        load_default=None,
        metadata={"description": "The mapping document; as text in a form.", "type": "object"},
    )
    mapping_id = fields.String(
        load_default=None, allow_none=True, metadata={"description": "Id or name of a saved mapping."}
    )
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Read and check, change nothing."})
    automation = one_of(
        *AUTOMATION,
        load_default="run",
        metadata={
            "description": "`suppress`: no workflow acts on what this import changes; the ledger says so."
        },
    )


class ImportUpload(ImportForm):
    """A multipart form of files and what becomes of them. `object`, `mode` and `key` correct the guess."""

    file = fields.List(fields.Raw(metadata={"type": "string", "format": "binary"}), required=True)
    object = one_of(*SHOWN, load_default=None, allow_none=True)
    mode = one_of(*MODES, load_default=None, allow_none=True)
    key = fields.String(load_default=None, allow_none=True)


class ImportOfUpload(ImportForm):
    """Files that were uploaded before, and what becomes of them."""

    upload_id = Id("upload", required=True)


# --- uploads ---------------------------------------------------------------------------------------------------


@blueprint.post("/uploads")
@endpoint(
    "Upload files for an import; answers what is in them and a mapping that fits",
    permission="import",
    tag="imports",
    body=UploadForm,
    answers=UploadView,
    status=201,
    statuses=(413, 415),
    body_media_type="multipart/form-data",
)
def upload_files() -> Response:
    """The files are kept for a day, readable by who uploaded them."""
    http.refuse_unknown(())
    upload_id = ids.new("upload")
    folder = _home() / upload_id
    with uploads.receive(request, folder) as upload:
        wanted = schemas.load(_UploadFields, dict(upload.fields))
        _require_files(upload)
        seen = _look(folder, upload.described(), wanted["object"])
        kept = http.call(
            SERVICE,
            "keep_upload",
            {"upload_id": upload_id, "files": seen["files"], "suggestion": seen["suggestion"]},
        )
    return http.reply(kept, 201, {"Location": url_for("imports.get_upload", upload_id=upload_id)})


@blueprint.get("/uploads/<upload_id>")
@endpoint(
    "What is in uploaded files", permission="import", tag="imports", answers=UploadView, statuses=(404,)
)
def get_upload(upload_id: str) -> Response:
    http.refuse_unknown(())
    return http.reply(_upload(upload_id))


@blueprint.get("/uploads/<upload_id>/preview")
@endpoint(
    "The first rows of uploaded files as the suggested mapping brings them in",
    permission="import",
    tag="imports",
    answers=PreviewView,
    statuses=(404,),
)
def preview_suggestion(upload_id: str) -> Response:
    http.refuse_unknown(())
    found = _upload(upload_id)
    return _previewed(found, found["suggestion"])


@blueprint.post("/uploads/<upload_id>/preview")
@endpoint(
    "The first rows of uploaded files as a mapping would bring them in",
    permission="import",
    tag="imports",
    body=PreviewBody,
    is_body_required=False,
    answers=PreviewView,
    statuses=(404,),
)
def preview(upload_id: str) -> Response:
    """At most 20 rows of each kind of record; nothing is written, and no record is looked up."""
    http.refuse_unknown(())
    found = _upload(upload_id)
    body = schemas.load(PreviewBody, http.body(is_optional=True))
    return _previewed(found, body["mapping"] or found["suggestion"])


def _previewed(upload: Mapping[str, Any], mapping: Mapping[str, Any]) -> Response:
    with _below("/mapping"):
        document.load(mapping)
    workspace = http.call("organisation", "get_workspace")
    rows = _in_a_process(
        {
            "do": "preview",
            "folder": str(_home() / upload["id"]),
            "files": _described(upload),
            "mapping": mapping,
            "currency": workspace.get("currency"),
            "time_zone": workspace.get("time_zone"),
        }
    )
    return http.reply({"data": rows})


def _upload(upload_id: str) -> dict[str, Any]:
    if not ids.is_id(upload_id, "upload"):
        raise NotFound(what="upload", id=upload_id[:80])
    found: dict[str, Any] = http.call(SERVICE, "get_upload", {"upload_id": upload_id})
    return found


def _described(upload: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{name: file[name] for name in ("name", "size", "sha256")} for file in upload["files"]]


def _home() -> Path:
    return state.settings().common.home / uploads.FILES


def _require_files(upload: uploads.Upload) -> None:
    if not upload.files:
        raise invalid("/file", "required", "There is no file.", "Send one or more parts called `file`.")


def _look(folder: Path, files: list[dict[str, Any]], wanted: str | None = None) -> Any:
    """What is in these files, and the mapping they suggest, as the kind of record `wanted` if that is known."""
    return _in_a_process({"do": "look", "folder": str(folder), "files": files, "object": wanted})


def _in_a_process(task: Mapping[str, Any]) -> Any:
    if not _looks.acquire(timeout=PATIENCE):
        raise Unavailable(
            "Many files are being looked at right now; try again in a moment.", service="gateway"
        )
    try:
        return in_a_process(task, seconds=LOOK_SECONDS)
    finally:
        _looks.release()


# --- imports ---------------------------------------------------------------------------------------------------


@blueprint.post("/imports")
@endpoint(
    "Import files in the background: uploaded before (JSON), or sent along (a form)",
    permission="import",
    tag="imports",
    body=ImportOfUpload,
    form=ImportUpload,
    answers=JobView,
    status=202,
    statuses=(413, 415),
)
def start_import() -> Response:
    """The answer comes as soon as the files are here; the job tells the rest."""
    http.refuse_unknown(())
    if request.mimetype == "multipart/form-data":
        return _import_of_form()
    return _import_of_upload()


def _import_of_upload() -> Response:
    values = schemas.load(ImportOfUpload, http.body())
    upload_id = values.pop("upload_id")
    try:
        upload = http.call(SERVICE, "get_upload", {"upload_id": upload_id})
    except NotFound:
        raise UploadGone(upload_id=upload_id) from None
    chosen = _chosen(values)
    if not chosen:
        chosen = {"mapping": upload["suggestion"]}
    with _folder_of_job() as (job_id, folder):
        if folder is not None:
            _link_files(_home() / upload_id, folder, len(upload["files"]), upload_id)
        arguments = {**chosen, "upload_id": upload_id, "files": _described(upload)}
        return _started(job_id, values, arguments)


def _import_of_form() -> Response:
    home = _home()
    with uploads.receive(request, home / f"incoming-{ids.new('upload')}") as upload:
        values = schemas.load(_FormFields, dict(upload.fields))
        _require_files(upload)
        mapping = values.get("mapping")
        if isinstance(mapping, str):
            values["mapping"] = _document(mapping)
        chosen = _chosen(values)
        if not chosen:
            suggestion = _look(upload.folder, upload.described(), values.get("object"))["suggestion"]
            chosen = {"mapping": _corrected(suggestion, values)}
        elif any(values.get(name) for name in ("object", "mode", "key")):
            raise invalid(
                "/object", "not_together", "object, mode and key stand in the mapping.", "Leave them out."
            )
        with _folder_of_job() as (job_id, folder):
            if folder is not None:
                _link_files(upload.folder, folder, len(upload.files), job_id)
            arguments = {**chosen, "files": upload.described()}
            answer = _started(job_id, values, arguments)
        _remove(upload.folder)
    return answer


def _started(job_id: str, values: Mapping[str, Any], arguments: Mapping[str, Any]) -> Response:
    job = http.call(
        SERVICE,
        "start_import",
        {
            "job_id": job_id,
            "dry_run": values["dry_run"],
            "automation": values["automation"],
            **arguments,
        },
    )
    return http.reply(job, 202, {"Location": url_for("jobs.get", record_id=job["id"])})


class _FormFields(ImportUpload):
    """The fields of the form beside its files."""

    class Meta(Message.Meta):
        exclude = ("file",)


def _chosen(values: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping that was named or sent; nothing when it is to be guessed."""
    mapping, wanted = values.get("mapping"), values.get("mapping_id")
    if mapping is not None and wanted:
        raise invalid("/mapping", "not_together", "Send a mapping or name a saved one, not both.")
    if mapping is not None:
        if not isinstance(mapping, Mapping):
            raise invalid("/mapping", "invalid_value", "A mapping is a JSON object.")
        with _below("/mapping"):
            document.load(mapping)
        return {"mapping": mapping}
    if not wanted:
        return {}
    return {"mapping_id": wanted} if ids.is_id(wanted, "mapping") else {"mapping_name": wanted}


@contextmanager
def _below(pointer: str) -> Iterator[None]:
    """Let complaints point into the body that was sent."""
    try:
        yield
    except AppError as error:
        error.errors = [
            {**entry, "pointer": f"{pointer}{entry.get('pointer', '')}"} for entry in error.errors
        ]
        raise


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("The part `mapping` is not JSON.") from None


def _corrected(suggestion: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The guessed mapping with what the caller knows better."""
    wanted = {name: values[name] for name in ("mode", "key") if values.get(name)}
    return {**suggestion, "tables": [{**table, **wanted} for table in suggestion["tables"]]}


@contextmanager
def _folder_of_job() -> Iterator[tuple[str, Path | None]]:
    """A job's id and its new folder, None when a repeated request has made it before; gone when the work fails."""
    key = http.idempotency_key()
    if key is None:
        job_id = ids.new("job")
    else:
        # A repeated request starts nothing new.
        job_id = ids.derive("job", _EPOCH, g.identity.workspace_id, g.identity.user_id, key)
    folder = _home() / job_id
    if folder.exists():
        yield job_id, None
        return
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield job_id, folder
    except BaseException:
        _remove(folder)
        raise


def _link_files(source: Path, folder: Path, count: int, upload_id: str) -> None:
    """Let the job have the files too: the same bytes on disk, under another name."""
    for index in range(count):
        try:
            os.link(source / f"{index}.csv", folder / f"{index}.csv")
        except FileNotFoundError:
            raise UploadGone(upload_id=upload_id) from None


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


# --- what can be imported --------------------------------------------------------------------------------------


class ImportField(View):
    """A field that a column may become. `type` says how its text is read."""

    name = fields.String(required=True)
    type = fields.String(required=True)
    choices = fields.List(fields.String(), required=True)
    is_required = fields.Boolean(
        required=True, metadata={"description": "Whether a new record must have it."}
    )
    is_list = fields.Boolean(
        required=True, metadata={"description": "Whether several columns may become it."}
    )
    links_to = fields.String(required=True, allow_none=True)
    named_by = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "By which fields a linked record may be named."},
    )


class ImportObjectView(View):
    """A kind of record that can be imported. `keys` are the fields by which one that is here is found."""

    name = fields.String(required=True)
    keys = fields.List(fields.String(), required=True)
    fields_ = fields.List(fields.Nested(ImportField), required=True, data_key="fields")


class ImportObjectsView(View):
    data = fields.List(fields.Nested(ImportObjectView), required=True)


@blueprint.get("/import-objects")
@endpoint(
    "What can be imported: kinds of records, their fields and keys",
    permission="import",
    tag="imports",
    answers=ImportObjectsView,
)
def import_objects() -> Response:
    http.refuse_unknown(())
    shown = [OBJECTS[name] for name in SHOWN if is_here(name)]
    return http.reply(
        {
            "data": [
                {
                    "name": one.name,
                    "keys": list(one.keys),
                    "fields": [_shown(field) for field in one.fields.values()],
                }
                for one in shown
            ]
        }
    )


def _shown(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "choices": list(field.choices),
        "is_required": field.is_required,
        "is_list": field.is_list,
        "links_to": field.links_to or None,
        "named_by": list(NAMED_BY.get(field.links_to, ())),
    }
