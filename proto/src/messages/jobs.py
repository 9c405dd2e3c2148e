"""Messages of the gateway's jobs: long work that is started once, followed, and ends with a receipt that adds up.

Jobs tell no events: what they change tells its own, and one that changes nothing leaves no trace in the history.
"""

from __future__ import annotations

from marshmallow import fields, validate

from messages.common import Command, Id, ListQuery, Message, Query, ReadQuery, RecordView, Text, View, one_of

KINDS = ("import",)
STATUSES = ("queued", "running", "completed", "failed", "cancelled")
MOST_FILES = 20


class Correction(View):
    """What was read differently from what was written, how often, with examples."""

    code = fields.String(required=True)
    count = fields.Integer(required=True)
    message = fields.String(required=True)
    examples = fields.List(fields.String(), required=True)


class Part(View):
    """The receipt of one kind of record: rows = created + updated + unchanged + skipped + failed."""

    entity = fields.String(required=True)
    file = fields.String(required=True)
    rows = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    failed = fields.Integer(required=True)


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
    """`stage` says in words what it does now. `eta_seconds` is an estimate while it runs, else null."""

    kind = one_of(*KINDS, required=True)
    status = one_of(*STATUSES, required=True)
    stage = fields.String(required=True)
    profile = fields.String(required=True)
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
    corrections = fields.List(fields.Nested(Correction), required=True)
    parts = fields.List(fields.Nested(Part), required=True)
    error = fields.Nested(JobError, required=True, allow_none=True)
    eta_seconds = fields.Integer(required=True, allow_none=True)
    requested_by = fields.String(required=True)
    started_at = fields.String(required=True, allow_none=True)
    finished_at = fields.String(required=True, allow_none=True)
    cancel_requested_at = fields.String(required=True, allow_none=True)


class StartImport(Command):
    """Queue an import of uploaded files."""

    permission = "import"
    answers = JobView
    job_id = Id("job", required=True)
    profile = Text(longest=60, shortest=1, required=True)
    dry_run = fields.Boolean(load_default=False)
    files = fields.List(
        fields.Nested(JobFile), required=True, validate=validate.Length(min=1, max=MOST_FILES)
    )


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


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)
