"""Whether this process lives (/healthz) and whether it can do its own work (/readyz).

The broker is not asked: without it people still sign in and read what jobs did, and every other answer says which part
is missing.
"""

from __future__ import annotations

from flask import Blueprint, Response

from chassis import migrate
from gateway import http, state

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    return http.reply({"status": "ok"})


@blueprint.get("/readyz")
def ready() -> Response:
    try:
        migrate.require_current("gateway", state.current().runtime.database)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        return http.reply({"status": "not ready", "reason": type(error).__name__}, 503)
    return http.reply({"status": "ok"})
