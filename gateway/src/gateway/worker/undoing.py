"""Takes back what an import did, part by part from the last to the first, as far as nobody has changed it since.

The services hold what there was before. Each call takes back a portion and says what it kept and why; a call that comes
again finds only what is left, so that nothing is undone twice.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from gateway.jobs.progress import Order, Progress
from gateway.worker.objects import OBJECTS
from gateway.worker.running import Caller, Surroundings

PORTION = 200


class UndoRun:
    """One worker's way through one undo."""

    def __init__(self, order: Order, progress: Progress, surroundings: Surroundings) -> None:
        self._order = order
        self._progress = progress
        self._caller = Caller(order, progress, surroundings)

    def run(self) -> None:
        """To the end; raises `Cancelled`, or the error that the job is to fail with."""
        self._caller.check_requester()
        undone = self._caller.ask("jobs", "get_job", job_id=self._order.undoes_id)
        parts = [
            {"entity": part["entity"], "file": part["file"], "rows": part["created"] + part["updated"]}
            for part in reversed(undone["parts"])
        ]
        begin = self._progress.plan(parts)
        for number, part in enumerate(parts):
            if number < begin[0]:
                continue
            self._caller.say(f"taking back {part['entity']}")
            self._take_back(number, part["entity"], begin[1] if number == begin[0] else 0)
            self._progress.turn(number + 1)
        self._progress.complete([])

    def _take_back(self, number: int, entity: str, chunk: int) -> None:
        target = OBJECTS[entity]
        while True:
            self._caller.end_if_cancelled()
            answer: dict[str, Any] = self._caller.ask(
                target.service,
                "undo_import",
                key=f"{self._order.id}:{entity}:{number}.{chunk}",
                job_id=self._order.undoes_id,
                entity=target.noun,
                limit=PORTION,
            )
            counts = Counter(outcome["action"] for outcome in answer["outcomes"])
            if not counts:
                return
            self._progress.take(number, chunk, counts, [], [])
            chunk += 1
