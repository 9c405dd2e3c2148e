"""Puts the gateway together: what happens around every request, and which routes there are."""

from __future__ import annotations

import re
import time
from typing import Any

from flask import Flask, Response, g, request

from chassis import ids
from gateway import (
    authentication,
    catalogue,
    docs,
    endpoint,
    errors,
    health,
    live,
    llms,
    metrics,
    openapi,
    overviews,
    state,
    ui,
)
from gateway.admission import Admission
from gateway.endpoint import is_api
from gateway.errors import Overloaded
from gateway.settings import Settings
from gateway.state import State
from gateway.v1 import (
    custom_reports,
    dead_letters,
    imports,
    jobs,
    ledgers,
    meta,
    notifications,
    organisation,
    quality,
    reports,
    signals,
    why,
    workflow_builder,
)
from gateway.v1.factory import blueprint

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._:-]{1,80}$")
BLUEPRINTS = (
    organisation.blueprint,
    overviews.blueprint,
    reports.blueprint,
    imports.blueprint,
    jobs.blueprint,
    notifications.blueprint,
    signals.blueprint,
    workflow_builder.blueprint,
    dead_letters.blueprint,
    why.blueprint,
    custom_reports.blueprint,
    quality.blueprint,
    ledgers.blueprint,
    live.blueprint,
    catalogue.blueprint,
    meta.blueprint,
    openapi.blueprint,
    docs.blueprint,
    llms.blueprint,
    health.blueprint,
)


def create_app(settings: Settings) -> Flask:
    """The gateway as a WSGI application. It opens no connection and starts no thread before its first request."""
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[state.KEY] = State(settings)
    app.before_request(_begin)
    app.before_request(authentication.require_caller)
    app.after_request(_finish)
    errors.install(app)
    metrics.install(app)
    for resource in meta.RESOURCES.values():
        app.register_blueprint(blueprint(resource))
    for made in BLUEPRINTS:
        app.register_blueprint(made)
    app.register_blueprint(ui.blueprint)
    endpoint.require_declarations(app)
    app.wsgi_app = Admission(app.wsgi_app, _refusal(app))  # type: ignore[method-assign]
    return app


def _begin() -> None:
    g.began = time.perf_counter()
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if _REQUEST_ID.match(sent) else ids.new("request")


def _finish(response: Response) -> Response:
    total = (time.perf_counter() - g.began) * 1000
    rpc = f"rpc;dur={g.rpc_seconds * 1000:.1f}, " if "rpc_seconds" in g else ""
    headers = response.headers
    headers["X-Request-Id"] = g.request_id
    headers["Server-Timing"] = f"{rpc}total;dur={total:.1f}"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers.setdefault("Content-Security-Policy", ui.CONTENT_POLICY)
    if is_api(request.path):
        headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _refusal(app: Flask) -> Any:
    """Answers 503 without running the request."""

    def refuse(environ: dict[str, Any], start_response: Any) -> Any:
        with app.request_context(environ):
            _begin()
            return _finish(errors.answer(Overloaded()))(environ, start_response)

    return refuse
