"""The OpenAPI 3.1 document, made from what the routes declare and what the messages say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app
from marshmallow import Schema, fields
from werkzeug.routing import Rule

from chassis import codec
from gateway import endpoint as declarations
from gateway import state
from gateway.endpoint import ANYBODY, Endpoint, Parameter, endpoint, is_api
from gateway.errors import KINDS
from gateway.v1 import schemas
from messages.common import Id, MoneyField

KEY = "openapi"
VERSION = "1"
_VARIABLE = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")
_DESCRIPTION = """\
Everything the suite does, for programs. Times are RFC 3339 in UTC, days `YYYY-MM-DD`, money is
`{"amount": "1250.00", "currency": "EUR"}`.

**Who you are.** Send `Authorization: Bearer rap_sk_...`. Browsers have a session cookie and send its CSRF token in
`X-CSRF-Token` with every write.

**Lists** come in pages: send `next_cursor` back as `cursor`, with the same filter and sort order.

**Changes** name the version you saw, as `If-Match: "7"` or `expected_version`; somebody else's change in between is
answered with 412, and nothing is lost. An `Idempotency-Key` makes a POST or PATCH repeatable for 24 hours.

**Errors** are `application/problem+json` (RFC 9457) with a `code` to switch on.
"""
_USUAL = {401: "unauthenticated", 403: "forbidden", 503: "unavailable"}
_MEANINGS = {
    **{kind.status: kind.title for kind in KINDS.values()},
    304: "Unchanged since the version you hold",
    413: "The body is too large",
    415: "The body is not JSON",
    428: "The version you saw is missing",
}

blueprint = Blueprint("openapi", __name__, url_prefix="/v1")


@blueprint.get("/openapi.json")
@endpoint("This description of the interface (OpenAPI 3.1)", permission=ANYBODY, tag="meta")
def show() -> Response:
    return Response(codec.dumps(document()), mimetype="application/json")


def document() -> dict[str, Any]:
    """The document of the running application, made once."""
    parts = current_app.extensions
    if KEY not in parts:
        parts[KEY] = _Description(current_app).build()
    found: dict[str, Any] = parts[KEY]
    return found


class _Names:
    """A name for each schema in the document: its class's, with its module in front where two share one."""

    def __init__(self) -> None:
        self._names: dict[type[Schema], str] = {}

    def __call__(self, schema: Any) -> str:
        cls = schema if isinstance(schema, type) else type(schema)
        if cls not in self._names:
            name = cls.__name__.removesuffix("View") or cls.__name__
            taken = set(self._names.values())
            if name in taken:
                name = cls.__module__.rpartition(".")[2].capitalize() + name
            number = 2
            while name in taken:
                name, number = f"{name}{number}", number + 1
            self._names[cls] = name
        return self._names[cls]


