"""The ledgers: of every kind of record, of jobs, and of requests; and trying again what was parked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Blueprint, Response, g, request
from marshmallow import fields, validate

from chassis import paging
from chassis.errors import AppError, Gone, NotFound, Unavailable
from gateway import http, state
from gateway.endpoint import Parameter, endpoint
from gateway.ledger import jobs as job_ledger
from gateway.ledger import story, views, wording
from gateway.ledger.story import RECORD, REQUEST, Sought
from gateway.together import MISSING
from gateway.v1 import meta, schemas
from gateway.v1.jobs import JOBS
from gateway.v1.listing import CURSOR
from gateway.v1.resource import Resource
from messages.common import Id, Message
from messages.ledger import KINDS, Redrive

DEFAULT_LIMIT, MOST = 50, 200
PARAMETERS = (
    Parameter("kind", f"Only entries of these kinds, with commas between: {', '.join(KINDS)}."),
    Parameter("limit", f"How many entries a page has, 1 to {MOST}.", "integer", default=DEFAULT_LIMIT),
    CURSOR,
)

blueprint = Blueprint("ledgers", __name__, url_prefix="/v1")


@cache
def readers() -> Mapping[str, tuple[str, str]]:
    """Which operation reads many records of a kind by their ids."""
    found = {one.noun: (one.service, one.operation("read")) for one in meta.RESOURCES.values()}
    return {noun: reader for noun, reader in found.items() if noun not in ("key", "job")}


def record_ledger(resource: Resource, record_id: str) -> Response:
    """The ledger of one record; it outlives the record's deletion."""
    record_id = resource.known(record_id)
    sought, digest = _sought(RECORD, record_id)
    warning: dict[str, str] | None = None
    label = None
    missing: AppError | None = None
    try:
        record = http.call(resource.service, resource.operation("get"), {resource.id_argument: record_id})
        label = wording.title(record)
    except AppError as error:
        if error.kind != Gone.kind and error.kind not in MISSING:
            raise
        if error.kind != Gone.kind:
            missing, warning = error, {"service": resource.service, "code": error.code}
    told = story.tell(sought, readers())
    if missing is not None and told.is_empty:
        # Nobody can say whether there is such a record.
        raise missing
    if warning is not None:
        told.warnings.setdefault(resource.service, warning)
    named = {"type": resource.noun, "id": record_id, "label": label or told.label}
    return http.reply({"record": named, **_page(told, digest)})


def _sought(about: str, subject: str, **more: Any) -> tuple[Sought, str]:
    """What the query asks for, and what its cursor is bound to."""
    http.refuse_unknown(("kind", "limit", "cursor"))
    kinds = http.words("kind")
    for kind in kinds:
        if kind not in KINDS:
            raise http.BadParameter(name="kind", must=f"names some of {', '.join(KINDS)}")
    limit = http.number("limit", DEFAULT_LIMIT, 1, MOST)
    digest = paging.digest_of(g.identity.workspace_id, "ledger", about, subject, ",".join(sorted(set(kinds))))
    cursor = request.args.get("cursor")
    (tokens,) = paging.decode_cursor(state.settings().secret, cursor, digest) if cursor else ({},)
    return Sought(about, subject, frozenset(kinds), limit, tokens, **more), digest


def _page(told: story.Story, digest: str) -> dict[str, Any]:
    following = told.following
    return {
        "entries": told.entries,
        "totals": told.totals,
        "complete_to": told.complete_to,
        "next_cursor": None
        if following is None
        else paging.encode_cursor(state.settings().secret, [following], digest),
        "warnings": told.listed_warnings(),
    }


@blueprint.get("/requests/<request_id>/ledger")
@endpoint(
    "Everything one request caused: events, runs, duplicates, what waits and what is parked",
    permission="read",
    tag="ledger",
    parameters=PARAMETERS,
    answers=views.RequestLedgerView,
    statuses=(404,),
)
def request_ledger(request_id: str) -> Response:
    """`X-Request-Id` of an answer names its request; what that caused carries it, however many steps later."""
    if len(request_id) > 80:
        raise NotFound(what="request", id=request_id[:80])
    sought, digest = _sought(REQUEST, request_id)
    told = story.tell(sought, readers())
    if told.is_empty:
        if told.warnings:
            raise Unavailable(service=next(iter(told.warnings)))
        raise NotFound(
            f"Nothing is known of the request {request_id}; it changed nothing, or was in another workspace.",
            what="request",
            id=request_id,
        )
    return http.reply({"request_id": request_id, **_page(told, digest)})


