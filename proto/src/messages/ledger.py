"""Messages of the ledger: what every service says of a record, of a request, and of a job's rows.

Each service hosts these queries over its own tables of the bus; the gateway puts the answers together.
"""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from messages.common import Command, Id, Message, Query, Text, View, ids, one_of

KINDS = ("arrived", "caused", "suppressed", "waiting", "failed", "parked")
FACTS = ("suppressed", "held", "parked", "unsent", "row")
LETTER_STATUSES = ("parked", "redriven", "discarded")
LONGEST_PAGE = 200


def _limit(default: int = 50) -> fields.Integer:
    return fields.Integer(strict=True, load_default=default, validate=validate.Range(min=1, max=LONGEST_PAGE))


def _event_ids() -> fields.List[Any]:
    return ids("event", most=500, load_default=list)


class LedgerFact(View):
    """Something that a service's tables of the bus know; `what` tells which of the other fields are there.

    `suppressed`: something came again and was not done again (`sort` event, command, effect or row; how often).
    `held`: an event that is tried again. `parked`: an event that was given up on. `unsent`: an event that the broker
    has not taken yet. `row`: a row of an import that left the record as it was.
    """

    what = one_of(*FACTS, required=True)
    at = fields.String(required=True)
    key = fields.String(required=True)
    type = fields.String(allow_none=True)
    record_id = fields.String(allow_none=True)
    request_id = fields.String(allow_none=True)
    event_id = fields.String(allow_none=True)
    sort = fields.String()
    consumer = fields.String()
    count = fields.Integer()
    first_at = fields.String()
    attempts = fields.Integer()
    next_at = fields.String(allow_none=True)
    error = fields.String(allow_none=True)
    letter_id = fields.String()
    fingerprint = fields.String()
    job_id = fields.String()
    entity = fields.String()
    row = fields.Integer()
    action = fields.String()


class Handling(View):
    """That this service took an event, and what became of it."""

    event_id = fields.String(required=True)
    state = one_of("done", "waiting", "parked", required=True)
    at = fields.String(required=True, metadata={"description": "When it was taken."})


class RowOfRecord(View):
    """A row of an import that made or changed the record."""

    job_id = fields.String(required=True)
    entity = fields.String(required=True)
    row = fields.Integer(required=True)
    action = fields.String(required=True)
    at = fields.String(required=True)


class ServiceLedger(View):
    """What one service knows; `hears` are the event types it listens to (`*`: every type), each since when."""

    service = fields.String(required=True)
    hears = fields.Dict(keys=fields.String(), required=True)
    data = fields.List(fields.Nested(LedgerFact), required=True)
    has_more = fields.Boolean(required=True)
    totals = fields.Dict(
        required=True, keys=fields.String(), metadata={"description": "How many of each `what` there are."}
    )
    times = fields.Integer(
        required=True,
        metadata={"description": "How often something came again, over all suppressed entries."},
    )
    handled = fields.List(fields.Nested(Handling), required=True)


class RecordLedgerView(ServiceLedger):
    rows = fields.List(fields.Nested(RowOfRecord), required=True)


class Count(View):
    type = fields.String(required=True)
    count = fields.Integer(required=True)


class RowCount(View):
    entity = fields.String(required=True)
    action = fields.String(required=True)
    count = fields.Integer(required=True)


class RequestLedgerView(ServiceLedger):
    """`told` and `taken` count events of the bulk lane by type; `rows` the rows of an import by outcome."""

    told = fields.List(fields.Nested(Count), required=True)
    taken = fields.List(fields.Nested(Count), required=True)
    rows = fields.List(fields.Nested(RowCount), required=True)


class After(Message):
    """The last entry of the page before: its instant and its key."""

    at = fields.AwareDateTime(required=True)
    key = fields.String(required=True)


class RecordLedger(Query):
    """What this service knows of a record's events beside the record itself, newest first.

    `whats` narrows the facts, not their totals; `event_ids` are asked what became of them here.
    """

    answers = RecordLedgerView
    record_id = Id(required=True)
    whats = fields.List(one_of(*FACTS), load_default=lambda: list(FACTS))
    after = fields.Nested(After, load_default=None, allow_none=True)
    limit = _limit()
    event_ids = _event_ids()


