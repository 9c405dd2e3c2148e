"""Errors at the edges: one table from kinds to HTTP and gRPC statuses, one form of answer (RFC 9457 problem+json)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from chassis import codec, logs
from chassis.errors import AppError, FieldError, Invalid, Malformed
from gateway import state

log = logs.get("gateway")


@dataclass(frozen=True)
class Kind:
    """How a kind of error looks in HTTP and in gRPC, and what a person should make of it."""

    status: int
    grpc: str
    title: str
    advice: str


KINDS: dict[str, Kind] = {
    "malformed": Kind(
        400,
        "INVALID_ARGUMENT",
        "The request cannot be read",
        "Correct the request; `detail` says what is wrong with it.",
    ),
    "unauthenticated": Kind(
        401, "UNAUTHENTICATED", "Nobody is signed in", "Send a valid API key, or sign in again."
    ),
    "forbidden": Kind(
        403, "PERMISSION_DENIED", "Not allowed", "Ask an administrator for the right to do this."
    ),
    "not_found": Kind(404, "NOT_FOUND", "Not found", "Check the address and the id."),
    "conflict": Kind(
        409,
        "ABORTED",
        "In conflict with what is stored",
        "Read the record again; another one may hold the same key.",
    ),
    "gone": Kind(410, "NOT_FOUND", "Deleted", "Restore the record to use it again."),
    "stale": Kind(
        412,
        "ABORTED",
        "Changed meanwhile",
        "Read the record again and repeat the change on its newest version.",
    ),
    "invalid": Kind(
        422,
        "INVALID_ARGUMENT",
        "Invalid content",
        "`errors` names each field by a JSON pointer and says what it must be.",
    ),
    "rule": Kind(
        422, "FAILED_PRECONDITION", "Refused by a rule", "`detail` says which rule and what to do instead."
    ),
    "too_many": Kind(429, "RESOURCE_EXHAUSTED", "Too many requests", "Wait as long as `Retry-After` says."),
    "internal": Kind(
        500,
        "INTERNAL",
        "Something went wrong on our side",
        "Try again; if it stays, report the `request_id`.",
    ),
    "unavailable": Kind(
        503, "UNAVAILABLE", "A part of the suite does not answer", "Try again after `Retry-After` seconds."
    ),
    "timeout": Kind(
        504,
        "DEADLINE_EXCEEDED",
        "No answer in time",
        "Try again; a repeated write with the same `Idempotency-Key` is done once.",
    ),
}

GRPC_CODES = {"already_exists": "ALREADY_EXISTS"}
RETRY_SECONDS = {"unavailable": 2, "too_many": 1}


class BodyTooLarge(Malformed):
    code = "body_too_large"
    message = "The body is larger than {limit} bytes."
    status = 413


class WrongMediaType(Malformed):
    code = "unsupported_media_type"
    message = "Send the body as application/json."
    status = 415


class VersionMissing(Malformed):
    code = "version_missing"
    message = 'Say which version you saw: the header If-Match: "7", or expected_version in the body.'
    status = 428


class Overloaded(AppError):
    kind = "unavailable"
    code = "overloaded"
    message = "The gateway is busy; try again in a moment."


def status_of(error: AppError) -> int:
    """The HTTP status of an error: its kind's, unless HTTP has a finer one."""
    status: int = getattr(error, "status", None) or KINDS.get(error.kind, KINDS["internal"]).status
    return status


def grpc_code(error: AppError) -> str:
    """The gRPC status of an error: its kind's, unless gRPC has a finer one."""
    return GRPC_CODES.get(error.code) or KINDS.get(error.kind, KINDS["internal"]).grpc


def problem(error: AppError, *, errors: list[FieldError] | None = None) -> dict[str, Any]:
    """The body of an error answer."""
    kind = KINDS.get(error.kind, KINDS["internal"])
    details = {name: value for name, value in error.details.items() if name not in _RESERVED}
    return {
        "type": f"{state.settings().public_url}/docs/errors/{error.code}",
        "title": kind.title,
        "status": status_of(error),
        "kind": error.kind if error.kind in KINDS else "internal",
        "code": error.code,
        "detail": error.text,
        "errors": error.errors if errors is None else errors,
        "request_id": g.get("request_id"),
        **details,
    }


_RESERVED = frozenset({"type", "title", "status", "kind", "code", "detail", "errors", "request_id"})


def answer(error: AppError) -> Response:
    """The whole error answer, with the headers its kind asks for."""
    response = Response(codec.dumps(problem(error)), status_of(error), mimetype="application/problem+json")
    if error.kind in RETRY_SECONDS:
        response.headers["Retry-After"] = str(math.ceil(RETRY_SECONDS[error.kind]))
    if error.kind == "unauthenticated":
        response.headers["WWW-Authenticate"] = 'Bearer realm="rapport"'
    return response


class _Http(AppError):
    """What the web framework refuses, in our form."""


_HTTP_KINDS = {kind.status: name for name, kind in reversed(KINDS.items())}
_HTTP_CODES = {
    404: "no_such_address",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
}


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # type: ignore[return-value]
    text = f"There is nothing at {request.path}." if status == 404 else error.description
    known = _Http(text or "The request was refused.")
    known.kind = _HTTP_KINDS.get(status, "malformed" if status < 500 else "internal")  # type: ignore[misc]
    known.code = _HTTP_CODES.get(status, known.kind)  # type: ignore[misc]
    known.status = status  # type: ignore[attr-defined]
    response = answer(known)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def _from_anything(error: Exception) -> Response:
    log.exception("request failed", path=request.path, method=request.method, request_id=g.get("request_id"))
    return answer(AppError())


def install(app: Flask) -> None:
    """Answer every error of `app` as problem+json; texts of unforeseen ones stay in the log."""
    app.register_error_handler(AppError, answer)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(Exception, _from_anything)


def invalid(pointer: str, code: str, message: str, hint: str = "") -> Invalid:
    """A refusal of one place of the input."""
    entry: FieldError = {"pointer": pointer, "code": code, "message": message}
    if hint:
        entry["hint"] = hint
    return Invalid(message, errors=[entry])
