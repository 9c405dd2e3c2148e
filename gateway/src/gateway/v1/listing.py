"""Lists as every resource has them: filter, sort, pages by signed cursors, chosen fields, expanded links, a count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Response, g, request
from marshmallow import Schema

from chassis import paging
from chassis.errors import Malformed
from gateway import http, state
from gateway.endpoint import Parameter
from gateway.v1 import links as linking
from gateway.v1 import schemas
from gateway.v1.links import Link

SHAPE_PARAMETERS = (
    Parameter("fields", "Only these fields, separated by commas; `id` always comes."),
    Parameter("expand", "Put linked records beside their ids: `account,owner`."),
)
CURSOR = Parameter(
    "cursor", "`next_cursor` of the page before; it belongs to the same filter and sort order."
)
LIST_PARAMETERS = (
    Parameter(
        "filter", 'The filter language: `amount >= 50000 AND created_at > now - 30d AND name ~ "acme"`.'
    ),
    Parameter("sort", "At most four fields, a minus sorts downwards: `-amount,name`."),
    Parameter("limit", "How many records a page has, 1 to 200.", "integer", default=paging.DEFAULT_LIMIT),
    CURSOR,
    *SHAPE_PARAMETERS,
    Parameter("count", "Whether to count all matching records into `total`.", "boolean", default=False),
)


class UnknownField(Malformed):
    code = "unknown_field"
    message = "There is no field {name}; records have {allowed}."


@dataclass(frozen=True)
class Shape:
    """How records are shown: chosen fields (all when empty) and expanded links."""

    fields: Sequence[str]
    expand: Mapping[str, Link]


@dataclass(frozen=True)
class Wanted:
    """One page of a list, as a caller asked for it."""

    filter: Any
    sort: str
    limit: int
    cursor: str | None
    count: bool
    shape: Shape


class Listing:
    """The list of one resource: asks `operation` of `service`, shows records of `view`."""

    def __init__(
        self, name: str, service: str, operation: str, view: type[Schema], links: Mapping[str, Link]
    ) -> None:
        self._name, self._service, self._operation = name, service, operation
        self._fields = tuple(view._declared_fields)
        self._links = links

    def wanted_by_query(self) -> Wanted:
        """What the query's parameters ask for."""
        return Wanted(
            filter=request.args.get("filter") or None,
            sort=request.args.get("sort", ""),
            limit=paging.check_limit(request.args.get("limit")),
            cursor=request.args.get("cursor"),
            count=http.flag("count"),
            shape=self.shape_by_query(),
        )

    def wanted_by_body(self, body: dict[str, Any]) -> Wanted:
        """What the body of a search asks for."""
        values = schemas.load(schemas.Search, body)
        return Wanted(
            filter=values["filter"],
            sort=values["sort"],
            limit=paging.check_limit(values["limit"]),
            cursor=values["cursor"],
            count=values["count"],
            shape=self._shape(values["fields"], values["expand"]),
        )

    def shape_by_query(self) -> Shape:
        return self._shape(http.words("fields"), http.words("expand"))

    def _shape(self, names: Sequence[str], expand: Sequence[str]) -> Shape:
        for name in names:
            if name not in self._fields:
                raise UnknownField(name=name[:80], allowed=", ".join(self._fields))
        return Shape(names, linking.chosen(expand, self._links))

    def answer(self, wanted: Wanted) -> Response:
        """The page, with a cursor to the next one that is bound to this filter and sort order."""
        secret = state.settings().secret
        canonical = json.dumps(wanted.filter, sort_keys=True)
        digest = paging.digest_of(g.identity.workspace_id, self._name, canonical, wanted.sort)
        after = None if not wanted.cursor else list(paging.decode_cursor(secret, wanted.cursor, digest))
        found = http.call(
            self._service,
            self._operation,
            {
                "filter": wanted.filter,
                "sort": wanted.sort,
                "limit": wanted.limit,
                "after": after,
                "count": wanted.count,
                "time_zone": g.identity.time_zone,
            },
        )
        cursor = None if found["next"] is None else paging.encode_cursor(secret, found["next"], digest)
        page = {**self.shaped(found["data"], wanted.shape), "next_cursor": cursor}
        if "total" in found:
            page["total"] = found["total"]
        response = http.reply(page)
        if cursor is not None and request.method == "GET":
            query = urlencode({**request.args.to_dict(), "cursor": cursor})
            response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
        return response

    def shaped(self, records: list[dict[str, Any]], shape: Shape) -> dict[str, Any]:
        """The records with expanded links and only the chosen fields, as `{"data": [...], "warnings"?}`."""
        warnings = linking.expand(records, shape.expand) if shape.expand and records else []
        if shape.fields:
            names = dict.fromkeys(("id", *shape.fields, *shape.expand))
            records = [{name: record[name] for name in names if name in record} for record in records]
        return {"data": records, "warnings": warnings} if warnings else {"data": records}
