"""What the interface says about itself: the fields of each resource, and how the suite is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from chassis import outbox
from chassis.errors import NotFound
from gateway import http, state
from gateway.endpoint import endpoint
from gateway.v1 import (
    activities,
    automation,
    contacts,
    custom_reports,
    deals,
    jobs,
    notifications,
    organisation,
    quality,
    signals,
)
from gateway.v1.resource import Resource
from messages.common import Day, Id, Instant, MoneyField, View

RESOURCES: Mapping[str, Resource] = {
    resource.name: resource
    for resource in (
        *organisation.RESOURCES,
        *contacts.RESOURCES,
        *deals.RESOURCES,
        *activities.RESOURCES,
        *notifications.RESOURCES,
        *signals.RESOURCES,
        *quality.RESOURCES,
        *custom_reports.RESOURCES,
        *automation.RESOURCES,
        *jobs.RESOURCES,
    )
}
SERVICES = tuple(dict.fromkeys(one.service for one in RESOURCES.values() if one.service not in state.OWN))
ALL_SERVICES = tuple(dict.fromkeys((*SERVICES, "reporting")))
_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (MoneyField, "money"),
    (Instant, "instant"),
    (Day, "date"),
    (Id, "reference"),
    (fields.Boolean, "boolean"),
    (fields.Number, "number"),
    (fields.List, "list"),
    (fields.Dict, "object"),
    (fields.Nested, "object"),
    (fields.String, "text"),
)

blueprint = Blueprint("meta", __name__, url_prefix="/v1")


class FieldView(View):
    name = fields.String(required=True)
    type = fields.String(required=True)
    operators = fields.List(
        fields.String(), required=True, metadata={"description": "What a filter may ask."}
    )
    sortable = fields.Boolean(required=True)
    enum = fields.List(fields.String())
    writable = fields.Boolean(required=True)
    required = fields.Boolean(required=True, metadata={"description": "Whether a new record must have it."})


class SchemaView(View):
    fields_ = fields.List(fields.Nested(FieldView), required=True, data_key="fields")


class ServiceStatus(View):
    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(("up", "down", "unknown")))
    processes = fields.Integer(required=True, allow_none=True)
    waiting = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Requests that nobody has taken yet."}
    )


class StatusView(View):
    broker = fields.String(required=True, validate=validate.OneOf(("up", "down")))
    services = fields.List(fields.Nested(ServiceStatus), required=True)
    outbox_backlog = fields.Integer(
        required=True, metadata={"description": "Events of the organisation that still wait to be sent."}
    )


@blueprint.get("/schema/<name>")
@endpoint(
    "The fields of a kind of record: types, what filters may ask, what can be written",
    permission="read",
    tag="meta",
    answers=SchemaView,
    statuses=(404,),
)
def schema(name: str) -> Response:
    http.refuse_unknown(())
    resource = RESOURCES.get(name)
    if resource is None:
        raise NotFound(
            f"There is no resource {name[:80]!r}; there are {', '.join(RESOURCES)}.", what="resource", id=name
        )
    described = http.call(resource.service, "describe", {"resource": resource.name.replace("-", "_")})[
        "fields"
    ]
    return http.reply({"fields": _merged(resource, described)})


def permissions() -> list[tuple[str, str]]:
    """What it takes to read each kind of record, by its noun."""
    found = []
    for resource in RESOURCES.values():
        message = resource.schema(resource.operation("get"))
        found.append((resource.noun, str(getattr(message, "permission", "read"))))
    return found


def _merged(resource: Resource, described: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What filters know of a record, and what messages know of it."""
    made = resource.schema(resource.operation("create"))._declared_fields if resource.has("create") else {}
    changed = _changes(resource)
    rows = {row["name"]: row for row in described}
    for name, kind in {**resource.view._declared_fields, **changed, **made}.items():
        if name not in rows and name != resource.id_argument:
            rows[name] = {
                "name": name,
                "operators": [],
                "sortable": False,
                **_type_of(changed.get(name, kind)),
            }
    return [
        {
            **row,
            "writable": name in changed or (name in made and name != resource.id_argument),
            "required": bool(name in made and made[name].required),
        }
        for name, row in rows.items()
    ]


def _changes(resource: Resource) -> Mapping[str, fields.Field[Any]]:
    if not resource.has("update"):
        return {}
    nested: Any = resource.schema(resource.operation("update"))._declared_fields["changes"]
    written: Schema = nested.schema
    return written.fields


def _type_of(kind: fields.Field[Any]) -> dict[str, Any]:
    name = next((name for known, name in _TYPES if isinstance(kind, known)), "text")
    choices = next((list(one.choices) for one in kind.validators if isinstance(one, validate.OneOf)), None)
    return {"type": name} if choices is None else {"type": "select", "enum": choices}


@blueprint.get("/status")
@endpoint("How the suite is: broker, services, what waits", permission="read", tag="meta", answers=StatusView)
def status() -> Response:
    """Asks the queues and not the services: it answers at once, whatever is down."""
    http.refuse_unknown(())
    parts = state.current()
    is_up = parts.client.is_connected
    services = []
    for name in ALL_SERVICES:
        counts = parts.client.watch.counts(name) if is_up else None
        processes, waiting = counts if counts is not None else (None, None)
        word = "unknown" if processes is None else "up" if processes else "down"
        services.append({"name": name, "status": word, "processes": processes, "waiting": waiting})
    return http.reply(
        {
            "broker": "up" if is_up else "down",
            "services": services,
            "outbox_backlog": outbox.backlog(parts.runtime.database),
        }
    )
