"""Messages of activities-svc: what people do (calls, emails, meetings, notes, tasks) and the timeline of a record."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from messages.addresses import Email
from messages.common import (
    Command,
    EnrollCommand,
    EnrolledEvent,
    Event,
    ExportQuery,
    Id,
    ImportCommand,
    ImportRow,
    Instant,
    ListQuery,
    Message,
    Page,
    Query,
    ReadQuery,
    RecordView,
    SearchQuery,
    Text,
    UndoCommand,
    View,
    custom,
    ids,
    one_of,
    version,
)

KINDS = ("call", "email", "meeting", "note", "task")
DIRECTIONS = ("inbound", "outbound")
OUTCOMES = ("connected", "no_answer", "busy", "left_voicemail", "wrong_number")
STATUSES = ("not_started", "in_progress", "waiting", "completed", "deferred")
PRIORITIES = ("low", "medium", "high")
ENTRY_KINDS = ("activity", "event")
LONGEST_CALL = 7 * 24 * 3600
PURPOSES = ("sales", "support", "other")
SIGNAL_KINDS = (
    "page_view",
    "site_revisit",
    "email_open",
    "click",
    "ad_click",
    "download",
    "form_submission",
    "demo_request",
    "product_usage",
)
NOTIFICATION_KINDS = (
    "task_assigned",
    "task_due",
    "record_assigned",
    "deal_won",
    "deal_lost",
    "deal_stalled",
    "customer_at_risk",
    "large_deal",
    "approval_requested",
    "discount_approved",
    "discount_rejected",
    "contract_lapsed",
    "buying_signal",
    "lead_qualified",
    "data_quality",
    "missed_call",
    "job_completed",
    "job_failed",
    "mention",
    "workflow",
)
MOST_RECIPIENTS = 50


def _small(value: dict[str, Any]) -> bool:
    """Refuse more than a signal is for."""
    if len(json.dumps(value, default=str)) > 4000:
        raise ValidationError("At most 4,000 characters of properties.")
    return True


# --- activities ------------------------------------------------------------------------------------------------


class ActivityWrite(Message):
    """Properties of an activity that can be edited; its kind stays, and completing has an operation of its own."""

    subject = Text(longest=300, shortest=1)
    body = Text(longest=20_000, multiline=True, allow_none=True)
    owner_id = Id("user", allow_none=True)
    record_ids = ids(most=50)
    direction = one_of(*DIRECTIONS, allow_none=True)
    outcome = one_of(*OUTCOMES, allow_none=True)
    purpose = one_of(
        *PURPOSES,
        allow_none=True,
        metadata={"description": "What a call was for; support calls are counted."},
    )
    duration_seconds = fields.Integer(
        strict=True, allow_none=True, validate=validate.Range(min=0, max=LONGEST_CALL)
    )
    occurred_at = Instant(allow_none=True)
    due_at = Instant(allow_none=True)
    status = one_of(*STATUSES)
    priority = one_of(*PRIORITIES)
    external_id = Text(longest=200, shortest=1, allow_none=True)
    custom = custom()


class ActivityView(RecordView):
    kind = one_of(*KINDS, required=True)
    subject = fields.String(required=True)
    body = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    record_ids = fields.List(fields.String(), required=True)
    direction = one_of(*DIRECTIONS, allow_none=True)
    outcome = one_of(*OUTCOMES, allow_none=True)
    purpose = one_of(*PURPOSES, allow_none=True)
    duration_seconds = fields.Integer(allow_none=True)
    occurred_at = fields.String(allow_none=True)
    due_at = fields.String(allow_none=True)
    status = one_of(*STATUSES, allow_none=True)
    priority = one_of(*PRIORITIES, allow_none=True)
    completed_at = fields.String(allow_none=True)
    origin = fields.String(required=True)
    external_id = fields.String(allow_none=True)
    workflow_run_id = fields.String(allow_none=True)


class LogActivity(Command, ActivityWrite):
    """Log a call, email, meeting or note, or set a task. With an id given, the same again changes nothing."""

    answers = ActivityView
    activity_id = Id("activity")
    kind = one_of(*KINDS, required=True)
    subject = Text(longest=300, shortest=1, required=True)
    workflow_run_id = Id("run", metadata={"description": "The run that caused it; for automation only."})


class UpdateActivity(Command):
    answers = ActivityView
    activity_id = Id("activity", required=True)
    expected_version = version()
    changes = fields.Nested(ActivityWrite, required=True)


class CompleteActivity(Command):
    """Complete a task."""

    answers = ActivityView
    activity_id = Id("activity", required=True)
    expected_version = version()


class ReopenActivity(Command):
    """Take a completed task back."""

    answers = ActivityView
    activity_id = Id("activity", required=True)
    expected_version = version()


class DeleteActivity(Command):
    permission = "delete"
    activity_id = Id("activity", required=True)
    expected_version = version()


class RestoreActivity(Command):
    answers = ActivityView
    activity_id = Id("activity", required=True)


class EnrollActivity(EnrollCommand):
    answers = ActivityView
    activity_id = Id("activity", required=True)


class GetActivity(Query):
    answers = ActivityView
    activity_id = Id("activity", required=True)


class ReadActivities(ReadQuery):
    pass


class ListActivities(ListQuery):
    pass


class ExportActivities(ExportQuery):
    pass


class SearchActivities(SearchQuery):
    pass


# --- signals ---------------------------------------------------------------------------------------------------


class SignalWrite(Message):
    """One thing somebody did, as a website or a tool tells it. `event_id` is the sender's: it is received once.

    Who it was is said by `record_id` (a lead or contact) or `email`; a `visitor_id` ties together what the same
    anonymous visitor did, and gives it to the person once one signal says who that is. `source` is the channel that
    brought them (`google`, `newsletter`), `medium` its kind (`cpc`, `email`).
    """

    event_id = Text(longest=200, shortest=1, required=True)
    kind = one_of(*SIGNAL_KINDS, required=True)
    occurred_at = Instant()
    visitor_id = Text(longest=200, shortest=1, allow_none=True)
    record_id = Id(allow_none=True)
    email = Email(allow_none=True)
    url = Text(longest=2000, allow_none=True)
    title = Text(longest=300, allow_none=True)
    source = Text(longest=120, shortest=1, allow_none=True)
    medium = Text(longest=120, shortest=1, allow_none=True)
    campaign = Text(longest=200, allow_none=True)
    properties = fields.Dict(
        keys=Text(longest=60, shortest=1),
        values=fields.Raw(allow_none=True),
        validate=validate.And(validate.Length(max=50), _small),
    )

    @validates_schema
    def _is_somebody(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not any(data.get(name) for name in ("visitor_id", "record_id", "email")):
            raise ValidationError("Say who it was: a record_id, an email or a visitor_id.", "visitor_id")
        if data.get("record_id") and data["record_id"].rpartition("_")[0] not in ("lead", "contact"):
            raise ValidationError("Not the id of a lead or contact.", "record_id")


class SignalOutcome(View):
    """What became of one signal; `record_id` is the person it belongs to, `note` what is worth knowing about it."""

    event_id = fields.String(required=True, allow_none=True)
    outcome = one_of("accepted", "duplicate", "failed", required=True)
    id = fields.String(required=True, allow_none=True)
    record_id = fields.String(required=True, allow_none=True)
    errors = fields.List(fields.Dict(), required=True)
    note = fields.String(required=True, allow_none=True)


class SignalOutcomes(View):
    data = fields.List(fields.Nested(SignalOutcome), required=True)


class ReceiveSignals(Command):
    """Receive up to 500 signals: each once, however often it is sent. One that fails holds up no other."""

    answers = SignalOutcomes
    signals = fields.List(fields.Raw(), required=True, validate=validate.Length(min=1, max=500))


class SignalView(RecordView):
    event_id = fields.String(required=True)
    kind = one_of(*SIGNAL_KINDS, required=True)
    occurred_at = fields.String(required=True)
    visitor_id = fields.String(allow_none=True)
    record_id = fields.String(allow_none=True)
    owner_id = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    url = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    source = fields.String(allow_none=True)
    medium = fields.String(allow_none=True)
    campaign = fields.String(allow_none=True)
    properties = fields.Dict(required=True)


class GetSignal(Query):
    answers = SignalView
    signal_id = Id("signal", required=True)


class ReadSignals(ReadQuery):
    pass


class ListSignals(ListQuery):
    pass


class ExportSignals(ExportQuery):
    pass


class Describe(Query):
    """The fields of a kind of record that filters and sorting know."""

    resource = Text(longest=60, required=True)


class ActivityImportRow(ImportRow, ActivityWrite):
    """An activity as an import brings it: what took place before, or a task, which may be completed already."""

    required_to_create = ("kind", "subject")
    kind = one_of(*KINDS)
    completed_at = Instant(allow_none=True)


class ImportActivities(ImportCommand):
    """What they are about is here already: a row that names a record nobody knows fails.

    They are history: of a missed call among them nobody is told as of one that was missed now.
    """


class UndoImport(UndoCommand):
    entity = one_of("activities", required=True)


# --- the timeline ----------------------------------------------------------------------------------------------


class TimelineFact(View):
    """A thing that happened to a record, in words a salesperson reads."""

    type = fields.String(required=True)
    summary = fields.String(required=True)
    actor_id = fields.String(allow_none=True)
    changes = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "field -> [before, after]"}
    )


class TimelineEntry(View):
    """One entry: an activity as it is now, or an event as it was then."""

    at = fields.String(required=True)
    kind = one_of(*ENTRY_KINDS, required=True)
    activity = fields.Nested(ActivityView)
    event = fields.Nested(TimelineFact)


class TimelinePage(Page):
    data = fields.List(fields.Nested(TimelineEntry), required=True)


class Timeline(Query):
    """What happened on a record, newest first; an account's timeline has that of its deals in it."""

    answers = TimelinePage
    record_id = Id(required=True)
    kinds = fields.List(
        one_of(*KINDS, "event"),
        load_default=list,
        metadata={"description": "Only these: kinds of activity, or `event` for changes; all when absent."},
    )
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(min=1, max=200))
    after = fields.List(fields.Raw(allow_none=True), load_default=None, allow_none=True)


