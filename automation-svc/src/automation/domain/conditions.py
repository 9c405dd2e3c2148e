"""What conditions and texts of workflows may name: the fields of each kind of record that can start one."""

from __future__ import annotations

from chassis.filters import Catalogue, Field, FieldType
from messages.activities import DIRECTIONS, KINDS, OUTCOMES, PRIORITIES, PURPOSES, SIGNAL_KINDS
from messages.activities import STATUSES as ACTIVITY_STATUSES
from messages.deals import APPROVAL_STATUSES, CATEGORIES, STAGE_KINDS, TYPES

ACTIVITY = "activity"
APPROVAL = "approval"
CONTRACT = "contract"
SIGNAL = "signal"
QUALITY = "quality"
JOB = "job"
_NOUNS = {"call": ACTIVITY, "task": ACTIVITY}


def _fields(kind: FieldType, *names: str) -> list[Field]:
    return [Field(name, kind) for name in names]


# Of the event rather than of the record: who did it, and by which way it came in (ui, api, import, automation ...).
_EVENT = [*_fields("text", "actor.name", "event.origin")]
_COMMON = [
    *_EVENT,
    *_fields("reference", "id", "owner_id"),
    *_fields("text", "owner.name"),
    *_fields("instant", "created_at", "updated_at"),
]
_SOLD_TO = [
    *_fields("text", "source", "external_id"),
    *_fields("reference", "team_id"),
    *_fields("list", "tags"),
]
_PERSON = [
    *_COMMON,
    *_SOLD_TO,
    *_fields("text", "name", "first_name", "last_name", "email", "phone", "title"),
    *_fields("text", "original_source", "medium", "campaign", "content", "term"),
]

CATALOGUES = {
    "account": Catalogue(
        [
            *_COMMON,
            *_SOLD_TO,
            *_fields("text", "name", "domain", "industry", "country", "city", "tier", "relationship"),
            *_fields("text", "lifecycle_stage"),
            *_fields("text", "health_source"),
            *_fields("number", "employee_count", "founded_year", "health"),
            *_fields("money", "annual_revenue"),
            *_fields("reference", "parent_id"),
        ]
    ),
    "contact": Catalogue(
        [
            *_PERSON,
            *_fields("text", "lifecycle_stage", "language", "account.name"),
            *_fields("reference", "account_id"),
        ]
    ),
    "lead": Catalogue(
        [
            *_PERSON,
            *_fields("text", "company", "status", "industry", "country", "lifecycle_stage"),
            *_fields("number", "employee_count", "score"),
            *_fields("text", "did.pages", "did.downloads", "did.mails"),
        ]
    ),
    "deal": Catalogue(
        [
            *_COMMON,
            *_SOLD_TO,
            *_fields("text", "name", "account.name", "stage.name", "competitor", "next_step", "lost_reason"),
            *_fields("money", "amount"),
            *_fields("number", "probability"),
            Field("status", "select", values=STAGE_KINDS),
            Field("stage.kind", "select", values=STAGE_KINDS),
            Field("forecast_category", "select", values=CATEGORIES),
            Field("type", "select", values=TYPES),
            Field("approval_status", "select", values=APPROVAL_STATUSES),
            *_fields(
                "reference", "account_id", "contact_id", "lead_id", "product_id", "pipeline_id", "stage_id"
            ),
            *_fields("date", "opened_on", "expected_close_on", "closed_on"),
        ]
    ),
    ACTIVITY: Catalogue(
        [
            *_COMMON,
            *_fields("text", "subject", "body", "origin"),
            *_fields("number", "duration_seconds"),
            *_fields("instant", "occurred_at", "due_at", "completed_at"),
            *_fields("list", "record_ids"),
            Field("kind", "select", values=KINDS),
            Field("direction", "select", values=DIRECTIONS),
            Field("outcome", "select", values=OUTCOMES),
            Field("purpose", "select", values=PURPOSES),
            Field("status", "select", values=ACTIVITY_STATUSES),
            Field("priority", "select", values=PRIORITIES),
        ]
    ),
    QUALITY: Catalogue(
        [
            *_COMMON,
            *_fields("number", "completeness", "duplicate_share", "records", "duplicates"),
            *_fields("instant", "checked_at"),
        ]
    ),
    SIGNAL: Catalogue(
        [
            *_COMMON,
            *_fields("text", "person.name", "url", "title", "source", "medium", "campaign"),
            *_fields("text", "visitor_id", "email", "event_id"),
            *_fields("reference", "record_id"),
            *_fields("instant", "occurred_at"),
            Field("kind", "select", values=SIGNAL_KINDS),
        ]
    ),
    CONTRACT: Catalogue(
        [
            *_COMMON,
            *_fields("text", "name", "status", "account.name", "account.tier", "external_id"),
            *_fields("money", "arr"),
            *_fields("number", "term", "anniversary.years"),
            *_fields("boolean", "anniversary.is_expanded"),
            *_fields("date", "starts_on", "ends_on", "renews_on", "cancelled_on"),
            *_fields("reference", "account_id", "deal_id"),
            *_fields("list", "tags"),
        ]
    ),
    APPROVAL: Catalogue(
        [
            *_COMMON,
            *_fields("text", "name", "status", "requested_by"),
            *_fields("money", "amount"),
            *_fields("number", "discount"),
            *_fields("reference", "deal_id"),
        ]
    ),
    JOB: Catalogue(
        [
            *_EVENT,
            *_fields("reference", "id", "requested_by"),
            *_fields("text", "kind", "status", "error.message"),
            *_fields("number", "total", "processed", "created", "updated", "unchanged", "skipped", "failed"),
            *_fields("number", "removed", "restored", "kept"),
            *_fields("boolean", "dry_run"),
            *_fields("instant", "created_at", "updated_at", "started_at", "finished_at"),
        ]
    ),
}


def subject_of(event_type: str) -> str:
    """The kind of record that an event is about."""
    noun = event_type.partition(".")[0]
    return _NOUNS.get(noun, noun)


def catalogue_of(event_type: str) -> Catalogue:
    """The fields that a workflow started by this event may name."""
    return CATALOGUES[subject_of(event_type)]
