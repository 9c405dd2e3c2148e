"""What the ledger answers, as the interface describes it."""

from __future__ import annotations

from marshmallow import fields

from messages.common import View, one_of
from messages.ledger import KINDS


class Named(View):
    """A record by id, with what it is called as far as that is known."""

    type = fields.String(required=True)
    id = fields.String(required=True)
    label = fields.String(required=True, allow_none=True)


class Actor(View):
    """Who did it: a `person`, a `workflow`, or the `suite` itself."""

    type = one_of("person", "workflow", "suite", required=True)
    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)


class EventOfEntry(View):
    id = fields.String(required=True)
    type = fields.String(required=True)
    position = fields.Integer(required=True)
    sequence = fields.Integer(required=True)
    request_id = fields.String(allow_none=True)
    depth = fields.Integer(required=True)
    changes = fields.Dict(required=True, metadata={"description": "field -> [before, after]"})


class WorkflowOfEntry(View):
    id = fields.String(required=True)
    name = fields.String(required=True, allow_none=True)
    revision = fields.Integer()


class Because(View):
    """Why: the event that led to it, the workflow and its run, the import and its row, the request."""

    event_id = fields.String()
    workflow = fields.Nested(WorkflowOfEntry)
    run_id = fields.String()
    record = fields.Nested(Named, metadata={"description": "The record whose event started the run."})
    verdict = fields.String(
        allow_none=True, metadata={"description": "What the workflow's filter found, in words."}
    )
    job_id = fields.String()
    row = fields.Integer()
    request_id = fields.String(allow_none=True)


class Effect(View):
    """Something that was done because of it, once: `key` is what keeps it single."""

    summary = fields.String(required=True)
    status = fields.String(required=True)
    record = fields.Nested(Named, allow_none=True)
    action = fields.String()
    key = fields.String()
    attempts = fields.Integer()
    error = fields.String(allow_none=True)
    next_at = fields.String(allow_none=True)
    event_id = fields.String()


class Handled(View):
    """A service that took the event, and how long after it was told."""

    service = fields.String(required=True)
    state = one_of("done", "waiting", "parked", required=True)
    at = fields.String(required=True)
    after_ms = fields.Integer(required=True)


class Remedy(View):
    """What to do. `action`: `retry_run` (POST /v1/workflow-runs/{id}/retry) or `redrive` (POST /v1/ledger/redrive)."""

    text = fields.String(required=True)
    action = one_of("retry_run", "redrive", required=True, allow_none=True)
    id = fields.String(required=True, allow_none=True)


class EntryView(View):
    id = fields.String(required=True)
    at = fields.String(required=True)
    kind = one_of(*KINDS, required=True)
    summary = fields.String(required=True, metadata={"description": "A sentence for people."})
    service = fields.String(required=True)
    actor = fields.Nested(Actor, required=True, allow_none=True)
    origin = fields.String(required=True, allow_none=True)
    record = fields.Nested(Named, required=True, allow_none=True)
    event = fields.Nested(EventOfEntry)
    because = fields.Nested(Because, required=True, allow_none=True)
    effects = fields.List(fields.Nested(Effect), required=True)
    handled = fields.List(fields.Nested(Handled), required=True)
    times = fields.Integer(metadata={"description": "How often it came again."})
    remedy = fields.Nested(Remedy)
    details = fields.Dict()


class Totals(View):
    """How many entries of each kind there are on all pages; `times` is how often something came again altogether."""

    arrived = fields.Integer(required=True)
    caused = fields.Integer(required=True)
    suppressed = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    parked = fields.Integer(required=True)
    all = fields.Integer(required=True)
    times = fields.Integer(required=True)


class Page(View):
    entries = fields.List(fields.Nested(EntryView), required=True)
    totals = fields.Nested(Totals, required=True)
    complete_to = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The position of the archive up to which this is complete."},
    )
    next_cursor = fields.String(required=True, allow_none=True)
    warnings = fields.List(
        fields.Dict(), required=True, metadata={"description": "The services whose part is missing."}
    )


class LedgerView(Page):
    record = fields.Nested(Named, required=True)


class RequestLedgerView(Page):
    request_id = fields.String(required=True)


class KindOfRows(View):
    """The rows of one kind of record. Of an import: rows = created + updated + unchanged + skipped + failed; of an
    undo: rows = removed + restored + kept."""

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


class Reason(View):
    outcome = fields.String(required=True, metadata={"description": "failed, skipped, or kept (by an undo)."})
    code = fields.String(required=True)
    message = fields.String(required=True)
    count = fields.Integer(required=True)


class RowsOfJob(View):
    """`adds_up`: every row that came in has exactly one outcome; null as long as the job is not over."""

    total = fields.Integer(required=True, allow_none=True)
    processed = fields.Integer(required=True)
    created = fields.Integer(required=True)
    updated = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    skipped = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    removed = fields.Integer(required=True)
    restored = fields.Integer(required=True)
    kept = fields.Integer(required=True)
    adds_up = fields.Boolean(required=True, allow_none=True)
    kinds = fields.List(fields.Nested(KindOfRows), required=True)
    reasons = fields.List(fields.Nested(Reason), required=True)


class TypeCount(View):
    type = fields.String(required=True)
    count = fields.Integer(required=True)


class ServiceCount(View):
    """`expected` = done + waiting + parked + missing; `missing` have been told and not taken yet."""

    service = fields.String(required=True)
    expected = fields.Integer(required=True)
    done = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    parked = fields.Integer(required=True)
    missing = fields.Integer(required=True)


class EventsOfJob(View):
    told = fields.Integer(required=True)
    types = fields.List(fields.Nested(TypeCount), required=True)
    services = fields.List(fields.Nested(ServiceCount), required=True)
    summary = fields.String(required=True)


class RelatedJob(View):
    """The undo that took this import back (`undone_by`), or the import that this undo took back (`undoes`)."""

    relation = one_of("undoes", "undone_by", required=True)
    job_id = fields.String(required=True)


class JobLedgerView(Page):
    job = fields.Dict(required=True)
    rows = fields.Nested(RowsOfJob, required=True)
    events = fields.Nested(EventsOfJob, required=True)
    runs = fields.Dict(required=True, metadata={"description": "Runs of workflows it caused, by status."})
    related = fields.List(fields.Nested(RelatedJob), required=True)


class JobRecord(View):
    row = fields.Integer(
        required=True, metadata={"description": "The number that the job gave the row, in the order of rows."}
    )
    action = fields.String(required=True)
    record = fields.Nested(Named, required=True, allow_none=True)


class RedriveAnswer(View):
    letter_id = fields.String(required=True)
    event_id = fields.String(required=True)
