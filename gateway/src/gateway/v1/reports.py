"""Reports: reporting-svc's answers as they are, with links in place of filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response
from marshmallow import Schema

from chassis import contracts
from gateway import http
from gateway.endpoint import Endpoint, declare

SERVICE = "reporting"
REPORTS = {
    "win-rate": "win_rate",
    "sales-cycle": "sales_cycle",
    "pipeline": "pipeline",
    "leaderboard": "leaderboard",
    "metrics": "metrics",
    "attribution": "attribution",
}

blueprint = Blueprint("reports", __name__, url_prefix="/v1/reports")


def _report(operation: str, schema: type[Schema]) -> Callable[[], Response]:
    def view() -> Response:
        report = http.call(SERVICE, operation, http.arguments(schema))
        for row in report["data"] if isinstance(report["data"], list) else (report["data"],):
            _link(row)
            for figure in (row, *row.get("groups", ())):
                for one in figure.get("inputs", ()):
                    _link(one, one["list"])
        _link(report)
        return http.reply(report)

    return view


def _link(row: dict[str, Any], records: str = "deals") -> None:
    """`records` becomes the address of the list of records behind a figure."""
    if row.get("records") is not None:
        row["records"] = f"/v1/{records}?{urlencode({'filter': row['records']})}"


for _path, _operation in REPORTS.items():
    _schema = contracts.schema_of(SERVICE, _operation)
    _view = _report(_operation, _schema)
    declare(
        _view,
        Endpoint(
            summary=(_schema.__doc__ or _path).strip().partition("\n")[0].rstrip("."),
            permission=str(getattr(_schema, "permission", "report")),
            tag="reports",
            query=_schema,
            answers=getattr(_schema, "answers", None),
        ),
    )
    blueprint.add_url_rule(f"/{_path}", _path, _view, methods=["GET"])
