"""Every type of event there is: who tells it, when, what is in it, and a sample; read from the message modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from flask import Blueprint, Response
from marshmallow import Schema, fields, validate

from chassis import contracts
from gateway import http
from gateway.endpoint import endpoint
from gateway.v1 import meta
from messages.common import Day, Event, Instant, MoneyField, View
from messages.organisation import WorkspaceView

# What an event is about, where its name does not say it.
SUBJECTS = {"call": "activity", "task": "activity"}
OTHER_RECORDS: Mapping[str, type[Schema]] = {"workspace": WorkspaceView}
WHEN = {
    "enrolled": "a workflow took {a} {noun} up, by its date, by a schedule or by hand.",
    "shared": "a partner may see the {noun} from now on, or write it too.",
    "unshared": "a partner may not see the {noun} any more.",
    "created": "{a} {noun} was made.",
    "properties_changed": "Properties of {a} {noun} were edited; `changes` says which.",
    "deleted": "{a} {noun} was deleted.",
    "restored": "A deleted {noun} is back.",
    "won": "{a} {noun} was won.",
    "lost": "{a} {noun} was lost.",
    "reopened": "A closed {noun} is open again.",
}
ID_TAIL = "01k8zq3v9fe1wtb5j0c6d7x2ga"
INSTANT, DAY = "2026-03-02T09:30:00.000Z", "2026-03-02"
TEXTS = {
    "target_id": f"deal_{ID_TAIL}",
    "actor_id": f"user_{ID_TAIL}",
    "workflow_run_id": f"run_{ID_TAIL}",
    "title": "Ada Berg gave you the deal Wind park",
    "email": "ada@acme.example",
    "phone": "+4930123456",
    "domain": "acme.example",
    "website": "https://acme.example",
    "country": "Germany",
    "city": "Berlin",
    "first_name": "Ada",
    "last_name": "Berg",
    "industry": "Energy",
    "time_zone": "Europe/Berlin",
    "language": "de",
    "currency": "EUR",
    "actor": f"user_{ID_TAIL}",
    "from_stage": "Qualification",
    "to_stage": "Proposal",
}
NAMES = {
    "account": "Acme",
    "contact": "Ada Berg",
    "lead": "Ada Berg",
    "deal": "Wind park",
    "user": "Ada Berg",
}
MONEY = frozenset({"amount", "list_price", "annual_revenue"})

blueprint = Blueprint("event_types", __name__, url_prefix="/v1")


class EventField(View):
    name = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    description = fields.String(required=True)


class EventType(View):
    """A type of event. `data` of such an event holds `record`, `changes`, and the `fields` that it adds."""

    type = fields.String(required=True)
    source = fields.String(required=True, metadata={"description": "The service that tells it."})
    subject = fields.String(required=True, metadata={"description": "The kind of record it is about."})
    description = fields.String(required=True, metadata={"description": "When it is told."})
    fields_ = fields.List(
        fields.Nested(EventField),
        required=True,
        data_key="fields",
        metadata={"description": "What `data` has besides `record` and `changes`."},
    )
    record_fields = fields.List(fields.Nested(EventField), required=True)
    sample = fields.Dict(required=True, metadata={"description": "Such an event, as a CloudEvent."})


class EventTypes(View):
    data = fields.List(fields.Nested(EventType), required=True)


@blueprint.get("/event-types")
@endpoint(
    "Every type of event: who tells it, when, its fields, a sample",
    permission="read",
    tag="events",
    answers=EventTypes,
)
def event_types() -> Response:
    http.refuse_unknown(())
    return http.reply({"data": catalogue()})


@cache
def catalogue() -> list[dict[str, Any]]:
    """The types in the order of their names, each as `EventType` says."""
    return [_described(wire, schema) for wire, schema in sorted(contracts.events().items())]


def subject_of(wire: str) -> str:
    """The noun of the records that a type of event is about."""
    noun = wire.partition(".")[0]
    return SUBJECTS.get(noun, noun)


def views() -> Mapping[str, type[Schema]]:
    """What a record shows, by its noun."""
    return {**{one.noun: one.view for one in meta.RESOURCES.values()}, **OTHER_RECORDS}


def _described(wire: str, schema: type[Schema]) -> dict[str, Any]:
    noun = subject_of(wire)
    view = views().get(noun)
    added = {
        name: kind for name, kind in schema._declared_fields.items() if name not in Event._declared_fields
    }
    return {
        "type": wire,
        "source": str(getattr(schema, "source")),
        "subject": noun,
        "description": _when(wire, schema, noun),
        "fields": list(_fields(added)),
        "record_fields": [] if view is None else list(_fields(view._declared_fields)),
        "sample": _sample(wire, schema, noun, view, added),
    }


def _when(wire: str, schema: type[Schema], noun: str) -> str:
    """The message's own words, else what its past participle says; raises `LookupError` when neither does."""
    own = " ".join((schema.__dict__.get("__doc__") or "").split())
    if own:
        return own
    what = wire.split(".")[1]
    if what not in WHEN:
        raise LookupError(f"the message of {wire} has no docstring that says when it is told")
    text = WHEN[what].format(noun=noun, a="an" if noun[0] in "aeio" else "a")
    return text[0].upper() + text[1:]


