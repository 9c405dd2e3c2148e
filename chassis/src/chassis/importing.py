"""Importing rows as records, once each: every row of a job leaves one line in `import_change`, and an outcome.

The line is the resume ledger (a chunk that comes again does nothing again) and what an undo takes back. Rows in =
created + updated + unchanged + failed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import Schema
from sqlalchemy import insert, select

from chassis import codec, contracts, suppressed
from chassis.errors import AppError, FieldError, Gone
from chassis.reading import table_of
from chassis.record import Record, columns_of
from chassis.tables import import_change
from chassis.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)

CREATED, UPDATED, UNCHANGED, FAILED = "created", "updated", "unchanged", "failed"


@dataclass
class Imported(Generic[R]):
    """What became of one row; `record` is None where it failed. A `tie` may still change it."""

    row: int
    action: str
    values: dict[str, Any]
    record: R | None = None
    errors: list[FieldError] | None = None
    before: dict[str, Any] | None = None
    version_after: int | None = None

    def outcome(self) -> dict[str, Any]:
        """The row as callers see it."""
        outcome = {
            "row": self.row,
            "action": self.action,
            "id": self.record.id if self.record is not None else None,
            "errors": self.errors,
        }
        return {name: value for name, value in outcome.items() if value is not None}

    def changed(self, before: dict[str, Any]) -> None:
        """The row changed its record in these fields; `before` holds what they were."""
        if self.action == UNCHANGED and self.record is not None:
            self.action, self.version_after = UPDATED, self.record.version + 1
        if self.action == UPDATED:
            self.before = {**codec.plain(before), **(self.before or {})}

    def complain(self, error: AppError, *, pointer: str = "/", action: str = FAILED) -> None:
        """The row ends with this error."""
        self.action, self.errors = action, complaints_of(error, pointer)


@dataclass(frozen=True)
class Importer(Generic[R]):
    """How rows become records of `cls`, keyed by `external_id`.

    `make(uow, values)` returns a new record (not yet added), `change(uow, record, values)` edits one that exists;
    both may refuse with an `AppError`: the row then fails. `made(uow, record, values)` runs after a new one was added.
    `tie(uow, imported)` runs when the chunk's rows are in, for what binds them to each other.
    """

    cls: type[R]
    schema: Schema
    make: Callable[[UnitOfWork, dict[str, Any]], R]
    change: Callable[[UnitOfWork, R, dict[str, Any]], None]
    made: Callable[[UnitOfWork, R, dict[str, Any]], None] | None = None
    tie: Callable[[UnitOfWork, Sequence[Imported[R]]], None] | None = None

    def run(
        self, uow: UnitOfWork, *, job_id: str, first_row: int, rows: Sequence[Any], is_dry_run: bool = False
    ) -> dict[str, Any]:
        """Import `rows` (numbered from `first_row`); returns `{"outcomes": [{row, action, id?, errors?}]}`.

        A dry run does the same on a unit of work that is thrown away.
        """
        if is_dry_run:
            trial = UnitOfWork(uow.session, uow.ctx, uow.source)
            # A savepoint, because a row may have to be written for the next ones to find it.
            savepoint = uow.session.begin_nested()
            outcomes = [imported.outcome() for imported in self._import(trial, first_row, rows, skip=())]
            savepoint.rollback()
            uow.session.expunge_all()
            return {"outcomes": outcomes}
        done = self._done_before(uow, job_id, first_row, len(rows))
        suppressed.note_rows(uow.session, uow.ctx, self.cls.noun, job_id, done.values())
        fresh = self._import(uow, first_row, rows, skip=done)
        if fresh:
            uow.session.execute(
                insert(import_change), [self._line(uow, job_id, imported) for imported in fresh]
            )
        outcomes = [*done.values(), *(imported.outcome() for imported in fresh)]
        return {"outcomes": sorted(outcomes, key=lambda outcome: outcome["row"])}

    def _import(
        self, uow: UnitOfWork, first_row: int, rows: Sequence[Any], skip: Container[int]
    ) -> list[Imported[R]]:
        loaded = [
            (number, *self._load(row))
            for number, row in enumerate(rows, start=first_row)
            if number not in skip
        ]
        existing = self._existing(uow, [values for _, values, _ in loaded if values is not None])
        done = [
            Imported[R](number, FAILED, {}, errors=errors)
            if values is None
            else self._one(uow, number, values, existing)
            for number, values, errors in loaded
        ]
        if self.tie is not None:
            self.tie(uow, [imported for imported in done if imported.record is not None])
        return done

    def _load(self, row: Any) -> tuple[dict[str, Any] | None, list[FieldError]]:
        if not isinstance(row, Mapping):
            return None, [{"pointer": "/", "code": "invalid_value", "message": "This row is not an object."}]
        try:
            return contracts.load(self.schema, row), []
        except AppError as error:
            return None, error.errors

    def _one(
        self, uow: UnitOfWork, number: int, values: dict[str, Any], existing: dict[str, R]
    ) -> Imported[R]:
        record = existing.get(values["external_id"])
        try:
            if record is None:
                record = self.make(uow, values)
                uow.add(record)
                existing[values["external_id"]] = record
                if self.made is not None:
                    self.made(uow, record, values)
                return Imported(number, CREATED, values, record, version_after=1)
            changes = self._changes(uow, record, values)
        except AppError as error:
            return Imported(number, FAILED, values, errors=complaints_of(error))
        if not changes:
            return Imported(number, UNCHANGED, values, record, version_after=record.version)
        before = codec.plain({name: pair[0] for name, pair in changes.items()})
        return Imported(number, UPDATED, values, record, before=before, version_after=record.version + 1)

    def _changes(self, uow: UnitOfWork, record: R, values: dict[str, Any]) -> dict[str, list[Any]]:
        """Edit a record; returns what that changed. A refused row leaves the record as it was."""
        if record.deleted_at is not None:
            raise Gone(what=self.cls.noun, id=record.id)
        known, state, facts = record.changes(), columns_of(record), len(record.facts)
        try:
            self.change(uow, record, values)
        except AppError:
            del record.facts[facts:]
            for name, value in state.items():
                setattr(record, name, value)
            raise
        return {name: pair for name, pair in record.changes().items() if known.get(name) != pair}

    def _line(self, uow: UnitOfWork, job_id: str, imported: Imported[R]) -> dict[str, Any]:
        return {
            "workspace_id": uow.ctx.workspace_id,
            "job_id": job_id,
            "entity": self.cls.noun,
            "row": imported.row,
            "record_id": imported.record.id if imported.record is not None else None,
            "action": imported.action,
            "errors": imported.errors,
            "before": imported.before,
            "version_after": imported.version_after,
            "at": uow.ctx.now,
        }

    def _existing(self, uow: UnitOfWork, loaded: Sequence[dict[str, Any]]) -> dict[str, R]:
        keys = {values["external_id"] for values in loaded}
        if not keys:
            return {}
        table = table_of(self.cls)
        found = uow.scalars(
            select(self.cls).where(
                table.c.workspace_id == uow.ctx.workspace_id, table.c.external_id.in_(keys)
            )
        )
        return {str(getattr(record, "external_id")): record for record in found}

    @staticmethod
    def _outcome(row: Any) -> dict[str, Any]:
        outcome = {"row": row.row, "action": row.action, "id": row.record_id, "errors": row.errors}
        return {name: value for name, value in outcome.items() if value is not None}

    def _done_before(
        self, uow: UnitOfWork, job_id: str, first_row: int, length: int
    ) -> dict[int, dict[str, Any]]:
        rows = uow.session.execute(
            select(import_change).where(
                import_change.c.workspace_id == uow.ctx.workspace_id,
                import_change.c.job_id == job_id,
                import_change.c.entity == self.cls.noun,
                import_change.c.row.between(first_row, first_row + length - 1),
            )
        ).all()
        return {row.row: self._outcome(row) for row in rows}


def complaints_of(error: AppError, pointer: str = "/") -> list[FieldError]:
    """A refusal as the complaints of a row; one that names no field complains at `pointer`."""
    return error.errors or [{"pointer": pointer, "code": error.code, "message": error.text}]
