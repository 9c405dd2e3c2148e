"""What the operations of a resource do: read the request, ask the service, answer."""

from __future__ import annotations

from typing import Any

from flask import Response, g, request, url_for

from chassis import context, contracts, ids, paging
from gateway import http, state
from gateway.errors import invalid
from gateway.v1 import batches
from gateway.v1.listing import LIST_PARAMETERS, SHAPE_PARAMETERS, Listing
from gateway.v1.resource import VERSION, Part, Resource


def _require_partner(partner_id: Any) -> None:
    """Refuse to share with a partner whom nobody knows: the services keep no list of them."""
    if not isinstance(partner_id, str) or not ids.is_id(partner_id, "partner"):
        return  # The service's message says what an id looks like.
    ctx = context.system(g.identity.workspace_id, "sharing", request_id=g.request_id)
    found = state.current().call("organisation", "read_partners", ctx, ids=[partner_id])
    if found["missing"]:
        message = f"There is no partner with the id {partner_id}."
        raise invalid("/partner_id", "unknown_reference", message, "GET /v1/partners lists them.")


def _digest(name: str, record_id: str, path: str) -> str:
    return paging.digest_of(g.identity.workspace_id, name, record_id, path)


def with_cursor(page: dict[str, Any], name: str, record_id: str, path: str) -> dict[str, Any]:
    """A page of a part of a record (`/v1/<name>/<record_id>/<path>`) with the cursor of the one after it."""
    rest = {key: value for key, value in page.items() if key != "next"}
    if page["next"] is None:
        return {**rest, "next_cursor": None}
    cursor = paging.encode_cursor(state.settings().secret, page["next"], _digest(name, record_id, path))
    return {**rest, "next_cursor": cursor}