@blueprint.get("/jobs/<record_id>/ledger")
@endpoint(
    "What a job brought in, told and caused, with counts that add up",
    permission="import",
    tag="jobs",
    parameters=PARAMETERS,
    answers=views.JobLedgerView,
    statuses=(404,),
)
def show_job(record_id: str) -> Response:
    """The entries are runs, duplicates, and what waits, failed or is parked; the events are counted, not listed."""
    job_id = JOBS.known(record_id)
    sought, digest = _sought(REQUEST, job_id, with_events=False)
    job = http.call("jobs", "get_job", {"job_id": job_id})
    told = story.tell(sought, readers())
    return http.reply(
        {
            "job": job,
            "rows": job_ledger.rows(job),
            "events": job_ledger.events(told.services),
            "runs": dict(told.runs),
            "related": job_ledger.related(job),
            **_page(told, digest),
        }
    )


@blueprint.get("/jobs/<record_id>/records")
@endpoint(
    "The records that a job made, changed or found as they were, in the order of its rows",
    permission="import",
    tag="jobs",
    parameters=(
        Parameter("entity", "Which kind of record.", is_required=True),
        Parameter("action", "Only created, updated or unchanged ones."),
        Parameter("limit", f"How many a page has, 1 to {MOST}.", "integer", default=DEFAULT_LIMIT),
        CURSOR,
    ),
    answers=views.JobRecord,
    is_page=True,
    statuses=(404,),
)
def job_records(record_id: str) -> Response:
    http.refuse_unknown(("entity", "action", "limit", "cursor"))
    job_id = JOBS.known(record_id)
    http.call("jobs", "get_job", {"job_id": job_id})
    entity, action = request.args.get("entity", ""), request.args.get("action")
    if entity not in readers():
        raise http.BadParameter(name="entity", must=f"is one of {', '.join(sorted(readers()))}")
    limit = http.number("limit", DEFAULT_LIMIT, 1, MOST)
    secret, digest = (
        state.settings().secret,
        paging.digest_of(g.identity.workspace_id, job_id, entity, action or ""),
    )
    cursor = request.args.get("cursor")
    (after,) = paging.decode_cursor(secret, cursor, digest) if cursor else (-1,)
    found = http.call(
        readers()[entity][0],
        "job_rows",
        {"job_id": job_id, "entity": entity, "action": action, "after": after, "limit": limit},
    )
    warnings: dict[str, dict[str, str]] = {}
    names = story.names_of(
        (row["record_id"] for row in found["data"] if row["record_id"]), readers(), warnings
    )
    return http.reply(
        {
            "data": [
                {
                    "row": row["row"],
                    "action": row["action"],
                    "record": row["record_id"]
                    and {
                        "type": entity,
                        "id": row["record_id"],
                        "label": names.get(row["record_id"]),
                    },
                }
                for row in found["data"]
            ],
            "next_cursor": None
            if found["next"] is None
            else paging.encode_cursor(secret, [found["next"]], digest),
            "warnings": list(warnings.values()),
        }
    )


class RedriveBody(Message):
    """Which parked event, and of which service: as the entry of the ledger names them."""

    service = fields.String(required=True, validate=validate.OneOf(story.SERVICES))
    letter_id = Id("letter", required=True)


@blueprint.post("/ledger/redrive")
@endpoint(
    "Have a parked event handled once more, after its reason was corrected",
    permission=Redrive.permission,
    tag="ledger",
    body=RedriveBody,
    answers=views.RedriveAnswer,
    statuses=(404,),
)
def redrive() -> Response:
    """It keeps its identity, so what was done is not done again; it is parked anew when it fails again."""
    values = schemas.load(RedriveBody, http.body())
    return http.reply(http.call(values["service"], "redrive", {"letter_id": values["letter_id"]}))