def _fields(declared: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name, kind in declared.items():
        yield {
            "name": kind.data_key or name,
            "type": _type(name, kind),
            "required": bool(kind.required),
            "description": str(kind.metadata.get("description", "")),
        }


def _type(name: str, kind: Any) -> str:
    choices = _choices(kind)
    if _is_money(name, kind):
        found = "money"
    elif isinstance(kind, Instant) or (isinstance(kind, fields.String) and name.endswith("_at")):
        found = "instant"
    elif isinstance(kind, Day) or (isinstance(kind, fields.String) and name.endswith("_on")):
        found = "day"
    elif isinstance(kind, fields.List):
        found = f"list of {_type('', kind.inner)}"
    elif isinstance(kind, (fields.Nested, fields.Dict)):
        found = "object"
    elif isinstance(kind, fields.Boolean):
        found = "boolean"
    elif isinstance(kind, fields.Number):
        found = "number"
    else:
        found = " | ".join(choices) if choices else "text"
    return f"{found} or null" if kind.allow_none else found


def _is_money(name: str, kind: Any) -> bool:
    return isinstance(kind, MoneyField) or (isinstance(kind, fields.Dict) and name in MONEY)


def _choices(kind: Any) -> tuple[str, ...]:
    return next((tuple(one.choices) for one in kind.validators if isinstance(one, validate.OneOf)), ())


# --- samples -----------------------------------------------------------------------------------------------------


def _sample(
    wire: str, schema: type[Schema], noun: str, view: type[Schema] | None, added: Mapping[str, Any]
) -> dict[str, Any]:
    record: dict[str, Any] = {"id": f"{noun}_{ID_TAIL}"}
    if view is not None:
        record |= {
            name: _value(noun, name, kind) for name, kind in view._declared_fields.items() if name != "id"
        }
    what = wire.split(".")[1]
    changes: dict[str, Any] = {}
    if what == "properties_changed":
        name = next((one for one in ("name", "subject", "last_name") if one in record), None)
        changes = {name: ["Old", record[name]]} if name else {}
    return {
        "specversion": "1.0",
        "id": f"event_{ID_TAIL}",
        "source": str(getattr(schema, "source")),
        "type": wire,
        "subject": record["id"],
        "time": INSTANT,
        "sequence": 1 if what == "created" else 4,
        "actor": f"user_{ID_TAIL}",
        "origin": "api",
        "data": {
            "record": record,
            "changes": changes,
            **{name: _value(noun, name, kind) for name, kind in added.items()},
        },
        "position": "jW3kQ0yKOd7E_siiz0w2vgBB",
    }


def _value(noun: str, name: str, kind: Any) -> Any:
    """A likely value of a field."""
    if _is_money(name, kind):
        return {"amount": "60000.00", "currency": "EUR"}
    if isinstance(kind, Instant) or name.endswith("_at"):
        return INSTANT
    if isinstance(kind, Day) or name.endswith("_on"):
        return DAY
    if isinstance(kind, fields.List):
        return [f"{name.removesuffix('_ids')}_{ID_TAIL}"] if name.endswith("_ids") else []
    if isinstance(kind, (fields.Nested, fields.Dict)):
        return None if kind.allow_none else {}
    if isinstance(kind, fields.Boolean):
        return True
    if isinstance(kind, fields.Number):
        return {"version": 4, "probability": 60}.get(name, 1)
    return _text(noun, name, kind)


def _text(noun: str, name: str, kind: Any) -> str | None:
    if name.endswith("_id") and name != "external_id" and name not in TEXTS:
        prefix = {"owner": "user", "manager": "user", "parent": noun}.get(name[:-3], name[:-3])
        return f"{prefix.removeprefix('from_').removeprefix('to_')}_{ID_TAIL}"
    if name in ("name", "label"):
        return NAMES.get(noun, noun.capitalize())
    choices = _choices(kind)
    if choices:
        return choices[0]
    known = TEXTS.get(name)
    if known is not None:
        return known
    return None if kind.allow_none else name.replace("_", " ").capitalize()
