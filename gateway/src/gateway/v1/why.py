"""Why a workflow acted on a record, or why not: the archive's events of the record, explained by automation-svc."""

from __future__ import annotations

from flask import Blueprint, Response, request

from chassis import ids
from gateway import http
from gateway.endpoint import Parameter, endpoint
from gateway.v1.automation import WORKFLOWS
from messages.automation import WhyView

blueprint = Blueprint("why", __name__, url_prefix="/v1/workflows")

NEWEST = 200
RECORD = Parameter("record_id", "The record that something did or did not happen to.", is_required=True)


@blueprint.get("/<record_id>/why")
@endpoint(
    "Why a workflow acted on a record, or why not",
    permission="read",
    tag=WORKFLOWS.name,
    parameters=(RECORD,),
    answers=WhyView,
)
def why(record_id: str) -> Response:
    http.refuse_unknown(("record_id",))
    about = request.args.get("record_id", "")
    if not ids.is_id(about):
        raise http.BadParameter(name="record_id", must="is the id of a record, like deal_01k...")
    events = http.call(
        "reporting", "record_events", {"record_id": about, "newest_first": True, "limit": NEWEST}
    )
    told = [{name: value for name, value in event.items() if name != "position"} for event in events["data"]]
    return http.reply(
        http.call("automation", "why", {"workflow_id": WORKFLOWS.known(record_id), "events": told})
    )
