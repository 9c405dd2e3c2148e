"""Dry runs: what a workflow would have done with the events of the archive, counted by automation-svc.

A request looks for a few seconds; where that is not enough, its cursor goes on. The cursor holds what was counted,
under a signature, so that nothing is kept here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
import zlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g

from chassis import clock, codec
from chassis.paging import CursorMismatch, InvalidCursor
from gateway import http, state
from gateway.endpoint import endpoint
from gateway.v1 import schemas
from gateway.v1.automation import WORKFLOWS
from messages.automation import DryRunDefinition, DryRunView, DryRunWindow

blueprint = Blueprint("dry_runs", __name__, url_prefix="/v1/workflows")

PERMISSION = "configure"
AT_ONCE = 1000
BUDGET_SECONDS = 4.0
CONTENT = ("trigger", "filter", "actions")


@blueprint.post("/dry-run")
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


@blueprint.post("/<record_id>/dry-run")
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
            "events",
            {"after": found["position"], "types": found["so_far"]["tally"]["waits_for"], "limit": AT_ONCE},
        )
        told = [
            {name: value for name, value in event.items() if name != "position"} for event in page["data"]
        ]
        found["so_far"] = _counted(definition, told, found["so_far"])
        found["position"], found["is_complete"] = page["position"], not page["has_more"]
        found["until"] = told[-1]["time"] if told else found["until"]
        if time.monotonic() - began > BUDGET_SECONDS:
            break
    return {
        **found["so_far"]["tally"],
        "since": found["since"],
        "until": found["until"],
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
        "until": None,
        "is_complete": False,
        "so_far": nothing,
    }


def _counted(
    definition: Mapping[str, Any], events: list[dict[str, Any]], so_far: Mapping[str, Any] | None
) -> dict[str, Any]:
    found: dict[str, Any] = http.call(
        "automation", "dry_run", {**definition, "events": events, "so_far": so_far}
    )
    return found


def _sealed(definition: Mapping[str, Any], found: Mapping[str, Any]) -> str:
    packed = zlib.compress(codec.dumps(dict(found)).encode(), 1)
    return base64.urlsafe_b64encode(_seal(definition, packed) + packed).decode()


def _opened(definition: Mapping[str, Any], cursor: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor)
    except (binascii.Error, ValueError):
        raise InvalidCursor() from None
    seal, packed = raw[:32], raw[32:]
    if not hmac.compare_digest(seal, _seal(definition, packed)):
        raise CursorMismatch()
    found: dict[str, Any] = codec.loads(zlib.decompress(packed))
    return found


def _seal(definition: Mapping[str, Any], packed: bytes) -> bytes:
    """Binds a cursor to its workspace and to what it counts for."""
    about = codec.dumps([g.identity.workspace_id, dict(definition)]).encode()
    return hmac.new(state.settings().secret, about + packed, hashlib.sha256).digest()
