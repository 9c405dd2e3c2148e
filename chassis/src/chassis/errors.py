"""Errors that may cross the bus and the edges: fixed kind, code, a message for people, named details.

A domain error is a subclass with its own `code`; callers switch on the code, edges map the kind by one
table. Anything that is not an `AppError` reaches callers as `internal`, without its text.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypedDict

KINDS = (
    "malformed",
    "unauthenticated",
    "forbidden",
    "not_found",
    "conflict",
    "gone",
    "stale",
    "invalid",
    "rule",
    "too_many",
    "internal",
    "unavailable",
    "timeout",
)


class FieldError(TypedDict, total=False):
    """One complaint about one place of the input; `pointer` is a JSON pointer (RFC 6901)."""

    pointer: str
    code: str
    message: str
    hint: str


class AppError(Exception):
    """A refusal with a fixed kind and code.

    Arguments: `message` for people (what is wrong and what to do), `errors` one entry per offending
    field, and any named details (JSON values) that a program may want.
    """

    kind: ClassVar[str] = "internal"
    code: ClassVar[str] = "internal"
    message: ClassVar[str] = "Something went wrong on our side."

    def __init__(
        self, message: str | None = None, *, errors: list[FieldError] | None = None, **details: Any
    ) -> None:
        self.text = message or self.message.format(**details)
        self.errors: list[FieldError] = errors or []
        self.details = details
        super().__init__(self.text)

    def as_wire(self) -> dict[str, Any]:
        """The error as it travels in a reply."""
        return {
            "kind": self.kind,
            "code": self.code,
            "message": self.text,
            "errors": self.errors,
            "details": self.details,
        }


class Malformed(AppError):
    kind = "malformed"
    code = "malformed"
    message = "The request cannot be read."


class Unauthenticated(AppError):
    kind = "unauthenticated"
    code = "unauthenticated"
    message = "Sign in, or send a valid API key."


class Forbidden(AppError):
    kind = "forbidden"
    code = "forbidden"
    message = "You may not do this."


class NotFound(AppError):
    kind = "not_found"
    code = "not_found"
    message = "There is no {what} with the id {id}."


class Gone(AppError):
    kind = "gone"
    code = "gone"
    message = "The {what} {id} was deleted; restore it to use it again."


class Conflict(AppError):
    kind = "conflict"
    code = "conflict"
    message = "This conflicts with what is stored."


class AlreadyExists(Conflict):
    code = "already_exists"
    message = (
        "A record with this id or external id exists already; a deleted one keeps them and can be restored."
    )


class Stale(AppError):
    """Somebody changed the record meanwhile; details: `version` and `changed` (field names)."""

    kind = "stale"
    code = "version_conflict"
    message = (
        "The record was changed meanwhile (it is at version {version}); load it again and repeat your change."
    )


class Invalid(AppError):
    """The input breaks its schema; `errors` names each field."""

    kind = "invalid"
    code = "invalid"
    message = "The request has invalid fields."


class RuleBroken(AppError):
    """Base of what the business refuses."""

    kind = "rule"
    code = "rule"


class TooMany(AppError):
    kind = "too_many"
    code = "too_many_requests"
    message = "Too many requests; wait a moment."


class Unavailable(AppError):
    """A part of the suite cannot be reached; details: `service`."""

    kind = "unavailable"
    code = "service_unavailable"
    message = "The service {service} does not answer; nothing was changed. Try again in a moment."


class TimedOut(AppError):
    """No answer within the deadline; details: `service`."""

    kind = "timeout"
    code = "deadline_exceeded"
    message = "The service {service} did not answer in time."


class Internal(AppError):
    pass


def from_wire(data: dict[str, Any]) -> AppError:
    """Rebuild an error that another process raised: same kind, code, text and details, one class for all."""
    kind = data.get("kind")
    error = RemoteError(str(data.get("message") or AppError.message))
    error.kind = kind if kind in KINDS else "internal"  # type: ignore[misc]
    error.code = str(data.get("code") or "internal")  # type: ignore[misc]
    error.errors = data.get("errors") or []
    error.details = data.get("details") or {}
    return error


class RemoteError(AppError):
    """An error that another service declared, as this process sees it."""
