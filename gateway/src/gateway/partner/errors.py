"""Errors as gRPC tells them: a status whose code comes from the gateway's one table, and details a program can read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NoReturn

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import error_details_pb2, status_pb2

from chassis.errors import AppError, FieldError, Malformed
from gateway.errors import RETRY_SECONDS, grpc_code

DOMAIN = "rapport"
DETAILS_KEY = "grpc-status-details-bin"
# Whatever a service adds to an error, no more than this travels in a header.
LONGEST_VALUE = 1000
_PARAMETERS = {
    "invalid_cursor": "page_token",
    "cursor_mismatch": "page_token",
    "invalid_filter": "filter",
    "invalid_sort": "order_by",
}


class BadRequest(Malformed):
    """A request that is refused before any service sees it; `errors` names the field."""

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(
            message, errors=[{"pointer": f"/{field.replace('.', '/')}", "code": code, "message": message}]
        )
        self.code = code  # type: ignore[misc]


def status_of(
    error: AppError, request_id: str, *, noun: str = "", visible: Iterable[str] | None = None
) -> status_pb2.Status:
    """The whole status. `noun` is the request's field that holds the record; `visible` are the fields a partner may be
    told the names of."""
    code = getattr(grpc.StatusCode, grpc_code(error))
    status = status_pb2.Status(code=code.value[0], message=error.text)
    for detail in _details(error, request_id, noun, None if visible is None else set(visible)):
        packed = any_pb2.Any()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def _details(error: AppError, request_id: str, noun: str, visible: set[str] | None) -> Iterable[Any]:
    details = dict(error.details)
    if visible is not None and "changed" in details:
        details["changed"] = [name for name in details["changed"] if name in visible]
    yield error_details_pb2.ErrorInfo(
        reason=reason_of(error),
        domain=DOMAIN,
        metadata={name: _text(value) for name, value in details.items()},
    )
    if error.kind in ("malformed", "invalid"):
        yield _bad_request(error, noun)
    if error.kind in ("rule", "stale"):
        violation = error_details_pb2.PreconditionFailure.Violation(
            type=reason_of(error), subject=_text(details.get("id", noun)), description=error.text
        )
        yield error_details_pb2.PreconditionFailure(violations=[violation])
    if error.kind == "too_many":
        quota = error_details_pb2.QuotaFailure.Violation(
            subject=_text(details.get("subject", "partner")), description=error.text
        )
        yield error_details_pb2.QuotaFailure(violations=[quota])
    if error.kind in RETRY_SECONDS:
        seconds = float(details.get("retry_seconds", RETRY_SECONDS[error.kind]))
        delay = duration_pb2.Duration()
        delay.FromMilliseconds(max(1, int(seconds * 1000)))
        yield error_details_pb2.RetryInfo(retry_delay=delay)
    if error.kind in ("not_found", "gone"):
        yield error_details_pb2.ResourceInfo(
            resource_type=_text(details.get("what", "")),
            resource_name=_text(details.get("id", "")),
            description=error.text,
        )
    yield error_details_pb2.RequestInfo(request_id=request_id)


def reason_of(error: AppError) -> str:
    """An error's code as a reason: `deals.deal_is_closed` is DEALS_DEAL_IS_CLOSED."""
    return re.sub(r"[^A-Z0-9]+", "_", error.code.upper()).strip("_")


def _bad_request(error: AppError, noun: str) -> error_details_pb2.BadRequest:
    entries: list[FieldError] = error.errors or [
        {"pointer": f"/{_PARAMETERS.get(error.code, '')}", "message": error.text}
    ]
    return error_details_pb2.BadRequest(
        field_violations=[
            error_details_pb2.BadRequest.FieldViolation(
                field=field_of(entry.get("pointer", "/"), noun, error.code),
                description=" ".join(filter(None, (entry.get("message", ""), entry.get("hint", "")))),
                reason=re.sub(r"[^A-Z0-9]+", "_", str(entry.get("code", "invalid_value")).upper()),
            )
            for entry in entries
        ]
    )


def field_of(pointer: str, noun: str, code: str) -> str:
    """Where a complaint points in the request: `/changes/name` is `account.name`."""
    parts = [part for part in pointer.split("/") if part]
    if code in _PARAMETERS:
        return _PARAMETERS[code]
    if parts[:1] == ["changes"]:
        return ".".join((noun, *parts[1:])) if noun else ".".join(parts[1:])
    return ".".join(parts)


def _text(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return str(value)[:LONGEST_VALUE]


async def abort(context: grpc.aio.ServicerContext, status: status_pb2.Status) -> NoReturn:
    """End a call with this status."""
    code = next(one for one in grpc.StatusCode if one.value[0] == status.code)
    await context.abort(code, status.message, ((DETAILS_KEY, status.SerializeToString()),))
    raise AssertionError("abort does not return")