class RequestLedger(Query):
    """What this service knows of what one request caused; the request of a job has the job's id."""

    answers = RequestLedgerView
    request_id = Text(longest=80, shortest=1, required=True)
    whats = fields.List(one_of(*FACTS), load_default=lambda: list(FACTS))
    after = fields.Nested(After, load_default=None, allow_none=True)
    limit = _limit()
    event_ids = _event_ids()


class JobRow(View):
    row = fields.Integer(required=True)
    record_id = fields.String(required=True, allow_none=True)
    action = fields.String(required=True)
    errors = fields.List(fields.Dict(), allow_none=True)


class JobRowsView(View):
    data = fields.List(fields.Nested(JobRow), required=True)
    next = fields.Integer(required=True, allow_none=True)


class JobRows(Query):
    """The rows of one kind of record that a job brought to this service, in their order."""

    answers = JobRowsView
    job_id = Id("job", required=True)
    entity = Text(longest=40, shortest=1, required=True)
    action = Text(longest=12, load_default=None, allow_none=True)
    after = fields.Integer(strict=True, load_default=-1)
    limit = _limit()


class DeadLetterView(View):
    """An event that a service gave up on: why, after how many attempts, and what became of it since.

    `cause` is the kind of error and where it arose; letters of one cause are mended together.
    """

    id = fields.String(required=True)
    consumer = fields.String(required=True)
    event_id = fields.String(required=True, allow_none=True)
    type = fields.String(required=True, allow_none=True)
    subject_id = fields.String(required=True, allow_none=True)
    request_id = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True)
    cause = fields.String(required=True)
    attempts = fields.Integer(required=True)
    at = fields.String(required=True)
    status = one_of(*LETTER_STATUSES, required=True)
    settled_by = fields.String(required=True, allow_none=True)
    settled_at = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)


class DeadLetterFull(DeadLetterView):
    body = fields.String(required=True, metadata={"description": "As it came, up to 100,000 characters."})
    trace = fields.String(required=True, allow_none=True)


class CauseView(View):
    """Parked events of one cause."""

    cause = fields.String(required=True)
    count = fields.Integer(required=True)
    first_at = fields.String(required=True)
    last_at = fields.String(required=True)
    reason = fields.String(required=True, metadata={"description": "The reason of one of them."})


class DeadLettersView(View):
    causes = fields.List(fields.Nested(CauseView), required=True)
    data = fields.List(fields.Nested(DeadLetterView), required=True)
    has_more = fields.Boolean(required=True)
    nameless = fields.Integer(
        required=True, metadata={"description": "Parked texts that are no events and name no workspace."}
    )


class SettledView(View):
    settled = fields.Integer(required=True)
    left = fields.Integer(required=True)


class RedriveView(View):
    letter_id = fields.String(required=True)
    event_id = fields.String(required=True)


class Redrive(Command):
    """Have a parked event handled once more; it keeps its id, so what was done is not done again."""

    permission = "configure"
    answers = RedriveView
    letter_id = Id("letter", required=True)


class DeadLetters(Query):
    """The events that this service gave up on, of one cause or all, newest first; and the causes with their counts."""

    permission = "configure"
    answers = DeadLettersView
    cause = Text(longest=200, load_default=None, allow_none=True)
    status = one_of(*LETTER_STATUSES, load_default="parked")
    after = fields.Nested(After, load_default=None, allow_none=True)
    limit = _limit()


class DeadLetter(Query):
    """One event that this service gave up on, with its body and the trace of the error."""

    permission = "configure"
    answers = DeadLetterFull
    letter_id = Id("letter", required=True)


class RedriveDeadLetters(Command):
    """Have parked events handled once more, of one cause or all: 500 a call; call again while some are left."""

    permission = "configure"
    answers = SettledView
    cause = Text(longest=200, shortest=1, load_default=None, allow_none=True)


class DiscardDeadLetters(Command):
    """Give up a parked event, or those of one cause, for good; they stay with the reason. 500 a call."""

    permission = "configure"
    answers = SettledView
    letter_id = Id("letter", load_default=None, allow_none=True)
    cause = Text(longest=200, shortest=1, load_default=None, allow_none=True)
    reason = Text(longest=500, shortest=1, required=True)

    @validates_schema
    def _one_or_a_cause(self, data: dict[str, Any], **kwargs: Any) -> None:
        if (data.get("letter_id") is None) == (data.get("cause") is None):
            raise ValidationError("Name a letter or a cause.", "cause")
