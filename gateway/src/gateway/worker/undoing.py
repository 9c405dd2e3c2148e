"""Takes back what an import did, kind by kind from the last to the first, as far as nobody has changed it since.

The services hold what there was before. Each call takes back a portion and says what it kept and why; a call that comes
again answers the same, so that nothing is undone twice.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.jobs.progress import Order, Progress
from gateway.worker.objects import OBJECTS
from gateway.worker.running import Caller, Surroundings

PORTION = 500
FILE = "kept"
# What records of another service hold up is free as soon as that service has heard of their end.
IN_USE = "in_use"
PATIENCE_SECONDS, PAUSE = 20.0, 0.5


class UndoRun:
    """One worker's way through one undo."""

    def __init__(self, order: Order, progress: Progress, surroundings: Surroundings) -> None:
        self._order = order
        self._progress = progress
        self._wait = surroundings.wait
        self._caller = Caller(order, progress, surroundings)

    def run(self) -> None:
        """To the end; raises `Cancelled`, or the error that the job is to fail with."""
        self._caller.check_requester()
        undone = self._caller.ask("jobs", "get_job", job_id=self._order.undoes_id)
        parts = _parts(undone["parts"])
        begin = self._progress.plan(parts)
        for number, part in enumerate(parts):
            if number < begin[0]:
                continue
            self._caller.say(f"taking back {part['entity']}")
            self._take_back(number, str(part["entity"]), begin[1] if number == begin[0] else 0)
            self._progress.turn(number + 1)
        self._progress.complete([])

    def _take_back(self, number: int, entity: str, done: int) -> None:
        """All of one kind. Portions that are done are asked for again, to know where to go on."""
        before, chunk = None, 0
        while True:
            self._caller.end_if_cancelled()
            answer = self._portion(entity, before, chunk)
            if chunk >= done:
                self._write(number, entity, chunk, answer["outcomes"])
            chunk, before = chunk + 1, answer["next"]
            if before is None:
                break
        self._progress.settle(number)

    def _portion(self, entity: str, before: int | None, chunk: int) -> Any:
        target = OBJECTS[entity]
        began, attempt = time.monotonic(), 0
        while True:
            answer = self._caller.ask(
                target.service,
                "undo_import",
                command_id=f"{self._order.id}:{entity}:{chunk}:{attempt}",
                job_id=self._order.undoes_id,
                entity=entity,
                before_row=before,
                limit=PORTION,
            )
            held = any(_code(outcome) == IN_USE for outcome in answer["outcomes"])
            if not held or time.monotonic() - began > PATIENCE_SECONDS:
                return answer
            attempt += 1
            self._wait(PAUSE)

    def _write(self, number: int, entity: str, chunk: int, outcomes: Sequence[Mapping[str, Any]]) -> None:
        counts = Counter(outcome["action"] for outcome in outcomes)
        kept = [outcome for outcome in outcomes if outcome["action"] == "kept"]
        reasons = Counter(("kept", _code(outcome), _message(outcome)) for outcome in kept)
        failures = [
            {
                "entity": entity,
                "file": FILE,
                "line": outcome["row"],
                "original": {"object": entity, "id": outcome.get("id") or ""},
                "errors": [{"column": "", "value": "", "code": _code(outcome), "message": _message(outcome)}],
            }
            for outcome in kept
        ]
        self._progress.take(number, chunk, counts, [], failures, reasons)


def _parts(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The kinds of record that an import made or changed, the last first, each once."""
    found: dict[str, dict[str, Any]] = {}
    for part in reversed(parts):
        known = found.setdefault(part["entity"], {"entity": part["entity"], "file": part["file"], "rows": 0})
        known["rows"] += part["created"] + part["updated"]
    return list(found.values())


def _code(outcome: Mapping[str, Any]) -> str:
    errors = outcome.get("errors") or [{}]
    return str(errors[0].get("code") or "") if outcome["action"] == "kept" else ""


def _message(outcome: Mapping[str, Any]) -> str:
    errors = outcome.get("errors") or [{}]
    return str(errors[0].get("message") or "")
