"""Runs one import: reads its files, brings the rows in chunk by chunk, and keeps the receipt after every chunk.

Nothing is done twice: a chunk that is sent again answers its stored result, and the services keep a ledger of the rows
of a job. Nothing is lost either: whatever does not answer is waited for, and the job says so.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from chassis import logs
from chassis.command_results import KeyReused, StillRunning
from chassis.context import Context
from chassis.errors import AppError, Unavailable
from gateway.jobs.domain.job import READING
from gateway.jobs.progress import Order, Progress
from gateway.worker import profiles
from gateway.worker.lines import Complaint, Line, Link, Part, Plan, chunks
from gateway.worker.sheets import FileRefused, open_sheet
from gateway.worker.targets import TARGETS, Directory

log = logs.get("gateway.worker")

CHUNK = 200
CALL_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
PATIENCE_SECONDS = 3600.0
INTERNAL_TRIES = 3
# Rows of a chunk that had to be cut anew are numbered from here, so that the ledger takes them for others.
SECOND_COUNT = 1_000_000_000


class Cancelled(Exception):
    """Somebody asked for the job to be stopped."""


class Client(Protocol):
    """Calls operations of services and of the gateway's own organisation."""

    def call(self, service: str, operation: str, ctx: Context, /, **arguments: Any) -> Any: ...


class RequesterGone(AppError):
    kind = "forbidden"
    code = "jobs.requester_not_active"
    message = "The person who started this import is not active any more; start it as somebody else."


class VitalPartFailed(AppError):
    kind = "rule"
    code = "jobs.vital_part_failed"
    message = "The {what} {key} cannot be brought in, and nothing makes sense without it: {reason}"


@dataclass(frozen=True)
class Surroundings:
    """What a run stands on: callers of the services, the job's files, and a check that raises when it must end.

    `hold()` keeps the lease of the workspace, and raises when it is lost or the process is to stop; `wait(seconds)`
    sleeps until then at most.
    """

    client: Client
    folder: Path
    hold: Callable[[], None]
    wait: Callable[[float], object] = time.sleep