class Views:
    """The operations of one resource."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        list_operation = resource.operation("list")
        self.listing = Listing(resource.name, resource.service, list_operation, resource.view, resource.links)

    # --- reading ---

    def page(self) -> Response:
        http.refuse_unknown([*(parameter.name for parameter in LIST_PARAMETERS), "ids"])
        if "ids" in request.args:
            return self._these(http.words("ids"))
        return self.listing.answer(self.listing.wanted_by_query())

    def search(self) -> Response:
        return self.listing.answer(self.listing.wanted_by_body(http.body()))

    def _these(self, record_ids: list[str]) -> Response:
        shape = self.listing.shape_by_query()
        found = http.call(self.resource.service, self.resource.operation("read"), {"ids": record_ids})
        shaped = self.listing.shaped(found["data"], shape)
        return http.reply({**shaped, "missing": found["missing"], "next_cursor": None})

    def get(self, record_id: str) -> Response:
        http.refuse_unknown(parameter.name for parameter in SHAPE_PARAMETERS)
        shape = self.listing.shape_by_query()
        record = self._do(
            self.resource.operation("get"), {self.resource.id_argument: self.resource.known(record_id)}
        )
        tag = http.etag(record["version"])
        if not shape.expand and http.is_unchanged(record["version"]):
            return Response(status=304, headers={"ETag": tag})
        shaped = self.listing.shaped([record], shape)
        warnings = {"warnings": shaped["warnings"]} if "warnings" in shaped else {}
        return http.reply({**shaped["data"][0], **warnings}, headers={"ETag": tag})

    def part(self, record_id: str, part: Part) -> Response:
        service, id_argument = (
            part.service or self.resource.service,
            part.id_argument or self.resource.id_argument,
        )
        schema = contracts.schema_of(service, part.operation)
        is_paged = "after" in schema._declared_fields
        values = http.arguments(
            schema, hidden=(id_argument, "time_zone", "after"), more=("cursor",) if is_paged else ()
        )
        values[id_argument] = self.resource.known(record_id)
        cursor = values.pop("cursor", None)
        if cursor:
            digest = _digest(self.resource.name, record_id, part.path)
            values["after"] = list(paging.decode_cursor(state.settings().secret, cursor, digest))
        with self.resource.speaking():
            found = http.call(service, part.operation, values)
        return http.reply(with_cursor(found, self.resource.name, record_id, part.path) if is_paged else found)

    # --- writing ---

    def create(self) -> Response:
        record = self.do_create(http.body(), "")
        location = url_for(f"{self.resource.name}.get", record_id=record["id"])
        return http.reply(record, 201, {"ETag": http.etag(record["version"]), "Location": location})

    def do_create(self, values: dict[str, Any], item: str) -> Any:
        id_argument = self.resource.id_argument
        if id_argument in values:
            raise invalid(f"/{id_argument}", "unknown_field", "Unknown field.", "Send it as `id`.")
        arguments = {id_argument if name == "id" else name: value for name, value in values.items()}
        return self._do(self.resource.operation("create"), arguments, item)

    def update(self, record_id: str) -> Response:
        values = http.body()
        version = http.expected_version(values)
        record = self.do_update(self.resource.known(record_id), version, values, "")
        return http.reply(record, headers={"ETag": http.etag(record["version"])})

    def do_update(self, record_id: str, version: Any, values: dict[str, Any], item: str) -> Any:
        arguments = {self.resource.id_argument: record_id, VERSION: version, "changes": values}
        return self._do(self.resource.operation("update"), arguments, item)

    def delete(self, record_id: str) -> Response:
        self._verb(record_id, self.resource.operation("delete"))
        return http.nothing()

    def verb(self, record_id: str, operation: str) -> Response:
        answer = self._verb(record_id, operation)
        # A verb that answers something else than the record has no version to tell.
        return http.reply(
            answer, headers={"ETag": http.etag(answer["version"])} if "version" in answer else {}
        )

    def _verb(self, record_id: str, operation: str) -> Any:
        values = http.body(is_optional=True)
        version = http.expected_version(values) if self.resource.takes_version(operation) else None
        return self.do_verb(operation, self.resource.known(record_id), version, values, "")

    def do_verb(self, operation: str, record_id: str, version: Any, values: dict[str, Any], item: str) -> Any:
        """Run an operation on one record; `version` is None where the operation takes none."""
        if operation == self.resource.operation("share"):
            _require_partner(values.get("partner_id"))
        arguments = {**values, self.resource.id_argument: record_id}
        if version is not None:
            arguments[VERSION] = version
        return self._do(operation, arguments, item)

    def _do(self, operation: str, arguments: dict[str, Any], item: str = "") -> Any:
        with self.resource.speaking():
            return http.call(self.resource.service, operation, arguments, item=item)

    # --- many at once ---

    def batch(self) -> Response:
        return batches.run(http.body(largest=http.LARGEST_BATCH), self.batch_operations())

    def batch_operations(self) -> dict[str, batches.Run]:
        """What a batch may do, by name."""
        resource = self.resource
        found: dict[str, batches.Run] = {}
        if resource.has("create"):
            found["create"] = lambda entry, item: (201, self.do_create(entry.data, item))
        if resource.has("update"):
            found["update"] = lambda entry, item: (
                200,
                self.do_update(entry.record_id, entry.version(), entry.data, item),
            )
        verbs = {verb.path: verb.operation for verb in resource.all_verbs}
        verbs |= {
            action: resource.operation(action) for action in ("delete", "restore") if resource.has(action)
        }
        return found | {name: self._batch_verb(name, operation) for name, operation in verbs.items()}

    def _batch_verb(self, name: str, operation: str) -> batches.Run:
        takes_version = self.resource.takes_version(operation)

        def run(entry: batches.Entry, item: str) -> tuple[int, Any]:
            version = entry.version() if takes_version else None
            record = self.do_verb(operation, entry.record_id, version, entry.data, item)
            return (204, None) if name == "delete" else (200, record)

        return run
