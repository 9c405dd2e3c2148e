"""Many operations in one request: each is done or refused by itself, in order, and answers for itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from chassis.errors import AppError, FieldError, Malformed
from gateway import http
from gateway.errors import VersionMissing, invalid, problem, status_of
from gateway.v1 import schemas

MOST = 1000


class TooManyOperations(Malformed):
    code = "too_many_operations"
    message = f"A batch holds at most {MOST:,} operations; send several."


@dataclass(frozen=True)
class Entry:
    """One operation of a batch."""

    id: str | None
    expected_version: int | None
    data: dict[str, Any]

    @property
    def record_id(self) -> str:
        """The record it is about; refused without."""
        if self.id is None:
            raise invalid("/id", "required", "Say which record (`id`).")
        return self.id

    def version(self) -> int:
        """The version the caller saw; refused without."""
        if self.expected_version is None:
            raise VersionMissing("Say which version you saw (`expected_version`).")
        return self.expected_version


Run = Callable[[Entry, str], tuple[int, Any]]
"""Does one entry under the item's own idempotency key; returns the status and the record."""


def run(body: dict[str, Any], operations: Mapping[str, Run]) -> Response:
    """The answer to a whole batch. When a service does not answer, the rest fails at once: nobody waits for each."""
    listed = body.get("operations")
    if isinstance(listed, list) and len(listed) > MOST:
        raise TooManyOperations()
    values = schemas.load(schemas.Batch, body)
    results: list[dict[str, Any]] = []
    down: AppError | None = None
    for index, entry in enumerate(values["operations"]):
        try:
            if down is not None:
                raise down
            results.append({"index": index, **_one(entry, operations, str(index))})
        except AppError as error:
            if error.kind in ("unavailable", "timeout"):
                down = error
            errors = [_inside(entry, complaint) for complaint in error.errors]
            results.append(
                {"index": index, "status": status_of(error), "error": problem(error, errors=errors)}
            )
    failed = sum("error" in result for result in results)
    return http.reply({"results": results, "succeeded": len(results) - failed, "failed": failed})


def _one(values: dict[str, Any], operations: Mapping[str, Run], item: str) -> dict[str, Any]:
    known = operations.get(values["op"])
    if known is None:
        allowed = ", ".join(operations)
        raise invalid(
            "/op",
            "unknown_operation",
            f"There is no operation {values['op'][:80]!r}.",
            f"Allowed: {allowed}.",
        )
    entry = Entry(values.get("id"), values.get("expected_version"), values["data"])
    status, record = known(entry, item)
    return {"status": status} if record is None else {"status": status, "data": record}


def _inside(values: dict[str, Any], complaint: FieldError) -> FieldError:
    """Complaints about the record point into `data`."""
    pointer = complaint.get("pointer", "/")
    own = ("/op", "/id", "/expected_version")
    return complaint if pointer in own else {**complaint, "pointer": f"/data{pointer}".rstrip("/")}
