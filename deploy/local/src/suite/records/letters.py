"""Dead letters over the REST interface: read, tried again and discarded; and how they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

PATH = "/v1/admin/dead-letters"


class Letters:
    """Those of all services, or of one service or cause."""

    def __init__(self, crm: Any, *, service: str | None = None, cause: str | None = None) -> None:
        self._crm = crm
        self._service, self._cause = service, cause

    def listed(self, status: str, limit: int) -> dict[str, Any]:
        narrowed = {"service": self._service, "cause": self._cause, "status": status, "limit": limit}
        params = {name: value for name, value in narrowed.items() if value is not None}
        found: dict[str, Any] = self._crm.request("GET", PATH, params=params)
        return found

    def read(self, letter: str) -> dict[str, Any]:
        found: dict[str, Any] = self._crm.request("GET", f"{PATH}/{letter}")
        return found

    def redrive_one(self, letter: str) -> None:
        self._crm.request("POST", f"{PATH}/{letter}/redrive", json={})

    def discard_one(self, letter: str, reason: str) -> None:
        self._crm.request("POST", f"{PATH}/{letter}/discard", json={"reason": reason})

    def redrive(self) -> int:
        """Returns how many."""
        return sum(self._settle("redrive", cause, {}) for cause in self._causes())

    def discard(self, reason: str) -> int:
        """Returns how many."""
        return sum(self._settle("discard", cause, {"reason": reason}) for cause in self._causes())

    def _causes(self) -> list[dict[str, Any]]:
        causes = self.listed("parked", 1)["causes"]
        return [one for one in causes if self._cause in (None, one["cause"])]

    def _settle(self, verb: str, cause: Mapping[str, Any], more: Mapping[str, Any]) -> int:
        body = {"service": cause["service"], "cause": cause["cause"], **more}
        settled = 0
        while True:
            done = self._crm.request("POST", f"{PATH}/{verb}", json=body)
            settled += int(done["settled"])
            if done["left"] == 0 or done["settled"] == 0:
                return settled

    @staticmethod
    def lines(found: Mapping[str, Any]) -> Iterator[str]:
        for cause in found["causes"]:
            yield click.style(f"{cause['count']:>6,}  {cause['service']}: {cause['reason']}", bold=True)
            yield f"        {cause['cause']}   since {cause['first_at']}"
        if found["causes"] and found["data"]:
            yield ""
        for letter in found["data"]:
            about = f"{letter['type'] or 'no event'}  {letter['subject_id'] or ''}"
            yield f"{letter['id']}  {letter['at']}  {letter['service']}  {about}"
            yield f"        {letter['reason']}"
            if letter["settled_by"]:
                note = f": {letter['note']}" if letter["note"] else ""
                yield f"        {letter['status']} by {letter['settled_by']}, {letter['settled_at']}{note}"
        if not found["data"]:
            yield "None."
        for service, number in (found.get("nameless") or {}).items():
            yield f"{number:,} parked by {service} are no events and name no workspace: see the table dead_letter."
        for warning in found["warnings"]:
            yield f"The service {warning['service']} does not answer; its letters are missing here."

    @staticmethod
    def lines_of_one(letter: Mapping[str, Any]) -> Iterator[str]:
        for name, value in letter.items():
            if name not in ("body", "trace") and value is not None:
                yield f"{name:<12}{value}"
        yield f"\n{letter['body']}"
        if letter["trace"]:
            yield f"\n{letter['trace']}"
