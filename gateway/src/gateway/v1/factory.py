"""The factory: makes every route the interface promises for a kind of record, out of what its service's messages say.

`ListThings`, `GetThing` and `ReadThings` must be there; `ExportThings`, `CreateThing`, `UpdateThing`, `DeleteThing`,
`RestoreThing` and `ShareThing` bring their routes with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response

from chassis import contracts
from gateway.endpoint import Endpoint, Parameter, declare
from gateway.ledger.views import LedgerView
from gateway.v1 import batches, exports, ledgers, schemas
from gateway.v1.listing import CURSOR, LIST_PARAMETERS, SHAPE_PARAMETERS
from gateway.v1.resource import Part, Resource, Verb
from gateway.v1.views import Views

IDS = Parameter("ids", "Only these records, at most 200 ids, order kept; those missing are named.")
CHANGED = (404, 409, 410, 412, 428)


def blueprint(resource: Resource) -> Blueprint:
    """All routes of a resource; raises `AttributeError` when its service's messages lack list, read or get."""
    made = Blueprint(resource.name, __name__, url_prefix=f"/v1/{resource.name}")
    routes = _Routes(resource, Views(resource), made)
    routes.reads()
    routes.writes()
    for verb in resource.all_verbs:
        routes.verb(verb)
    for part in resource.all_parts:
        routes.part(part)
    return made


@dataclass
class _Routes:
    resource: Resource
    views: Views
    made: Blueprint

    def add(
        self,
        rule: str,
        method: str,
        view: Callable[..., Response],
        summary: str,
        *,
        operation: str,
        service: str = "",
        name: str = "",
        **more: Any,
    ) -> None:
        """One route, with the permission that the message of `operation` asks for."""

        def run(**values: Any) -> Response:
            return view(**values)

        message = contracts.schema_of(service or self.resource.service, operation)
        permission: str = getattr(message, "permission", "write")
        declare(run, Endpoint(summary=summary, permission=permission, tag=self.resource.name, **more))
        self.made.add_url_rule(rule, name or view.__name__, run, methods=[method])

    def reads(self) -> None:
        resource, views = self.resource, self.views
        reads, gets = resource.operation("list"), resource.operation("get")
        resource.schema(resource.operation("read"))
        words = resource.name.replace("-", " ")
        self.add(
            "",
            "GET",
            views.page,
            f"List {words}",
            operation=reads,
            parameters=[*LIST_PARAMETERS, IDS],
            answers=resource.view,
            is_page=True,
        )
        self.add(
            "/search",
            "POST",
            views.search,
            f"Search {words} with a filter too long for an address",
            operation=reads,
            body=schemas.Search,
            answers=resource.view,
            is_page=True,
        )
        if resource.has("export"):
            self.add(
                "/export",
                "GET",
                partial(exports.answer, resource),
                f"Export {words} as a file: CSV, XLSX or JSON lines",
                operation=resource.operation("export"),
                name="export",
                parameters=exports.EXPORT_PARAMETERS,
                media_types=tuple(exports.FORMATS.values()),
            )
        self.add(
            "/<record_id>",
            "GET",
            views.get,
            f"Get one {resource.noun}",
            operation=gets,
            parameters=SHAPE_PARAMETERS,
            answers=resource.view,
            statuses=(304, 404, 410),
        )
        if "ledger" not in resource.hand_made:
            self.add(
                "/<record_id>/ledger",
                "GET",
                lambda record_id: ledgers.record_ledger(resource, record_id),
                f"What happened to one {resource.noun}, what it caused, and what was suppressed, waits or failed",
                operation=gets,
                name="ledger",
                parameters=ledgers.PARAMETERS,
                answers=LedgerView,
                statuses=(404,),
            )

    def writes(self) -> None:
        resource, views = self.resource, self.views
        if resource.has("create"):
            operation = resource.operation("create")
            self.add(
                "",
                "POST",
                views.create,
                self._sentence(resource.service, operation),
                operation=operation,
                body=schemas.creation(resource.schema(operation), resource.id_argument),
                answers=resource.view,
                status=201,
                statuses=(409,),
            )
        if resource.has("update"):
            operation = resource.operation("update")
            self.add(
                "/<record_id>",
                "PATCH",
                views.update,
                self._sentence(resource.service, operation),
                operation=operation,
                body=schemas.changes(resource.schema(operation)),
                answers=resource.view,
                statuses=CHANGED,
                takes_version=True,
            )
        if resource.has("delete"):
            operation = resource.operation("delete")
            takes_version = resource.takes_version(operation)
            self.add(
                "/<record_id>",
                "DELETE",
                views.delete,
                f"Delete one {resource.noun}",
                operation=operation,
                status=204,
                statuses=CHANGED if takes_version else (404, 410),
                takes_version=takes_version,
            )
        if resource.has("restore"):
            self.verb(Verb("restore", resource.operation("restore")))
        operations = self.views.batch_operations()
        if operations:
            # The batch itself asks for the least; each operation asks the service for its own permission.
            self.add(
                "/batch",
                "POST",
                views.batch,
                f"Do up to {batches.MOST:,} of {', '.join(operations)}",
                operation=resource.operation("list"),
                body=schemas.Batch,
                answers=schemas.BatchAnswer,
            )

    def verb(self, verb: Verb) -> None:
        schema = self.resource.schema(verb.operation)
        takes_version = self.resource.takes_version(verb.operation)

        def view(record_id: str) -> Response:
            return self.views.verb(record_id, verb.operation)

        self.add(
            f"/<record_id>/{verb.path}",
            "POST",
            view,
            self._sentence(self.resource.service, verb.operation),
            operation=verb.operation,
            name=verb.path,
            body=schemas.verb(schema, self.resource.id_argument),
            is_body_required=False,
            answers=getattr(schema, "answers", None),
            statuses=CHANGED if takes_version else (404,),
            takes_version=takes_version,
        )

    def part(self, part: Part) -> None:
        service = part.service or self.resource.service
        id_argument = part.id_argument or self.resource.id_argument
        schema = contracts.schema_of(service, part.operation)

        is_paged = "after" in schema._declared_fields
        answers = getattr(schema, "answers", None)

        def view(record_id: str) -> Response:
            return self.views.part(record_id, part)

        self.add(
            f"/<record_id>/{part.path}",
            "GET",
            view,
            self._sentence(service, part.operation),
            operation=part.operation,
            service=service,
            name=part.path,
            query=schemas.without(schema, id_argument, "time_zone", "after"),
            parameters=[CURSOR] if is_paged else [],
            answers=schemas.item(answers) if is_paged and answers is not None else answers,
            is_page=is_paged,
            statuses=(404,),
        )

    @staticmethod
    def _sentence(service: str, operation: str) -> str:
        """The first line of a message's docstring, or its name as words."""
        text = (contracts.schema_of(service, operation).__doc__ or "").strip().partition("\n")[0]
        return text.rstrip(".") if text else operation.replace("_", " ").capitalize()
