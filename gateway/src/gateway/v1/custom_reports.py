"""Reports that people build: kept like every record, run by their definition or as they were kept."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import http
from gateway.endpoint import endpoint
from gateway.v1.links import OWNER
from gateway.v1.resource import Part, Resource
from messages.reporting import BuiltReport, DatasetsView, ReportDefinition, RunReport

SERVICE = "reporting"

REPORTS = Resource(
    "custom-reports",
    SERVICE,
    "custom_report",
    links={"owner": OWNER},
    parts=(Part("result", "run_custom_report"),),
)
RESOURCES = (REPORTS,)

blueprint = Blueprint("report_builder", __name__, url_prefix="/v1")


@blueprint.post("/report-queries")
@endpoint(
    "Run a report by its definition",
    permission=RunReport.permission,
    tag=REPORTS.name,
    body=ReportDefinition,
    answers=BuiltReport,
)
def run() -> Response:
    return http.reply(http.call(SERVICE, "run_report", {"definition": http.body()}))


@blueprint.get("/report-datasets")
@endpoint(
    "What reports can be built over, with the fields of each",
    permission="report",
    tag=REPORTS.name,
    answers=DatasetsView,
)
def datasets() -> Response:
    http.refuse_unknown(())
    return http.reply(http.call(SERVICE, "datasets"))
