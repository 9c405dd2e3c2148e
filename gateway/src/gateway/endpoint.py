"""What a route declares about itself: who may use it, what goes in, what comes out.

The declaration is read three times: at the start (a route without one refuses to start), before each request (the
permission), and by the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import Flask
from marshmallow import Schema

View = TypeVar("View", bound=Callable[..., Any])

ANYBODY = "anybody"
OPEN_API = "/v1"


@dataclass(frozen=True)
class Parameter:
    """A parameter of the query or a header, as the OpenAPI document shows it."""

    name: str
    description: str
    type: str = "string"
    where: str = "query"
    is_required: bool = False
    enum: tuple[str, ...] = ()
    default: Any = None


@dataclass(frozen=True)
class Endpoint:
    """A route's declaration. `permission` is an action of `chassis.access`, or `ANYBODY` for those not signed in.

    `answers` is the schema of the answer; `is_page` says that it comes in a list; `takes_version` that the caller says
    which version they saw; `form` is what a multipart form may hold instead of the body; `statuses` are the errors
    beyond the usual ones; `media_types` are those of files that it answers with instead of JSON.
    """

    summary: str
    permission: str
    tag: str = ""
    query: type[Schema] | None = None
    parameters: Sequence[Parameter] = ()
    body: type[Schema] | None = None
    form: type[Schema] | None = None
    is_body_required: bool = True
    answers: type[Schema] | None = None
    is_page: bool = False
    takes_version: bool = False
    status: int = 200
    statuses: Sequence[int] = field(default=())
    media_type: str = "application/json"
    media_types: Sequence[str] = ()
    body_media_type: str = "application/json"


class Undeclared(RuntimeError):
    """A route has no declaration: a defect in the program."""


def endpoint(summary: str, *, permission: str, **more: Any) -> Callable[[View], View]:
    """Declare a view; arguments as of `Endpoint`."""

    def mark(view: View) -> View:
        declare(view, Endpoint(summary=summary, permission=permission, **more))
        return view

    return mark


def declare(view: Callable[..., Any], declaration: Endpoint) -> None:
    view.endpoint = declaration  # type: ignore[attr-defined]


def of(view: Callable[..., Any] | None) -> Endpoint | None:
    """The declaration of a view, or None."""
    found: Endpoint | None = getattr(view, "endpoint", None)
    return found


def is_api(path: str) -> bool:
    return path == OPEN_API or path.startswith(OPEN_API + "/")


def require_declarations(app: Flask) -> None:
    """Deny by default: raises `Undeclared` when a route below /v1 does not say who may use it."""
    missing = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if is_api(rule.rule) and of(app.view_functions[rule.endpoint]) is None
    ]
    if missing:
        raise Undeclared(f"these routes declare no permission: {', '.join(sorted(missing))}")
