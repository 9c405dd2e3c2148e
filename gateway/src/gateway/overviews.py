"""The few screens that need several services at once: record overviews, the board, search.

What the screen is about must be there; the parts beside it may be missing, and then the answer says so in `warnings`.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g
from marshmallow import fields, validate

from chassis.errors import AppError
from chassis.words import RANKS
from gateway import http
from gateway.endpoint import endpoint
from gateway.together import MISSING, Answers, Question, ask
from gateway.v1 import contacts, deals, schemas
from gateway.v1.activities import TIMELINE
from gateway.v1.resource import Resource
from gateway.v1.views import with_cursor
from messages.activities import ActivityView, TimelineEntry
from messages.common import Hit, Message, View
from messages.contacts import AccountView, ContactView
from messages.deals import Board, DealView

RELATED, ENTRIES = 20, 50
LONGEST_SEARCH = 50

blueprint = Blueprint("overviews", __name__, url_prefix="/v1")


class Warned(View):
    """An answer of which a part may be missing."""

    warnings = fields.List(
        fields.Dict(), metadata={"description": "The services whose part is missing: service, code."}
    )


class Counts(View):
    """How many there are in all; the lists of an overview hold the first of them. Null when it could not be asked."""

    contacts = fields.Integer(required=True, allow_none=True)
    deals = fields.Integer(required=True, allow_none=True)
    activities = fields.Integer(required=True, allow_none=True)


class FirstPage(View):
    """The newest entries of the timeline; `next_cursor` goes on at the record's `timeline`."""

    data = fields.List(fields.Nested(TimelineEntry), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class OverviewView(Warned):
    record = fields.Dict(required=True)
    account = fields.Nested(AccountView, allow_none=True)
    contacts = fields.List(fields.Nested(ContactView), required=True)
    deals = fields.List(fields.Nested(DealView), required=True)
    activities = fields.List(
        fields.Nested(ActivityView),
        required=True,
        metadata={"description": "The open tasks, the next due first."},
    )
    timeline = fields.Nested(
        FirstPage,
        required=True,
        allow_none=True,
        metadata={"description": "The first page of the timeline; null when it could not be asked."},
    )
    counts = fields.Nested(Counts, required=True)


class BoardCard(DealView):
    account_name = fields.String(allow_none=True)
    owner_name = fields.String(allow_none=True)
    next_activity_at = fields.String(allow_none=True)
    is_rotting = fields.Boolean(required=True)


class BoardStage(View):
    id = fields.String(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    probability = fields.Integer(required=True)
    count = fields.Integer(required=True)
    total = fields.Dict(required=True, allow_none=True)
    weighted = fields.Dict(required=True, allow_none=True)
    rows_without_amount = fields.Integer(required=True)
    deals = fields.List(fields.Nested(BoardCard), required=True)
    has_more = fields.Boolean(required=True)


class BoardView(Warned):
    pipeline = fields.Dict(required=True)
    currency = fields.String(required=True, allow_none=True)
    stages = fields.List(fields.Nested(BoardStage), required=True)


SEARCHES = {
    "accounts": Question("contacts", "search_accounts"),
    "contacts": Question("contacts", "search_contacts"),
    "leads": Question("contacts", "search_leads"),
    "deals": Question("deals", "search_deals"),
    "activities": Question("activities", "search_activities"),
    "products": Question("deals", "search_products"),
    "users": Question("organisation", "search_users"),
}
"""What is searched, in the order in which equal hits of different kinds take turns."""


class SearchQuery(Message):
    q = fields.String(
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={
            "description": "A few letters: parts of names, an address, a telephone number, an external id. "
            "Every word must be there, in any order; case and accents do not count."
        },
    )
    types = fields.List(
        fields.String(validate=validate.OneOf(tuple(SEARCHES))),
        load_default=list,
        metadata={"description": f"Kinds to search, all when absent: {', '.join(SEARCHES)}."},
    )
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=LONGEST_SEARCH))


class HitsView(Warned):
    data = fields.List(fields.Nested(Hit), required=True)


# --- a record with what belongs to it --------------------------------------------------------------------------


def _list(service: str, operation: str, filter: str, sort: str, limit: int = RELATED) -> Question:
    return Question(service, operation, {"filter": filter, "sort": sort, "limit": limit, "count": True})


def _related(record: dict[str, Any], kind: str) -> dict[str, Question]:
    """What to ask about a record of this kind."""
    record_id = record["id"]
    account_id = record_id if kind == "account" else record.get("account_id")
    asked = {
        "activities": _list(
            "activities",
            "list_activities",
            f'record_id = "{record_id}" AND kind = "task" AND status != "completed"',
            "due_at",
        ),
        "timeline": Question("activities", "timeline", {"record_id": record_id, "limit": ENTRIES}),
    }
    if account_id and kind != "account":
        asked["account"] = Question("contacts", "get_account", {"account_id": account_id})
    others = f' AND id != "{record_id}"'
    if account_id:
        of_account = f'account_id = "{account_id}"'
        asked["contacts"] = _list(
            "contacts", "list_contacts", of_account + (others if kind == "contact" else ""), "name"
        )
        asked["deals"] = _list(
            "deals", "list_deals", of_account + (others if kind == "deal" else ""), "-updated_at"
        )
    elif kind in ("contact", "lead"):
        asked["deals"] = _list("deals", "list_deals", f'{kind}_id = "{record_id}"', "-updated_at")
    if kind == "deal" and record.get("contact_id"):
        asked["contact"] = Question("contacts", "read_contacts", {"ids": [record["contact_id"]]})
    return asked


