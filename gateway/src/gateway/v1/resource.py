"""The factory: a resource says its name, service and noun, and gets every operation the interface promises.

Which operations a kind of record has follows from its service's messages: `ListThings`, `GetThing`, `CreateThing` ...
The fields of the interface are those of the messages, without ids and expected versions, which travel in addresses
and headers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, request, url_for
from marshmallow import Schema

from chassis import contracts
from chassis.errors import AppError, FieldError
from gateway import http
from gateway.endpoint import Endpoint, Parameter, declare
from gateway.errors import invalid
from gateway.v1 import batches, schemas
from gateway.v1.links import Link
from gateway.v1.listing import LIST_PARAMETERS, SHAPE_PARAMETERS, Listing


@dataclass(frozen=True)
class Verb:
    """`POST /{id}/<path>` does `operation`."""

    path: str
    operation: str


@dataclass(frozen=True)
class Part:
    """`GET /{id}/<path>` reads `operation`, which takes the record's id and whatever else its message says."""

    path: str
    operation: str


@dataclass(frozen=True)
class Resource:
    """A kind of record. `create` names the operation that makes one when it is not `create_<noun>`."""

    name: str
    service: str
    noun: str
    create: str = ""
    plural: str = ""
    links: Mapping[str, Link] = field(default_factory=dict)
    verbs: tuple[Verb, ...] = ()
    parts: tuple[Part, ...] = ()
    hand_made: frozenset[str] = frozenset()

    def operation(self, action: str) -> str:
        """The service's name for an action: list, read, get, create, update, delete, restore."""
        if action == "create" and self.create:
            return self.create
        if action in ("list", "read"):
            return f"{action}_{self.plural or self.name.replace('-', '_')}"
        return f"{action}_{self.noun}"

    def schema(self, operation: str) -> type[Schema] | None:
        """The message of an operation, or None when the service has none by that name."""
        try:
            return contracts.schema_of(self.service, operation)
        except AttributeError:
            return None

    @property
    def id_argument(self) -> str:
        return f"{self.noun}_id"

    @property
    def view(self) -> type[Schema]:
        """What a record shows."""
        answers: type[Schema] | None = getattr(
            contracts.schema_of(self.service, self.operation("get")), "answers", None
        )
        if answers is None:
            raise AttributeError(f"messages.{self.service}: the get operation of {self.noun} says no answer")
        return answers

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """Let the service's complaints point into the caller's body rather than into its own arguments."""
        try:
            yield
        except AppError as error:
            error.errors = [self._pointed(entry) for entry in error.errors]
            if error.kind == "invalid":
                error.text = error.text.replace(" changes/", " ")
            raise

    def _pointed(self, entry: FieldError) -> FieldError:
        pointer = entry.get("pointer", "/").removeprefix("/changes")
        return {**entry, "pointer": "/id" if pointer == f"/{self.id_argument}" else pointer or "/"}


def blueprint(resource: Resource) -> Blueprint:
    """All routes of a resource; raises `AttributeError` when its service's messages lack list or get."""
    for action in ("list", "get", "read"):
        contracts.schema_of(resource.service, resource.operation(action))
    routes = _Routes(resource)
    made = Blueprint(resource.name, __name__, url_prefix=f"/v1/{resource.name}")
    routes.register(made)
    return made