class _Description:
    """Builds the document of an application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._plugin = MarshmallowPlugin(schema_name_resolver=_Names())
        self._spec = APISpec(
            title="Rapport",
            version=VERSION,
            openapi_version="3.1.0",
            plugins=[self._plugin],
            info={"description": _DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
            servers=[{"url": state.settings().public_url}],
            security=[{"key": []}, {"session": [], "csrf": []}],
        )

    def build(self) -> dict[str, Any]:
        spec, converter = self._spec, self._plugin.converter
        assert converter is not None
        converter.add_attribute_function(_shape_of)  # type: ignore[no-untyped-call]
        schemes = spec.components
        schemes.security_scheme("key", {"type": "http", "scheme": "bearer", "bearerFormat": "rap_sk_..."})
        schemes.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": "__Host-rapport"})
        schemes.security_scheme("csrf", {"type": "apiKey", "in": "header", "name": "X-CSRF-Token"})
        schemes.response(
            "Problem",
            {
                "description": "What is wrong, with a code to switch on.",
                "content": {"application/problem+json": {"schema": schemas.Problem}},
            },
        )
        tags: dict[str, None] = {}
        for rule, method, declared in self._routes():
            tags[declared.tag] = None
            path, variables = _path_of(rule.rule)
            operation = self._operation(rule, method, declared, variables)
            spec.path(path=path, operations={method.lower(): operation})
        for tag in tags:
            spec.tag({"name": tag})
        return spec.to_dict()

    def _routes(self) -> Iterator[tuple[Rule, str, Endpoint]]:
        for rule in self._app.url_map.iter_rules():
            declared = declarations.of(self._app.view_functions[rule.endpoint])
            if declared is None or not is_api(rule.rule):
                continue
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, declared

    def _operation(self, rule: Rule, method: str, declared: Endpoint, variables: list[str]) -> dict[str, Any]:
        operation: dict[str, Any] = {
            "operationId": re.sub(r"\W", "_", rule.endpoint),
            "summary": declared.summary,
            "tags": [declared.tag],
            "parameters": [
                *(
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in variables
                ),
                *map(_parameter, [*declared.parameters, *_headers(method, declared)]),
                *self._query(declared),
            ],
            "responses": self._responses(declared),
        }
        if declared.permission == ANYBODY:
            operation["security"] = [{}]
        else:
            operation["description"] = f"Needs the permission `{declared.permission}`."
        if declared.body is not None:
            media = declared.body_media_type
            operation["requestBody"] = {
                "required": declared.is_body_required,
                "content": {
                    media: {"schema": declared.body},
                    **(
                        {"multipart/form-data": {"schema": declared.form}}
                        if declared.form is not None
                        else {}
                    ),
                },
            }
        return operation

    def _query(self, declared: Endpoint) -> Iterator[dict[str, Any]]:
        if declared.query is None:
            return
        converter = self._plugin.converter
        assert converter is not None
        for name, kind in declared.query._declared_fields.items():
            schema = converter.field2property(kind)
            parameter = {
                "name": kind.data_key or name,
                "in": "query",
                "required": bool(kind.required),
                "schema": schema,
            }
            if isinstance(kind, fields.List):
                parameter |= {"style": "form", "explode": False}
            yield parameter

    def _responses(self, declared: Endpoint) -> dict[str, Any]:
        answer: dict[str, Any] = {"description": "Done" if declared.status == 204 else "The answer"}
        if declared.media_types:
            file = {"schema": {"type": "string", "format": "binary"}}
            answer["content"] = {media.partition(";")[0]: file for media in declared.media_types}
        elif declared.status != 204:
            schema: Any = declared.answers if declared.answers is not None else {"type": "object"}
            answer["content"] = {
                declared.media_type: {"schema": _page(schema) if declared.is_page else schema}
            }
            if declared.tag == "events":
                answer["content"]["text/event-stream"] = {"schema": {"type": "string"}}
        if (
            declared.answers is not None
            and not declared.is_page
            and "version" in declared.answers._declared_fields
        ):
            answer["headers"] = {"ETag": {"description": "The version.", "schema": {"type": "string"}}}
        found: dict[str, Any] = {str(declared.status): answer}
        statuses = (
            {*_USUAL, *declared.statuses} if declared.permission != ANYBODY else {*declared.statuses, 503}
        )
        if declared.parameters or declared.query is not None or declared.body is not None:
            statuses |= {400}
        if declared.body is not None:
            statuses |= {413, 415, 422}
        for status in sorted(statuses):
            if status == 304:
                found["304"] = {"description": _MEANINGS[304]}
            else:
                found[str(status)] = {"$ref": "#/components/responses/Problem"}
        found["default"] = {"$ref": "#/components/responses/Problem"}
        return found


def _path_of(rule: str) -> tuple[str, list[str]]:
    """A route's path in OpenAPI's spelling, and the names of its variables."""
    variables = ["id" if name == "record_id" else name for name in _VARIABLE.findall(rule)]
    return _VARIABLE.sub(
        lambda match: "{" + ("id" if match[1] == "record_id" else match[1]) + "}", rule
    ), variables


def _headers(method: str, declared: Endpoint) -> Iterator[Parameter]:
    if method in ("POST", "PATCH") and declared.permission != ANYBODY:
        text = "Makes the request repeatable for 24 hours; at most 255 characters."
        yield Parameter("Idempotency-Key", text, where="header")
    if declared.takes_version:
        yield Parameter(
            "If-Match", 'The version you saw: `"7"`; or `expected_version` in the body.', where="header"
        )
    if 304 in declared.statuses:
        yield Parameter("If-None-Match", "The version you hold; 304 when it is the newest.", where="header")


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.type}
    if parameter.enum:
        schema["enum"] = list(parameter.enum)
    if parameter.default is not None:
        schema["default"] = parameter.default
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.is_required,
        "schema": schema,
    }


def _page(schema: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["data", "next_cursor"],
        "properties": {
            "data": {"type": "array", "items": schema},
            "next_cursor": {"type": ["string", "null"]},
            "total": {"type": "integer", "description": "With `count=true`."},
            "missing": {"type": "array", "items": {"type": "string"}, "description": "With `ids`."},
            "warnings": {
                "type": "array",
                "items": {"type": "object"},
                "description": "Parts that do not answer.",
            },
        },
    }


def _shape_of(self: Any, field: fields.Field[Any], **kwargs: Any) -> dict[str, Any]:
    """What apispec cannot know of our own field types."""
    if isinstance(field, MoneyField):
        types = ["object", "null"] if field.allow_none else "object"
        return {
            "type": types,
            "required": ["amount", "currency"],
            "properties": {
                "amount": {"type": "string", "examples": ["1250.00"]},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
            },
        }
    if isinstance(field, Id) and field.prefix:
        return {"examples": [f"{field.prefix}_01k8zq3v9fe1wtb5j0c6d7x2ga"]}
    return {}
