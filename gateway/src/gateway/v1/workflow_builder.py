"""What workflows are made of, and dry runs: what one would have done with the events of the archive.

A request looks for a few seconds; where that is not enough, its cursor goes on. The cursor holds what was counted,
under a signature, so that nothing is kept here.
"""

from __future__ import annotations

import base64
import time
import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g

from chassis import clock, codec, paging
from gateway import http, state
from gateway.endpoint import endpoint
from gateway.v1 import schemas
from gateway.v1.automation import WORKFLOWS
from messages.automation import DryRunDefinition, DryRunView, DryRunWindow, WorkflowPartsView

blueprint = Blueprint("workflow_builder", __name__, url_prefix="/v1")

PERMISSION = "configure"
AT_ONCE = 1000
BUDGET_SECONDS = 4.0
CONTENT = ("trigger", "filter", "actions")


@blueprint.get("/workflow-parts")
@endpoint(
    "What workflows are made of: triggers, fields, actions",
    permission="read",
    tag=WORKFLOWS.name,
    answers=WorkflowPartsView,
)
def parts() -> Response:
    http.refuse_unknown(())
    return http.reply(http.call("automation", "workflow_parts"))


@blueprint.post("/workflows/dry-run")
@endpoint(
    "Count what a workflow would have done in the past",
    permission=PERMISSION,
    tag=WORKFLOWS.name,
    body=DryRunDefinition,
    answers=DryRunView,
)
def dry_run() -> Response:
    values = schemas.load(DryRunDefinition, http.body(largest=http.LARGEST_BATCH))
    return http.reply(_look(values))


@blueprint.post("/workflows/<record_id>/dry-run")
@endpoint(
    "Count what this workflow would have done in the past",
    permission=PERMISSION,
    tag=WORKFLOWS.name,
    body=DryRunWindow,
    is_body_required=False,
    answers=DryRunView,
)
def dry_run_of(record_id: str) -> Response:
    values = schemas.load(DryRunWindow, http.body(largest=http.LARGEST_BATCH, is_optional=True))
    workflow = http.call("automation", "get_workflow", {"workflow_id": WORKFLOWS.known(record_id)})
    return http.reply(_look({**values, **{name: workflow.get(name) for name in CONTENT}}))


def _look(values: Mapping[str, Any]) -> dict[str, Any]:
    began = time.monotonic()
    definition = {name: values[name] for name in CONTENT}
    found = _begun(definition, values)
    while not found["is_complete"]:
        page = http.call(
            "reporting",
            "raw_events",
            {"after": found["position"], "types": found["so_far"]["tally"]["waits_for"], "limit": AT_ONCE},
        )
        found["so_far"] = _counted(definition, page["data"], found["so_far"])
        found["position"], found["is_complete"] = page["position"], not page["has_more"]
        if time.monotonic() - began > BUDGET_SECONDS:
            break
    return {
        **found["so_far"]["tally"],
        "since": found["since"],
        "is_complete": found["is_complete"],
        "next_cursor": None if found["is_complete"] else _sealed(definition, found),
    }


def _begun(definition: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Where the look goes on, or where it begins."""
    if values["cursor"] is not None:
        return _opened(definition, values["cursor"])
    # Refused before anything is looked at, if it is to be refused.
    nothing = _counted(definition, [], None)
    since = clock.now() - timedelta(days=values["days"])
    position = http.call("reporting", "position_before", {"moment": clock.to_text(since)})["position"]
    return {
        "position": position,
        "since": clock.to_text(since),
        "is_complete": False,
        "so_far": nothing,
    }


def _counted(
    definition: Mapping[str, Any], events: list[str], so_far: Mapping[str, Any] | None
) -> dict[str, Any]:
    found: dict[str, Any] = http.call(
        "automation", "dry_run", {**definition, "events": events, "so_far": so_far}
    )
    return found


def _sealed(definition: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    """Where the look goes on, with what was counted, packed: counts of many records make it long."""
    packed = base64.b64encode(zlib.compress(codec.dumps(dict(found)).encode())).decode()
    return paging.encode_cursor(state.settings().secret, [packed], _digest(definition))


def _opened(definition: Mapping[str, Any], cursor: str) -> dict[str, Any]:
    """Raises `InvalidCursor`, or `CursorMismatch` for that of another workspace or workflow."""
    (packed,) = paging.decode_cursor(state.settings().secret, cursor, _digest(definition))
    found: dict[str, Any] = codec.loads(zlib.decompress(base64.b64decode(packed)))
    return found


def _digest(definition: Mapping[str, Any]) -> str:
    return paging.digest_of(g.identity.workspace_id, "dry-run", codec.dumps(dict(definition)))
