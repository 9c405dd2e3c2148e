"""Dead letters of all services: listed by cause, looked into, tried again, discarded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, request
from marshmallow import fields, validate

from chassis import paging
from chassis.errors import AppError, NotFound
from gateway import http, state, together
from gateway.endpoint import Parameter, endpoint
from gateway.ledger.story import SERVICES
from gateway.together import MISSING, Question
from gateway.v1 import schemas
from gateway.v1.listing import CURSOR
from messages.common import Id, Message, Text, View, one_of
from messages.ledger import (
    LETTER_STATUSES,
    CauseView,
    DeadLetterFull,
    DeadLetters,
    DeadLetterView,
    RedriveView,
    SettledView,
)

TAG = "dead-letters"
DEFAULT_LIMIT, MOST = 50, 200

blueprint = Blueprint("dead_letters", __name__, url_prefix="/v1/admin/dead-letters")


class LetterCause(CauseView):
    service = one_of(*SERVICES, required=True)


class Letter(DeadLetterView):
    service = one_of(*SERVICES, required=True)


class LetterFull(DeadLetterFull):
    service = one_of(*SERVICES, required=True)


class LetterPage(View):
    """The newest letters of all services, and the causes of all that are parked; `warnings` name who did not answer."""

    causes = fields.List(fields.Nested(LetterCause), required=True)
    data = fields.List(fields.Nested(Letter), required=True)
    next_cursor = fields.String(required=True, allow_none=True)
    nameless = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Parked texts that are no events, by service: whose they are nobody knows."},
    )
    warnings = fields.List(fields.Dict(), required=True)


class OfACause(Message):
    """Which letters: those of one cause of one service."""

    service = fields.String(required=True, validate=validate.OneOf(SERVICES))
    cause = Text(longest=200, shortest=1, required=True)


class ToDiscard(Message):
    """Why nothing more is to be done about it."""

    reason = Text(longest=500, shortest=1, required=True)


class CauseToDiscard(OfACause, ToDiscard):
    pass


class Discarded(View):
    id = Id("letter", required=True)


@blueprint.get("")
@endpoint(
    "Events that services gave up on, by cause",
    permission=DeadLetters.permission,
    tag=TAG,
    parameters=(
        Parameter("service", f"Only of this service: {', '.join(SERVICES)}."),
        Parameter("cause", "Only of this cause."),
        Parameter("status", f"One of {', '.join(LETTER_STATUSES)}.", default="parked"),
        Parameter("limit", f"How many a page has, 1 to {MOST}.", "integer", default=DEFAULT_LIMIT),
        CURSOR,
    ),
    answers=LetterPage,
)
def dead_letters() -> Response:
    http.refuse_unknown(("service", "cause", "status", "limit", "cursor"))
    service, cause = request.args.get("service"), request.args.get("cause")
    status = request.args.get("status", "parked")
    if service is not None and service not in SERVICES:
        raise http.BadParameter(name="service", must=f"is one of {', '.join(SERVICES)}")
    if status not in LETTER_STATUSES:
        raise http.BadParameter(name="status", must=f"is one of {', '.join(LETTER_STATUSES)}")
    limit = http.number("limit", DEFAULT_LIMIT, 1, MOST)
    secret = state.settings().secret
    digest = paging.digest_of(g.identity.workspace_id, TAG, service or "", cause or "", status)
    cursor = request.args.get("cursor")
    (after,) = paging.decode_cursor(secret, cursor, digest) if cursor else (None,)
    arguments = {"cause": cause, "status": status, "after": after, "limit": limit}
    asked = {name: Question(name, "dead_letters", arguments) for name in ([service] if service else SERVICES)}
    answers = together.ask(asked)
    letters = [
        {**letter, "service": name} for name, found in answers.found.items() for letter in found["data"]
    ]
    letters.sort(key=lambda one: (one["at"], one["id"]), reverse=True)
    causes = [{**one, "service": name} for name, found in answers.found.items() for one in found["causes"]]
    causes.sort(key=lambda one: (-one["count"], one["service"], one["cause"]))
    has_more = len(letters) > limit or any(found["has_more"] for found in answers.found.values())
    page = letters[:limit]
    following = {"at": page[-1]["at"], "key": page[-1]["id"]} if has_more and page else None
    return http.reply(
        {
            "causes": causes,
            "data": page,
            "next_cursor": None if following is None else paging.encode_cursor(secret, [following], digest),
            "nameless": {
                name: found["nameless"] for name, found in answers.found.items() if found["nameless"]
            },
            "warnings": answers.warnings,
        }
    )


@blueprint.get("/<letter_id>")
@endpoint(
    "An event that a service gave up on, with its body and the trace of the error",
    permission=DeadLetters.permission,
    tag=TAG,
    answers=LetterFull,
    statuses=(404,),
)
def dead_letter(letter_id: str) -> Response:
    http.refuse_unknown(())
    service, letter = _found(letter_id)
    return http.reply({**letter, "service": service})


@blueprint.post("/<letter_id>/redrive")
@endpoint(
    "Have a parked event handled once more, after its reason was corrected",
    permission=DeadLetters.permission,
    tag=TAG,
    answers=RedriveView,
    statuses=(404,),
)
def redrive(letter_id: str) -> Response:
    """It keeps its identity, so what was done is not done again; it is parked anew when it fails again."""
    service, _ = _found(letter_id)
    return http.reply(http.call(service, "redrive", {"letter_id": letter_id}))


@blueprint.post("/<letter_id>/discard")
@endpoint(
    "Give up a parked event for good; it stays with the reason",
    permission=DeadLetters.permission,
    tag=TAG,
    body=ToDiscard,
    answers=Discarded,
    statuses=(404,),
)
def discard(letter_id: str) -> Response:
    values = schemas.load(ToDiscard, http.body())
    service, _ = _found(letter_id)
    http.call(service, "discard_dead_letters", {"letter_id": letter_id, **values})
    return http.reply({"id": letter_id})


@blueprint.post("/redrive")
@endpoint(
    "Have the parked events of a cause handled once more, the oldest first: 500 a call",
    permission=DeadLetters.permission,
    tag=TAG,
    body=OfACause,
    answers=SettledView,
)
def redrive_cause() -> Response:
    """`left` says how many are still parked; call again until it is 0."""
    values = schemas.load(OfACause, http.body())
    return http.reply(http.call(values["service"], "redrive_dead_letters", {"cause": values["cause"]}))


@blueprint.post("/discard")
@endpoint(
    "Give up the parked events of a cause for good, the oldest first: 500 a call",
    permission=DeadLetters.permission,
    tag=TAG,
    body=CauseToDiscard,
    answers=SettledView,
)
def discard_cause() -> Response:
    """They stay with the reason. `left` says how many are still parked; call again until it is 0."""
    values = schemas.load(CauseToDiscard, http.body())
    service = values.pop("service")
    return http.reply(http.call(service, "discard_dead_letters", values))


def _found(letter_id: str) -> tuple[str, Mapping[str, Any]]:
    """The letter, and the service that has it; raises `NotFound`, or `Unavailable` when who may have it is away."""
    away: AppError | None = None
    for service in SERVICES:
        try:
            return service, http.call(service, "dead_letter", {"letter_id": letter_id})
        except AppError as error:
            if error.kind not in (NotFound.kind, *MISSING):
                raise
            away = error if error.kind in MISSING else away
    raise away or NotFound(what="parked event", id=letter_id[:40])
