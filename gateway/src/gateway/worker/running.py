"""Runs one import: reads its files, brings the rows in chunk by chunk, and keeps the receipt after every chunk.

Nothing is done twice: a chunk that is sent again answers its stored result, and the services keep a ledger of the rows
of a job. Nothing is lost either: whatever does not answer is waited for, and the job says so. While a service works on
one chunk the next is read and made ready; they are sent one after the other, because later rows may need earlier ones.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from chassis import logs
from chassis.command_results import KeyReused, StillRunning
from chassis.context import Context
from chassis.errors import AppError, Unavailable
from gateway.jobs.domain.job import READING
from gateway.jobs.progress import Order, Progress
from gateway.worker import document, planning
from gateway.worker.ahead import ahead
from gateway.worker.files import opened
from gateway.worker.lines import Complaint, Line, Link, Part, Plan, chunks
from gateway.worker.objects import OBJECTS
from gateway.worker.targets import Directory

log = logs.get("gateway.worker")

CHUNK = 500
CALL_SECONDS = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
PATIENCE_SECONDS = 3600.0
INTERNAL_TRIES = 3
# Rows of a chunk that had to be cut anew are numbered from here, so that the ledger takes them for others.
SECOND_COUNT = 1_000_000_000
# Several parts may bring records of one kind; each numbers its rows from a place of its own.
BETWEEN_PARTS = 5_000_000


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


class Caller:
    """Asks services on behalf of who started a job, and waits for those that do not answer."""

    def __init__(self, order: Order, progress: Progress, around: Surroundings) -> None:
        self._order = order
        self._progress = progress
        self._around = around
        self._stage = READING

    def check_requester(self) -> None:
        """Raises `RequesterGone` when who started the job may not act any more."""
        user = self.ask("organisation", "get_user", user_id=self._order.requested_by)
        if not user["is_active"]:
            raise RequesterGone()

    # --- calls ---

    def ask(self, service: str, operation: str, *, command_id: str | None = None, **arguments: Any) -> Any:
        """The answer of an operation on behalf of who started the job; waits for a service that does not answer."""
        began, pause, defects = time.monotonic(), FIRST_PAUSE, 0
        stage = self._stage
        while True:
            self._around.hold()
            try:
                answer = self._around.client.call(service, operation, self._context(command_id), **arguments)
            except AppError as error:
                defects += error.kind == "internal"
                patient = time.monotonic() - began < PATIENCE_SECONDS
                if not (_may_pass(error) or 0 < defects < INTERNAL_TRIES) or not patient:
                    raise
                missing = error.details.get("service", service) if isinstance(error, Unavailable) else service
                log.warning("import waits", job=self._order.id, service=missing, error=error.code)
                self.say(f"waiting for {'the broker' if missing == 'broker' else missing}")
                self._around.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                self.end_if_cancelled()
            else:
                self.say(stage)
                return answer

    def _context(self, command_id: str | None) -> Context:
        return Context(
            workspace_id=self._order.workspace_id,
            actor=self._order.requested_by,
            role=self._order.role,
            origin="import",
            is_quiet=self._order.automation == "suppress",
            request_id=self._order.id,
            deadline=time.time() + CALL_SECONDS,
            command_id=command_id,
        )

    def say(self, stage: str) -> None:
        if stage != self._stage:
            self._stage = stage
            self._progress.say(stage)

    def end_if_cancelled(self) -> None:
        if self._progress.wants_cancel():
            raise Cancelled()


class ImportRun:
    """One worker's way through one import."""

    def __init__(self, order: Order, progress: Progress, surroundings: Surroundings) -> None:
        self._order = order
        self._progress = progress
        self._around = surroundings
        self._caller = Caller(order, progress, surroundings)
        self._directory = Directory(self._caller.ask)
        # In a dry run: the records that this import would have made, which nobody can point to.
        self._imagined: set[str] = set()
        self._remembered: Mapping[str, frozenset[str]] = {}
        self._first_row = 0

    def run(self) -> None:
        """To the end; raises `Cancelled`, or the error that the job is to fail with."""
        self._caller.check_requester()
        plan = self._plan()
        self._remembered = plan.remembered
        parts = [{"entity": part.entity, "file": part.file, "rows": part.rows} for part in plan.parts]
        begin = self._progress.plan(parts)
        before: Counter[str] = Counter()
        for number, part in enumerate(plan.parts):
            self._first_row = before[part.entity] * BETWEEN_PARTS
            before[part.entity] += 1
            if number >= begin[0]:
                self._caller.say(part.entity)
            pieces = (
                _Chunk(index, lines, plan.corrections.listed())
                for index, lines in enumerate(chunks(part.lines(), CHUNK))
            )
            for chunk in ahead(pieces):
                # Chunks that are done are read again all the same: corrections are counted while reading.
                if (number, chunk.index) >= begin:
                    self._bring(part, number, chunk)
            self._progress.turn(number + 1)
        self._progress.complete(plan.corrections.listed())

    def _plan(self) -> Plan:
        """What the files become: by the mapping of the job, or by the one that they suggest."""
        order = self._order
        workspace = self._caller.ask("organisation", "get_workspace")
        around = planning.Around(
            self._directory.known, workspace.get("currency"), workspace.get("time_zone") or "UTC"
        )
        mapping = document.load(order.mapping)
        sheets = opened(self._around.folder, order.files, mapping.tables, self._around.hold)
        return planning.plan(mapping, sheets, around)

    # --- one chunk ---

    def _bring(self, part: Part, number: int, chunk: _Chunk) -> None:
        self._caller.end_if_cancelled()
        lines = chunk.lines
        self._directory.find(
            link
            for line in lines
            if not line.complaints and not line.skipped
            for link in (*part.links, *line.links)
        )
        reasons: Counter[tuple[str, str, str]] = Counter()
        ready: list[Line] = []
        counts: Counter[str] = Counter()
        failures: list[dict[str, Any]] = []
        for line in lines:
            if line.links and not line.skipped:
                self._link(line)
            if line.complaints:
                failures.append(_failure(part, line, line.complaints))
            elif line.skipped:
                counts["skipped"] += 1
                reasons[("skipped", *line.skipped)] += 1
            else:
                ready.append(line)
        first_row = self._first_row + chunk.index * CHUNK
        outcomes = self._send(part, f"{number}.{chunk.index}", first_row, ready) if ready else []
        remembered = self._remembered.get(part.entity, frozenset())
        for line, outcome in zip(ready, outcomes, strict=True):
            action = outcome["action"]
            if action == "failed":
                failures.append(_failure(part, line, _complaints(line, outcome.get("errors") or [])))
                continue
            counts[action] += 1
            if action == "skipped":
                reasons[_reason(outcome)] += 1
            if remembered and outcome.get("id"):
                self._remember(part, line, outcome, remembered)
        if part.is_help and failures:
            # The lines that need these records will complain themselves.
            for failure in failures:
                reasons[("skipped", failure["errors"][0]["code"], failure["errors"][0]["message"])] += 1
            counts["skipped"] += len(failures)
            failures = []
        counts["failed"] += len(failures)
        reasons.update(_failed(failure) for failure in failures)
        if part.is_vital and failures:
            reason = failures[0]["errors"][0]["message"]
            raise VitalPartFailed(what=OBJECTS[part.entity].word, key=lines[0].key, reason=reason)
        failures.sort(key=lambda failure: int(failure["line"]))
        self._progress.take(number, chunk.index, counts, chunk.corrections, failures, reasons)

    def _remember(self, part: Part, line: Line, outcome: Mapping[str, Any], fields: frozenset[str]) -> None:
        for name in fields:
            value = line.values.get(name)
            if isinstance(value, str):
                self._directory.remember(part.entity, name, value, outcome["id"])
        if self._order.dry_run and outcome["action"] == "created":
            self._imagined.add(outcome["id"])

    def _link(self, line: Line) -> None:
        """Give the line the ids it points to, or a complaint for each that is not there."""
        for link in line.links:
            record_id, complaint = self._directory.resolve(link)
            if record_id is None:
                line.complaints.append(complaint or _unknown(link))
            elif link.field is None or record_id in self._imagined:
                continue
            elif link.is_list:
                line.values.setdefault(link.field, [])
                if record_id not in line.values[link.field]:
                    line.values[link.field].append(record_id)
            else:
                line.values[link.field] = record_id

    def _send(self, part: Part, name: str, first_row: int, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """The outcomes of a chunk's rows, in their order."""
        target = OBJECTS[part.entity]
        arguments: dict[str, Any] = {
            link.field: self._directory.resolve(link)[0] for link in part.links if link.field
        }
        if self._order.dry_run:
            arguments.update(part.rehearsal)
        if target.takes_key:
            arguments.update(mode=part.mode, key=part.key)
        arguments.update(
            job_id=self._order.id,
            is_dry_run=self._order.dry_run,
            first_row=first_row,
            rows=[line.values for line in lines],
        )
        command_id = f"{self._order.id}:{part.entity}:{name}"
        try:
            answer = self._caller.ask(target.service, target.bring, command_id=command_id, **arguments)
        except AppError as error:
            if error.code != KeyReused.code:
                raise
            # The chunk was sent before a crash, and what its rows point to has changed since. Rows that are in
            # come out as unchanged.
            arguments["first_row"] = SECOND_COUNT + first_row
            answer = self._caller.ask(
                target.service, target.bring, command_id=f"{command_id}:again", **arguments
            )
        outcomes: list[dict[str, Any]] = answer["outcomes"]
        return outcomes


@dataclass(frozen=True)
class _Chunk:
    """Lines that are sent together, and what was corrected up to them."""

    index: int
    lines: Sequence[Line]
    corrections: Sequence[dict[str, Any]] = field(default_factory=list)


def _reason(outcome: Mapping[str, Any]) -> tuple[str, str, str]:
    """Why a service passed a row over."""
    errors = outcome.get("errors") or [{}]
    return "skipped", str(errors[0].get("code") or "skipped"), str(errors[0].get("message") or "")


def _failed(failure: Mapping[str, Any]) -> tuple[str, str, str]:
    """Why a row failed, in words that are the same for the same mistake in other rows: without its value."""
    first = failure["errors"][0]
    message = str(first["message"]).replace(repr(first["value"]), "a value")
    column = str(first["column"])
    if column and not message.startswith(f"{column}:"):
        message = f"{column}: {message}"
    return "failed", str(first["code"]), message


def _may_pass(error: AppError) -> bool:
    """Whether the same call may succeed later."""
    return error.kind in ("unavailable", "timeout", "too_many") or error.code == StillRunning.code


def _unknown(link: Link) -> Complaint:
    noun = OBJECTS[link.entity].word
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