class _Routes:
    """The views of one resource."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.listing = Listing(
            resource.name, resource.service, resource.operation("list"), resource.view, resource.links
        )

    # --- reading ---

    def page(self) -> Response:
        http.refuse_unknown([*(parameter.name for parameter in LIST_PARAMETERS), "ids"])
        if "ids" in request.args:
            return http.reply(self._many(http.words("ids")))
        return self.listing.answer(self.listing.wanted_by_query())

    def search(self) -> Response:
        return self.listing.answer(self.listing.wanted_by_body(http.body()))

    def _many(self, record_ids: list[str]) -> dict[str, Any]:
        shape = self.listing.shape_by_query()
        found = http.call(self.resource.service, self.resource.operation("read"), {"ids": record_ids})
        return {**self.listing.shaped(found["data"], shape), "missing": found["missing"], "next_cursor": None}

    def get(self, record_id: str) -> Response:
        http.refuse_unknown(parameter.name for parameter in SHAPE_PARAMETERS)
        shape = self.listing.shape_by_query()
        with self.resource.speaking():
            arguments = {self.resource.id_argument: record_id}
            record = http.call(self.resource.service, self.resource.operation("get"), arguments)
        tag = http.etag(record["version"])
        if not shape.expand and http.is_unchanged(record["version"]):
            return Response(status=304, headers={"ETag": tag})
        shaped = self.listing.shaped([record], shape)
        warnings = {"warnings": shaped["warnings"]} if "warnings" in shaped else {}
        return http.reply({**shaped["data"][0], **warnings}, headers={"ETag": tag})

    def part(self, record_id: str, part: Part) -> Response:
        schema = contracts.schema_of(self.resource.service, part.operation)
        values = http.arguments(schema, hidden=(self.resource.id_argument, "time_zone"))
        with self.resource.speaking():
            values[self.resource.id_argument] = record_id
            found = http.call(self.resource.service, part.operation, values)
        return http.reply(found)

    # --- writing ---

    def create(self) -> Response:
        values = http.body()
        record = self.do_create(values, "")
        location = url_for(f"{self.resource.name}.get", record_id=record["id"])
        return http.reply(record, 201, {"ETag": http.etag(record["version"]), "Location": location})

    def do_create(self, values: dict[str, Any], item: str) -> Any:
        if self.resource.id_argument in values:
            raise invalid(
                f"/{self.resource.id_argument}", "unknown_field", "Unknown field.", "Send it as `id`."
            )
        arguments = {name: value for name, value in values.items() if name != "id"}
        if "id" in values:
            arguments[self.resource.id_argument] = values["id"]
        return self._do(self.resource.operation("create"), arguments, item)

    def update(self, record_id: str) -> Response:
        values = http.body()
        version = http.expected_version(values)
        record = self.do_update(record_id, version, values, "")
        return http.reply(record, headers={"ETag": http.etag(record["version"])})

    def do_update(self, record_id: str, version: Any, values: dict[str, Any], item: str) -> Any:
        arguments = {self.resource.id_argument: record_id, "expected_version": version, "changes": values}
        return self._do(self.resource.operation("update"), arguments, item)

    def delete(self, record_id: str) -> Response:
        values = http.body(is_optional=True)
        operation = self.resource.operation("delete")
        version = http.expected_version(values) if self._wants_version(operation) else None
        self.do_verb(operation, record_id, version, values, "")
        return http.nothing()

    def verb(self, record_id: str, operation: str) -> Response:
        values = http.body(is_optional=True)
        version = http.expected_version(values) if self._wants_version(operation) else None
        record = self.do_verb(operation, record_id, version, values, "")
        tag = (
            {"ETag": http.etag(record["version"])} if isinstance(record, dict) and "version" in record else {}
        )
        return http.reply(record, headers=tag)

    def do_verb(self, operation: str, record_id: str, version: Any, values: dict[str, Any], item: str) -> Any:
        """Run an operation on one record; `version` is left out where the operation takes none."""
        arguments = {**values, self.resource.id_argument: record_id}
        if version is not None:
            arguments["expected_version"] = version
        return self._do(operation, arguments, item)

    def _do(self, operation: str, arguments: dict[str, Any], item: str) -> Any:
        with self.resource.speaking():
            return http.call(self.resource.service, operation, arguments, item=item)

    def _wants_version(self, operation: str) -> bool:
        return "expected_version" in contracts.schema_of(self.resource.service, operation)._declared_fields

    def batch(self) -> Response:
        return batches.run(http.body(largest=http.LARGEST_BATCH), self._batch_operations())

    def _batch_operations(self) -> dict[str, batches.Run]:
        found: dict[str, batches.Run] = {}
        if self._has("create"):
            found["create"] = lambda entry, item: (201, self.do_create(entry.data, item))
        if self._has("update"):
            found["update"] = lambda entry, item: (
                200,
                self.do_update(entry.record_id, entry.version(), entry.data, item),
            )
        others = {verb.path: verb.operation for verb in self.resource.verbs}
        others |= {
            action: self.resource.operation(action) for action in ("delete", "restore") if self._has(action)
        }
        for name, operation in others.items():
            found[name] = self._batch_verb(name, operation)
        return found

    def _batch_verb(self, name: str, operation: str) -> batches.Run:
        wants_version = self._wants_version(operation)

        def run(entry: batches.Entry, item: str) -> tuple[int, Any]:
            version = entry.version() if wants_version else None
            record = self.do_verb(operation, entry.record_id, version, entry.data, item)
            return (204, None) if name == "delete" else (200, record)

        return run

    def _has(self, action: str) -> bool:
        return (
            action not in self.resource.hand_made
            and self.resource.schema(self.resource.operation(action)) is not None
        )

    # --- registration ---

    def register(self, made: Blueprint) -> None:
        resource, noun = self.resource, self.resource.noun.replace("_", " ")
        reads = self._permission(resource.operation("list"))
        version = "expected_version"

        def add(
            rule: str, method: str, name: str, view: Callable[..., Response], declaration: Endpoint
        ) -> None:
            def run(**values: Any) -> Response:
                return view(**values)

            declare(run, declaration)
            made.add_url_rule(rule, name, run, methods=[method])

        def described(summary: str, **more: Any) -> Endpoint:
            return Endpoint(summary=summary, tag=resource.name, **{"permission": reads, **more})

        add(
            "",
            "GET",
            "list",
            self.page,
            described(
                f"List {resource.name}",
                parameters=[
                    *LIST_PARAMETERS,
                    Parameter("ids", "Only these records, at most 200 ids, order kept."),
                ],
                answers=resource.view,
                is_page=True,
            ),
        )
        add(
            "/search",
            "POST",
            "search",
            self.search,
            described(f"Search {resource.name}", body=schemas.Search, answers=resource.view, is_page=True),
        )
        add(
            "/<record_id>",
            "GET",
            "get",
            self.get,
            described(
                f"Get one {noun}",
                parameters=SHAPE_PARAMETERS,
                answers=resource.view,
                statuses=(304, 404, 410),
            ),
        )
        if self._has("create"):
            operation = resource.operation("create")
            more: dict[str, Any] = {
                "permission": self._permission(operation),
                "body": schemas.creation(
                    contracts.schema_of(resource.service, operation), resource.id_argument
                ),
                "answers": resource.view,
                "status": 201,
                "statuses": (409,),
            }
            add("", "POST", "create", self.create, described(self._sentence(operation), **more))
        if self._has("update"):
            operation = resource.operation("update")
            schema = contracts.schema_of(resource.service, operation)
            more = {
                "permission": self._permission(operation),
                "body": schemas.changes(schema),
                "answers": resource.view,
                "statuses": (404, 409, 410, 412, 428),
            }
            add("/<record_id>", "PATCH", "update", self.update, described(self._sentence(operation), **more))
        if self._has("delete"):
            operation = resource.operation("delete")
            statuses = (404, 410, 412, 428) if self._wants_version(operation) else (404, 410)
            more = {"permission": self._permission(operation), "status": 204, "statuses": statuses}
            add("/<record_id>", "DELETE", "delete", self.delete, described(f"Delete one {noun}", **more))
        verbs = list(resource.verbs)
        if self._has("restore"):
            verbs.append(Verb("restore", resource.operation("restore")))
        for verb in verbs:
            self._register_verb(add, described, verb, version)
        for part in resource.parts:
            self._register_part(add, described, part)
        operations = self._batch_operations()
        if operations:
            add(
                "/batch",
                "POST",
                "batch",
                self.batch,
                described(
                    f"Do up to {batches.MOST:,} operations on {resource.name}: {', '.join(operations)}",
                    permission="write",
                    body=schemas.Batch,
                    answers=schemas.BatchAnswer,
                ),
            )

    def _register_verb(self, add: Any, described: Any, verb: Verb, version: str) -> None:
        resource = self.resource
        schema = contracts.schema_of(resource.service, verb.operation)
        wants = version in schema._declared_fields

        def view(record_id: str) -> Response:
            return self.verb(record_id, verb.operation)

        add(
            f"/<record_id>/{verb.path}",
            "POST",
            verb.path,
            view,
            described(
                self._sentence(verb.operation),
                permission=self._permission(verb.operation),
                body=schemas.verb(schema, resource.id_argument),
                is_body_required=False,
                answers=getattr(schema, "answers", None),
                statuses=(404, 410, 412, 428) if wants else (404,),
            ),
        )

    def _register_part(self, add: Any, described: Any, part: Part) -> None:
        resource = self.resource
        schema = contracts.schema_of(resource.service, part.operation)

        def view(record_id: str) -> Response:
            return self.part(record_id, part)

        add(
            f"/<record_id>/{part.path}",
            "GET",
            part.path,
            view,
            described(
                self._sentence(part.operation),
                permission=self._permission(part.operation),
                query=schemas.without(schema, resource.id_argument, "time_zone"),
                answers=getattr(schema, "answers", None),
                statuses=(404,),
            ),
        )

    def _permission(self, operation: str) -> str:
        permission: str = getattr(
            contracts.schema_of(self.resource.service, operation), "permission", "write"
        )
        return permission

    def _sentence(self, operation: str) -> str:
        """The first sentence of a message's docstring, or its name as words."""
        text = (
            (contracts.schema_of(self.resource.service, operation).__doc__ or "").strip().partition("\n")[0]
        )
        return text.rstrip(".") if text else operation.replace("_", " ").capitalize()
