"""What can go wrong, one class for each kind of error of the interface.

`ApiError` is an answer that refuses; `ConnectionLost` is no answer at all. Both are `RapportError`. A program switches
on the class, or on `code` where a kind has several.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class RapportError(Exception):
    """Base of everything this package raises on purpose."""


class ConnectionLost(RapportError):
    """Nobody answered, or the answer broke off, however often it was tried."""


class Incomplete(ConnectionLost):
    """A download broke off in the middle; what came is not the whole."""


class NotConfigured(RapportError):
    """The client does not know which suite to talk to, or with which key."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One complaint about one place of a request. `field` is its name, `pointer` its JSON pointer."""

    field: str
    pointer: str
    code: str
    message: str
    hint: str


class ApiError(RapportError):
    """The suite refused a request.

    `status` is the HTTP status, `code` what to switch on, `detail` says to people what is wrong, `hint` what to do
    where the answer knows it, `problems` complain about single fields, `request_id` finds the request in the logs,
    `raw` is the whole answer.
    """

    kind = ""

    def __init__(self, status: int, raw: Mapping[str, Any], *, retry_after: float | None = None) -> None:
        self.status = status
        self.raw = dict(raw)
        self.code = str(raw.get("code") or f"http_{status}")
        self.detail = str(raw.get("detail") or raw.get("title") or f"The answer was HTTP {status}.")
        self.request_id: str | None = raw.get("request_id")
        self.retry_after = retry_after
        entries = raw.get("errors")
        self.problems: Sequence[FieldProblem] = tuple(
            _problem(entry)
            for entry in (entries if isinstance(entries, list) else [])
            if isinstance(entry, dict)
        )
        super().__init__(self._text())

    @property
    def hint(self) -> str:
        """What to do, as far as the answer says; else empty."""
        return " ".join(dict.fromkeys(one.hint for one in self.problems if one.hint))

    @property
    def fields(self) -> dict[str, str]:
        """Field -> what is wrong with it."""
        return {one.field: one.message for one in self.problems}

    def _text(self) -> str:
        text = f"{self.detail} [{self.code}, HTTP {self.status}]"
        for one in self.problems:
            if one.message not in self.detail or len(self.problems) > 1:
                text += f"\n  {one.field or 'request'}: {one.message} {one.hint}".rstrip()
            elif one.hint and one.hint not in self.detail:
                text += f"\n  {one.hint}"
        return text


def _problem(entry: Mapping[str, Any]) -> FieldProblem:
    pointer = str(entry.get("pointer") or "/")
    # Complaints of a batch point into its entry's `data`.
    inner = pointer.removeprefix("/data/").removeprefix("/")
    parts = [part.replace("~1", "/").replace("~0", "~") for part in inner.split("/") if part]
    return FieldProblem(
        field=".".join(parts),
        pointer=pointer,
        code=str(entry.get("code") or ""),
        message=str(entry.get("message") or ""),
        hint=str(entry.get("hint") or ""),
    )


class Malformed(ApiError):
    """The request cannot be read: an unknown parameter, a filter that is none."""

    kind = "malformed"


class Unauthenticated(ApiError):
    """The key is missing, revoked or expired."""

    kind = "unauthenticated"


class Forbidden(ApiError):
    """The key's role does not allow this."""

    kind = "forbidden"


class NotFound(ApiError):
    """There is no such record, or it is not yours to see."""

    kind = "not_found"


class Conflict(ApiError):
    """In conflict with what is stored, such as an external id that another record has."""

    kind = "conflict"


class Gone(ApiError):
    """The record was deleted; restore it to use it again."""

    kind = "gone"


class Stale(ApiError):
    """Somebody else changed the record since it was read.

    `changed` names the fields of this change that they changed too (all fields changed, for a verb), `version` is the
    newest, `current` the newest record where it is known. Nothing was overwritten.
    """

    kind = "stale"

    def __init__(
        self,
        status: int,
        raw: Mapping[str, Any],
        *,
        retry_after: float | None = None,
        changed: Sequence[str] | None = None,
        current: Any = None,
    ) -> None:
        self.changed: tuple[str, ...] = tuple(raw.get("changed") or () if changed is None else changed)
        self.version: int | None = raw.get("version")
        self.current = current
        super().__init__(status, raw, retry_after=retry_after)

    def _text(self) -> str:
        names = f" Changed by others: {', '.join(self.changed)}." if self.changed else ""
        return super()._text() + names


class Invalid(ApiError):
    """Fields are wrong: `fields` says which, and what is wrong with each."""

    kind = "invalid"


class Rule(ApiError):
    """The business says no; `code` names the rule, `detail` says what to do instead."""

    kind = "rule"


class TooMany(ApiError):
    """Too many requests, for longer than the client was willing to wait; `retry_after` in seconds."""

    kind = "too_many"


class Internal(ApiError):
    """Something went wrong in the suite; report the `request_id`."""

    kind = "internal"


class Unavailable(ApiError):
    """A part of the suite (`service`) does not answer, for longer than the client was willing to wait."""

    kind = "unavailable"

    @property
    def service(self) -> str | None:
        found = self.raw.get("service")
        return str(found) if found else None


class TimedOut(ApiError):
    """No answer in time. The write may have happened; the same `idempotency_key` again is safe."""

    kind = "timeout"


_KINDS: dict[str, type[ApiError]] = {
    one.kind: one
    for one in (
        Malformed,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        Gone,
        Stale,
        Invalid,
        Rule,
        TooMany,
        Internal,
        Unavailable,
        TimedOut,
    )
}
_STATUSES: dict[int, type[ApiError]] = {
    400: Malformed,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: Stale,
    422: Invalid,
    429: TooMany,
    502: Unavailable,
    503: Unavailable,
    504: TimedOut,
}


def error_of(status: int, raw: Mapping[str, Any], retry_after: float | None = None) -> ApiError:
    """The error an answer stands for: by the kind it names, else by its status."""
    known = _KINDS.get(str(raw.get("kind"))) or _STATUSES.get(status)
    if known is None:
        known = Internal if status >= 500 else Malformed
    return known(status, raw, retry_after=retry_after)