class ImportRun:
    """One worker's way through one job."""

    def __init__(self, order: Order, progress: Progress, surroundings: Surroundings) -> None:
        self._order = order
        self._progress = progress
        self._around = surroundings
        self._directory = Directory(self._ask)
        self._stage = READING

    def run(self) -> None:
        """To the end; raises `Cancelled`, or the error that the job is to fail with."""
        self._check_requester()
        plan = self._plan()
        parts = [{"entity": part.entity, "file": part.file, "rows": part.rows} for part in plan.parts]
        begin = self._progress.plan(parts)
        for number, part in enumerate(plan.parts):
            if number >= begin[0]:
                self._say(part.entity)
            for index, lines in enumerate(chunks(part.lines(), CHUNK)):
                # Chunks that are done are read again all the same: corrections are counted while reading.
                if (number, index) >= begin:
                    self._bring(part, number, index, lines, plan)
            self._progress.turn(number + 1)
        self._progress.complete(plan.corrections.listed())

    def _check_requester(self) -> None:
        user = self._ask("organisation", "get_user", user_id=self._order.requested_by)
        if not user["is_active"]:
            raise RequesterGone()

    def _plan(self) -> Plan:
        sheets = []
        for index, file in enumerate(self._order.files):
            path = self._around.folder / f"{index}.csv"
            if not path.is_file():
                raise FileRefused(
                    file["name"], "It is not here any more.", "Send it again.", code="file_lost"
                )
            sheets.append(open_sheet(file["name"], path))
        return profiles.of(self._order.profile).plan(sheets, self._directory.known)

    # --- one chunk ---

    def _bring(self, part: Part, number: int, index: int, lines: Sequence[Line], plan: Plan) -> None:
        self._end_if_cancelled()
        self._directory.find(
            link
            for line in lines
            if not line.complaints and not line.skipped
            for link in (*part.links, *line.links)
        )
        linked = [self._linked(line) for line in lines]
        ready = [line for line in linked if not line.complaints and not line.skipped]
        outcomes = self._send(part, f"{number}.{index}", index * CHUNK, ready) if ready else []
        counts = Counter(outcome["action"] for outcome in outcomes)
        counts["skipped"] += sum(bool(line.skipped) for line in linked)
        failures = [_failure(part, line, line.complaints) for line in linked if line.complaints]
        counts["failed"] += len(failures)
        for line, outcome in zip(ready, outcomes, strict=True):
            if outcome["action"] == "failed":
                failures.append(_failure(part, line, _complaints(line, outcome.get("errors") or [])))
            else:
                self._directory.remember(part.entity, line.key, outcome["id"])
        if part.is_vital and failures:
            reason = failures[0]["errors"][0]["message"]
            raise VitalPartFailed(what=TARGETS[part.entity].noun, key=lines[0].key, reason=reason)
        failures.sort(key=lambda failure: failure["line"])
        self._progress.take(number, index, counts, plan.corrections.listed(), failures)

    def _linked(self, line: Line) -> Line:
        """The line with the ids it points to, or with a complaint for each that is not there."""
        values, complaints = dict(line.values), list(line.complaints)
        for link in line.links if not line.skipped else ():
            record_id = self._directory.id_of(link)
            if record_id is None:
                complaints.append(_unknown(link))
            elif link.field is not None:
                values[link.field] = record_id
        return replace(line, values=values, complaints=tuple(complaints))

    def _send(self, part: Part, name: str, first_row: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """The outcomes of a chunk's rows, in their order."""
        target = TARGETS[part.entity]
        arguments: dict[str, Any] = {
            link.field: self._directory.id_of(link) for link in part.links if link.field
        }
        if self._order.dry_run:
            arguments.update(part.rehearsal)
        arguments.update(
            job_id=self._order.id,
            is_dry_run=self._order.dry_run,
            first_row=first_row,
            rows=[dict(line.values) for line in lines],
        )
        key = f"{self._order.id}:{part.entity}:{name}"
        try:
            answer = self._ask(target.service, target.bring, key=key, **arguments)
        except AppError as error:
            if error.code != KeyReused.code:
                raise
            # The chunk was sent before a crash, and what its rows point to has changed since. Rows that are in
            # come out as unchanged.
            arguments["first_row"] = SECOND_COUNT + first_row
            answer = self._ask(target.service, target.bring, key=f"{key}:again", **arguments)
        outcomes: list[dict[str, Any]] = answer["outcomes"]
        return outcomes

    # --- calls ---

    def _ask(self, service: str, operation: str, *, key: str | None = None, **arguments: Any) -> Any:
        """The answer of an operation on behalf of who started the job; waits for a service that does not answer."""
        began, pause, defects = time.monotonic(), FIRST_PAUSE, 0
        stage = self._stage
        while True:
            self._around.hold()
            try:
                answer = self._around.client.call(service, operation, self._context(key), **arguments)
            except AppError as error:
                defects += error.kind == "internal"
                patient = time.monotonic() - began < PATIENCE_SECONDS
                if not (_may_pass(error) or 0 < defects < INTERNAL_TRIES) or not patient:
                    raise
                missing = error.details.get("service", service) if isinstance(error, Unavailable) else service
                log.warning("import waits", job=self._order.id, service=missing, error=error.code)
                self._say(f"waiting for {'the broker' if missing == 'broker' else missing}")
                self._around.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                self._end_if_cancelled()
            else:
                self._say(stage)
                return answer

    def _context(self, key: str | None) -> Context:
        return Context(
            workspace_id=self._order.workspace_id,
            actor=self._order.requested_by,
            role=self._order.role,
            origin="import",
            request_id=self._order.id,
            deadline=time.time() + CALL_SECONDS,
            command_id=key,
        )

    def _say(self, stage: str) -> None:
        if stage != self._stage:
            self._stage = stage
            self._progress.say(stage)

    def _end_if_cancelled(self) -> None:
        if self._progress.wants_cancel():
            raise Cancelled()


def _may_pass(error: AppError) -> bool:
    """Whether the same call may succeed later."""
    return error.kind in ("unavailable", "timeout", "too_many") or error.code == StillRunning.code


def _unknown(link: Link) -> Complaint:
    noun = TARGETS[link.entity].noun
    return Complaint(
        link.column,
        link.key,
        f"unknown_{noun}",
        f"There is no {noun} {link.key[:80]!r}, neither in these files nor here; correct it or bring it in first.",
    )


def _complaints(line: Line, errors: Iterable[Mapping[str, Any]]) -> list[Complaint]:
    """What a service says of a row, in terms of the file's columns."""
    found = []
    for error in errors:
        field = str(error.get("pointer") or "").strip("/").partition("/")[0]
        column = line.columns.get(field, field)
        value = line.original.get(column, "")
        found.append(
            Complaint(column, value, str(error.get("code") or "invalid"), str(error.get("message") or ""))
        )
    return found or [Complaint("", "", "invalid", "The row was refused without a reason.")]


def _failure(part: Part, line: Line, complaints: Iterable[Complaint]) -> dict[str, Any]:
    return {
        "entity": part.entity,
        "file": line.file,
        "line": line.number,
        "original": dict(line.original),
        "errors": [complaint.as_dict() for complaint in complaints],
    }