def _total(answers: Answers, name: str) -> int | None:
    """How many there are in all; nobody knows where the part is missing, none where it was not asked."""
    if name in answers.found:
        return int(answers.found[name]["total"])
    return None if name in answers.missing else 0


def _overview(resource: Resource, record_id: str) -> Response:
    arguments = {resource.id_argument: resource.known(record_id)}
    record = http.call(resource.service, resource.operation("get"), arguments)
    answers = ask(_related(record, resource.noun))
    found = answers.found
    contacts = found.get("contacts", {"data": []})["data"]
    # A deal's contact may be of another account; it comes first either way.
    named = found.get("contact", {"data": []})["data"]
    strangers = [
        one for one in named if one["account_id"] is None or one["account_id"] != record["account_id"]
    ]
    people = {one["id"]: one for one in (*named, *contacts)}
    counted = _total(answers, "contacts")
    timeline = found.get("timeline")
    return http.reply(
        {
            "record": record,
            "account": found.get("account"),
            "contacts": list(people.values()),
            "deals": found.get("deals", {"data": []})["data"],
            "activities": found.get("activities", {"data": []})["data"],
            "timeline": timeline and with_cursor(timeline, resource.name, record_id, TIMELINE.path),
            "counts": {
                "contacts": None if counted is None else counted + len(strangers),
                "deals": _total(answers, "deals"),
                "activities": _total(answers, "activities"),
            },
            "warnings": answers.warnings,
        },
        headers={"ETag": http.etag(record["version"])},
    )


def _register(resource: Resource) -> None:
    @endpoint(
        f"One {resource.noun} with what belongs to it",
        permission="read",
        tag=resource.name,
        answers=OverviewView,
        statuses=(404, 410),
    )
    def view(record_id: str) -> Response:
        http.refuse_unknown(())
        return _overview(resource, record_id)

    blueprint.add_url_rule(
        f"/{resource.name}/<record_id>/overview", f"{resource.name}_overview", view, methods=["GET"]
    )


for _resource in (*contacts.RESOURCES, deals.DEALS):
    _register(_resource)


# --- the board -------------------------------------------------------------------------------------------------


@blueprint.get("/pipelines/<record_id>/board")
@endpoint(
    "Every stage of a pipeline with its deals, counts, totals and weighted totals",
    permission="read",
    tag="pipelines",
    query=schemas.without(Board, "pipeline_id", "time_zone"),
    answers=BoardView,
    statuses=(404,),
)
def board(record_id: str) -> Response:
    """The cards say when their next task is due: activities-svc knows that."""
    pipeline = deals.PIPELINES
    values = http.arguments(Board, hidden=("pipeline_id", "time_zone"))
    with pipeline.speaking():
        found = http.call(
            "deals",
            "board",
            {**values, "pipeline_id": pipeline.known(record_id), "time_zone": g.identity.time_zone},
        )
    if found["currency"] is None:
        found["currency"] = http.call("organisation", "get_workspace")["currency"]
    for stage in found["stages"]:
        for name in ("total", "weighted"):
            stage[name] = stage[name] or {"amount": "0.00", "currency": found["currency"]}
    warnings = _add_next_activities([card for stage in found["stages"] for card in stage["deals"]])
    return http.reply({**found, "warnings": warnings} if warnings else found)


def _add_next_activities(cards: list[dict[str, Any]]) -> list[dict[str, str]]:
    due: dict[str, str] = {}
    warnings: list[dict[str, str]] = []
    record_ids = [card["id"] for card in cards if card["status"] == "open"]
    if record_ids:
        try:
            found = http.call("activities", "next_activities", {"record_ids": record_ids[:2000]})
            due = {row["record_id"]: row["due_at"] for row in found["data"]}
        except AppError as error:
            if error.kind not in MISSING:
                raise
            warnings.append({"service": "activities", "code": error.code})
    for card in cards:
        card["next_activity_at"] = due.get(card["id"])
    return warnings


# --- search ----------------------------------------------------------------------------------------------------


@blueprint.get("/search")
@endpoint(
    "Find records of any kind, and people, by a few letters",
    permission="read",
    tag="search",
    query=SearchQuery,
    answers=HitsView,
)
def search() -> Response:
    """The best first, whatever its kind; among equals one of each kind in turn, so that every kind is in sight."""
    values = schemas.load(SearchQuery, http.arguments(SearchQuery))
    each = {"q": values["q"], "limit": values["limit"]}
    kinds = [name for name in SEARCHES if not values["types"] or name in values["types"]]
    answers = ask({name: Question(SEARCHES[name].service, SEARCHES[name].operation, each) for name in kinds})
    ranked = [
        ((RANKS.index(hit["rank"]), place, kind), hit)
        for kind, name in enumerate(kinds)
        if name in answers.found
        for place, hit in enumerate(answers.found[name]["data"])
    ]
    ranked.sort(key=lambda entry: entry[0])
    return http.reply({"data": [hit for _, hit in ranked[: values["limit"]]], "warnings": answers.warnings})
