"""Messages of the gateway's jobs: long work that is started once, followed, and ends with a receipt that adds up.

What a job changes tells its own events; that it has ended is told by the organisation (`job.completed.v1`,
`job.failed.v1`). A dry run changes nothing and tells nothing.
"""

from __future__ import annotations

from marshmallow import fields, validate

from messages.common import (
    Command,
    ExportQuery,
    Id,
    ListQuery,
    Message,
    Query,
    ReadQuery,
    RecordView,
    Text,
    View,
    one_of,
    version,
)

KINDS = ("import", "undo")
STATUSES = ("queued", "running", "completed", "failed", "cancelled")
AUTOMATION = ("run", "suppress")
MODES = ("create", "update", "upsert")
FORMATS = ("csv", "xlsx")
MOST_FILES = 20
MOST_TABLES = 40


class Correction(View):
    """What was read differently from what was written, how often, with examples."""

    code = fields.String(required=True)
    count = fields.Integer(required=True)
    message = fields.String(required=True)
    examples = fields.List(fields.String(), required=True)


class Reason(View):
    """Why rows were skipped, or records kept by an undo: how many for the same reason."""

    outcome = fields.String(required=True, metadata={"description": "skipped, failed or kept"})
    code = fields.String(required=True)
    message = fields.String(required=True)
    count = fields.Integer(required=True)


class Part(View):
    """The receipt of one kind of record.

    Of an import: rows = created + updated + unchanged + skipped + failed. Of an undo: rows = removed + restored + kept.
    """

    entity = fields.String(required=True)
    file = fields.String(required=True)
    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    removed = fields.Integer(required=True)
    restored = fields.Integer(required=True)
    kept = fields.Integer(required=True)


class JobError(View):
    """Why a job failed; `errors` name the file, line and column where there are any."""

    code = fields.String(required=True)
    message = fields.String(required=True)
    errors = fields.List(fields.Dict(keys=fields.String()))


class JobFile(Message):
    """An uploaded file: `size` in bytes, `sha256` of its content in hex."""

    name = Text(longest=200, shortest=1, required=True)
    size = fields.Integer(strict=True, required=True, validate=validate.Range(min=0))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"^[0-9a-f]{64}$"))


class JobView(RecordView):
    """`stage` says in words what it does now. `eta_seconds` is an estimate while it runs, else null.

    `undoes_id` names the import that an undo takes back, `undo_id` the undo that took back an import.
    """

    kind = one_of(*KINDS, required=True)
    status = one_of(*STATUSES, required=True)
    stage = fields.String(required=True)
    mapping_id = fields.String(required=True, allow_none=True)
    mapping_name = fields.String(required=True, allow_none=True)
    upload_id = fields.String(required=True, allow_none=True)
    automation = one_of(*AUTOMATION, required=True)
    dry_run = fields.Boolean(required=True)
    files = fields.List(fields.Nested(JobFile), required=True)
    total = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Null until the files are read."}
    )
    processed = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    removed = fields.Integer(required=True)
    restored = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    corrections = fields.List(fields.Nested(Correction), required=True)
    reasons = fields.List(fields.Nested(Reason), required=True)
    parts = fields.List(fields.Nested(Part), required=True)
    error = fields.Nested(JobError, required=True, allow_none=True)
    eta_seconds = fields.Integer(required=True, allow_none=True)
    requested_by = fields.String(required=True)
    undoes_id = fields.String(required=True, allow_none=True)
    undo_id = fields.String(required=True, allow_none=True)
    started_at = fields.String(required=True, allow_none=True)
    finished_at = fields.String(required=True, allow_none=True)
    cancel_requested_at = fields.String(required=True, allow_none=True)


class StartImport(Command):
    """Queue an import of uploaded files. Without a mapping it is guessed from the files."""

    permission = "import"
    answers = JobView
    job_id = Id("job", required=True)
    upload_id = Id("upload", allow_none=True, load_default=None)
    mapping = fields.Dict(keys=fields.String(), allow_none=True, load_default=None)
    mapping_id = Id("mapping", allow_none=True, load_default=None)
    mapping_name = Text(longest=120, shortest=1, allow_none=True, load_default=None)
    dry_run = fields.Boolean(load_default=False)
    automation = one_of(*AUTOMATION, load_default="run")
    files = fields.List(
        fields.Nested(JobFile), required=True, validate=validate.Length(min=1, max=MOST_FILES)
    )