class NextActivity(View):
    record_id = fields.String(required=True)
    activity_id = fields.String(required=True)
    subject = fields.String(required=True)
    due_at = fields.String(required=True)


class NextActivitiesView(View):
    data = fields.List(fields.Nested(NextActivity), required=True)


class NextActivities(Query):
    """The open task due first of each of these records; records without one are left out."""

    answers = NextActivitiesView
    record_ids = ids(most=2000, required=True)


# --- notifications ---------------------------------------------------------------------------------------------


class NotifiedRecord(View):
    """A record that a notification is about, with its name at that time."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    label = fields.String(required=True)


class NotificationView(RecordView):
    """What somebody was told: what happened, to which records, who or what caused it, and whether it was read."""

    user_id = fields.String(required=True)
    kind = one_of(*NOTIFICATION_KINDS, required=True)
    title = fields.String(required=True)
    body = fields.String(allow_none=True)
    records = fields.List(fields.Nested(NotifiedRecord), required=True)
    target_id = fields.String(allow_none=True, metadata={"description": "The record to open."})
    actor_id = fields.String(allow_none=True, metadata={"description": "Who did it; null when nobody did."})
    workflow_id = fields.String(allow_none=True)
    workflow_run_id = fields.String(allow_none=True)
    happened_at = fields.String(required=True)
    read_at = fields.String(allow_none=True)
    archived_at = fields.String(allow_none=True)


class Sent(View):
    id = fields.String(required=True)
    user_id = fields.String(required=True)


class SentView(View):
    data = fields.List(fields.Nested(Sent), required=True)


class Notify(Command):
    """Tell some users something, each once: the same `key` and `happened_at` again change nothing. Not for people."""

    answers = SentView
    user_ids = fields.List(Id("user"), required=True, validate=validate.Length(min=1, max=MOST_RECIPIENTS))
    key = Text(longest=200, shortest=1, required=True)
    kind = one_of(*NOTIFICATION_KINDS, required=True)
    title = Text(longest=300, shortest=1, required=True)
    body = Text(longest=2000, multiline=True, allow_none=True, load_default=None)
    record_ids = ids(most=50, load_default=list)
    target_id = Id(allow_none=True, load_default=None)
    actor_id = Id("user", allow_none=True, load_default=None)
    workflow_id = Id("workflow", allow_none=True, load_default=None)
    workflow_run_id = Id("run", allow_none=True, load_default=None)
    happened_at = Instant(required=True)


class GetNotification(Query):
    answers = NotificationView
    notification_id = Id("notification", required=True)


class ReadNotifications(ReadQuery):
    pass


class ListNotifications(ListQuery):
    """The caller's notifications, and nobody else's."""


class UnreadView(View):
    unread = fields.Integer(required=True)


class CountUnread(Query):
    """How many notifications the caller has neither read nor archived."""

    answers = UnreadView


class MarkRead(Command):
    """Remember that the caller has read a notification; again changes nothing."""

    permission = "read"
    answers = NotificationView
    notification_id = Id("notification", required=True)


class MarkUnread(Command):
    """Take a notification as not read."""

    permission = "read"
    answers = NotificationView
    notification_id = Id("notification", required=True)


class ArchiveNotification(Command):
    """Put a notification out of sight; it counts as read."""

    permission = "read"
    answers = NotificationView
    notification_id = Id("notification", required=True)


class UnarchiveNotification(Command):
    """Bring an archived notification back."""

    permission = "read"
    answers = NotificationView
    notification_id = Id("notification", required=True)


class ChangedView(View):
    changed = fields.Integer(required=True, metadata={"description": "How many notifications changed."})


class MarkAllRead(Command):
    """Remember that the caller has read all their notifications, or those made until an instant."""

    permission = "read"
    answers = ChangedView
    until = Instant(load_default=None, allow_none=True)


class ArchiveAll(Command):
    """Put all the caller's notifications that are read out of sight, or those made until an instant."""

    permission = "read"
    answers = ChangedView
    until = Instant(load_default=None, allow_none=True)


