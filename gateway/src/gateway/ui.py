"""Serves the web UI: its page for every address people can bookmark, and its files, under a strict content policy."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort, request, send_from_directory

from gateway import state
from gateway.pages import page

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
UNCHANGING = "public, max-age=31536000, immutable"

blueprint = Blueprint("ui", __name__)


@blueprint.get("/")
@blueprint.get("/<path:path>")
def show(path: str = "") -> Response:
    """A file of the build when there is one by that name, else the page itself; files of `assets/` never change."""
    if path == "v1" or path.startswith("v1/"):
        abort(404)
    built = state.settings().web / "dist"
    if not (built / "index.html").is_file():
        return _not_built()
    if path and (built / path).is_file():
        response = send_from_directory(built, path)
        response.headers["Cache-Control"] = UNCHANGING if path.startswith("assets/") else "no-cache"
        return response
    if path.startswith("assets/") or Path(path).suffix:
        abort(404)
    response = send_from_directory(built, "index.html")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _not_built() -> Response:
    return page(
        "The web UI is not built yet",
        "<p>The gateway is running, but the files of the web UI are missing.</p>"
        "<p>Build them: <code>./rapport up</code> does, or <code>npm ci &amp;&amp; npm run build</code> in "
        "<code>gateway/web</code>.</p><p>The interface for programs works: <a href='/docs'>/docs</a>.</p>",
        status=503 if request.path == "/" else 404,
    )