class UndoImport(Command):
    """Take back what an import did, as far as nobody has changed it since."""

    permission = "import"
    answers = JobView
    job_id = Id("job", required=True)


class CancelJob(Command):
    """Stop a job after the rows it is busy with; what is done stays done."""

    permission = "import"
    answers = JobView
    job_id = Id("job", required=True)


class GetJob(Query):
    permission = "import"
    answers = JobView
    job_id = Id("job", required=True)


class ReadJobs(ReadQuery):
    permission = "import"


class ListJobs(ListQuery):
    permission = "import"


class ExportJobs(ExportQuery):
    permission = "import"


# --- uploads ---------------------------------------------------------------------------------------------------


class UploadColumn(View):
    """A column of an uploaded file with examples; `filled` is the share of the rows looked at that have a value."""

    name = fields.String(required=True)
    samples = fields.List(fields.String(), required=True)
    filled = fields.Float(required=True)


class UploadedFile(View):
    """What a look at an uploaded file tells. `rows` is null where they were not counted."""

    index = fields.Integer(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    format = one_of(*FORMATS, required=True)
    sheet = fields.String(required=True, allow_none=True)
    sheets = fields.List(fields.String(), required=True)
    encoding = fields.String(required=True, allow_none=True)
    delimiter = fields.String(required=True, allow_none=True)
    rows = fields.Integer(required=True, allow_none=True)
    columns = fields.List(fields.Nested(UploadColumn), required=True)


class UploadView(RecordView):
    """Uploaded files, kept for a day: what is in them, and the mapping they suggest."""

    files = fields.List(fields.Nested(UploadedFile), required=True)
    suggestion = fields.Dict(
        required=True,
        metadata={"description": "A mapping document; each column with `confidence` 0..1."},
    )
    uploaded_by = fields.String(required=True)
    expires_at = fields.String(required=True)


class KeepUpload(Command):
    """Keep uploaded files for a day."""

    permission = "import"
    answers = UploadView
    upload_id = Id("upload", required=True)
    files = fields.List(fields.Dict(keys=fields.String()), required=True)
    suggestion = fields.Dict(keys=fields.String(), required=True)


class GetUpload(Query):
    permission = "import"
    answers = UploadView
    upload_id = Id("upload", required=True)


# --- mappings --------------------------------------------------------------------------------------------------


class MappingWrite(Message):
    """A saved mapping: which column of a file becomes which field, and how."""

    name = Text(longest=120, shortest=1)
    description = Text(longest=1000, multiline=True, allow_none=True)
    mapping = fields.Dict(keys=fields.String())


class ImportMappingView(RecordView):
    """`is_builtin` ones come with the suite and cannot be changed."""

    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    mapping = fields.Dict(required=True)
    is_builtin = fields.Boolean(required=True)


class CreateMapping(Command, MappingWrite):
    """Save a mapping under a name of its own."""

    permission = "import"
    answers = ImportMappingView
    mapping_id = Id("mapping")
    name = Text(longest=120, shortest=1, required=True)
    mapping = fields.Dict(keys=fields.String(), required=True)


class UpdateMapping(Command):
    """Change a saved mapping; a built-in one cannot be changed."""

    permission = "import"
    answers = ImportMappingView
    mapping_id = Id("mapping", required=True)
    expected_version = version()
    changes = fields.Nested(MappingWrite, required=True)


class DeleteMapping(Command):
    permission = "import"
    mapping_id = Id("mapping", required=True)
    expected_version = version()


class GetMapping(Query):
    permission = "import"
    answers = ImportMappingView
    mapping_id = Id("mapping", required=True)


class ReadImportMappings(ReadQuery):
    permission = "import"


class ListImportMappings(ListQuery):
    permission = "import"


class ExportImportMappings(ExportQuery):
    permission = "import"


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)