# --- events ----------------------------------------------------------------------------------------------------


class SignalCreated(Event):
    """Somebody did something; without `record_id` it is not known who."""

    wire = "signal.created.v1"


class SignalPropertiesChanged(Event):
    """It turned out who did something (`record_id`)."""

    wire = "signal.properties_changed.v1"


class ActivityCreated(Event):
    wire = "activity.created.v1"


class ActivityPropertiesChanged(Event):
    wire = "activity.properties_changed.v1"


class ActivityDeleted(Event):
    wire = "activity.deleted.v1"


class ActivityRestored(Event):
    wire = "activity.restored.v1"


class ActivityEnrolled(EnrolledEvent):
    wire = "activity.enrolled.v1"


class ActivityCompleted(Event):
    """A task was completed."""

    wire = "activity.completed.v1"


class ActivityReopened(Event):
    """A completed task is open again."""

    wire = "activity.reopened.v1"


class CallMissed(Event):
    """A call ended unanswered; told once a call, when its outcome becomes no_answer."""

    wire = "call.missed.v1"
    ended_at = Instant(required=True)


class TaskDue(Event):
    """An open task is due in a quarter of an hour or was due before; told once a due date."""

    wire = "task.due.v1"
    due_at = Instant(required=True)


class NotificationCreated(Event):
    """Somebody was told something; for that user only."""

    wire = "notification.created.v1"
    addressed_to = "user_id"


class NotificationPropertiesChanged(Event):
    """A notification was read, archived, or taken back; for its user only."""

    wire = "notification.properties_changed.v1"
    addressed_to = "user_id"
