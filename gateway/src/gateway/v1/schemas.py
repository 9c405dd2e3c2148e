"""Bodies and answers of the interface that are not messages themselves, and those cut out of messages."""

from __future__ import annotations

from functools import cache
from typing import Any

from marshmallow import Schema, fields, validate

from chassis import contracts
from chassis.paging import DEFAULT_LIMIT, MAX_LIMIT
from messages.common import Message, View


class Search(Message):
    """A list whose filter is too long for an address: the filter language as text, or the same as a tree."""

    filter = fields.Raw(load_default=None, allow_none=True, metadata={"description": "Text, or a JSON tree."})
    sort = fields.String(load_default="", validate=validate.Length(max=200))
    limit = fields.Integer(
        strict=True, load_default=DEFAULT_LIMIT, validate=validate.Range(min=1, max=MAX_LIMIT)
    )
    cursor = fields.String(load_default=None, allow_none=True)
    fields_ = fields.List(fields.String(), load_default=list, data_key="fields", attribute="fields")
    expand = fields.List(fields.String(), load_default=list)
    count = fields.Boolean(load_default=False)


class BatchOperation(Message):
    """One operation: `op` is create, update, delete, restore or a verb of the resource."""

    op = fields.String(required=True)
    id = fields.String()
    expected_version = fields.Integer(strict=True)
    data = fields.Dict(keys=fields.String(), load_default=dict)


class Batch(Message):
    """Many operations, each done or refused by itself."""

    atomic = fields.Boolean(load_default=False, validate=validate.Equal(False))
    operations = fields.List(fields.Nested(BatchOperation), required=True)


class BatchResult(View):
    index = fields.Integer(required=True)
    status = fields.Integer(required=True)
    data = fields.Dict(metadata={"description": "The record, unless the operation was refused."})
    error = fields.Dict(metadata={"description": "A problem, when it was refused."})


class BatchAnswer(View):
    results = fields.List(fields.Nested(BatchResult), required=True)
    succeeded = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class Problem(View):
    """An error (RFC 9457)."""

    type = fields.Url(required=True, metadata={"description": "A page that explains the code."})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    kind = fields.String(
        required=True, metadata={"description": "One of the few kinds that `/docs/errors` lists."}
    )
    code = fields.String(required=True, metadata={"description": "What to switch on."})
    detail = fields.String(required=True)
    errors = fields.List(
        fields.Dict(), required=True, metadata={"description": "pointer, code, message, hint"}
    )
    request_id = fields.String(required=True, allow_none=True)
    service = fields.String(metadata={"description": "The part that does not answer."})


def load(schema: type[Schema], values: dict[str, Any]) -> dict[str, Any]:
    """The checked values; raises `Invalid` naming each field."""
    return contracts.load(schema(), values)


@cache
def without(schema: type[Schema], *names: str) -> type[Schema]:
    """A message without some of its fields."""
    kept = {name: field for name, field in schema._declared_fields.items() if name not in names}
    return Message.from_dict(kept, name=schema.__name__)


def item(page: type[Schema]) -> type[Schema]:
    """What one entry of a page's `data` is."""
    listed: Any = page._declared_fields["data"]
    return type(listed.inner.schema)


@cache
def creation(schema: type[Schema], id_argument: str) -> type[Schema]:
    """The body that makes a record: the message with its id called `id`."""
    kept = dict(schema._declared_fields)
    made = {"id": kept.pop(id_argument)} if id_argument in kept else {}
    return Message.from_dict({**made, **kept}, name=schema.__name__)


@cache
def changes(schema: type[Schema]) -> type[Schema]:
    """The body that changes a record (RFC 7396): the properties, and the version if no header tells it."""
    nested: Any = schema._declared_fields["changes"]
    properties = nested.schema._declared_fields if hasattr(nested, "schema") else {}
    return Message.from_dict({**properties, "expected_version": fields.Integer()}, name=schema.__name__)


@cache
def verb(schema: type[Schema], id_argument: str) -> type[Schema]:
    """The body of a verb: the message without the id, the version only if no header tells it."""
    kept = {name: field for name, field in schema._declared_fields.items() if name != id_argument}
    if "expected_version" in kept:
        kept["expected_version"] = fields.Integer()
    return Message.from_dict(kept, name=schema.__name__)
