"""Importing rows as records, once each: every row of a job leaves one line in `import_change`, and an outcome.

The line is the resume ledger (a chunk that comes again does nothing again) and what an undo takes back. Rows in =
created + updated + unchanged + skipped + failed. A chunk costs a bounded number of statements, whatever its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from marshmallow import Schema
from sqlalchemy import insert, select

from chassis import codec, contracts, suppressed
from chassis.errors import AppError, FieldError, Gone, Invalid
from chassis.reading import table_of
from chassis.record import Record, columns_of
from chassis.tables import import_change
from chassis.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)

CREATED, UPDATED, UNCHANGED, SKIPPED, FAILED = "created", "updated", "unchanged", "skipped", "failed"
CREATE, UPDATE, UPSERT = "create", "update", "upsert"
EXTERNAL_ID = "external_id"
# What every record has and no row brings.
_KEPT_OUT = frozenset({"version", "event_sequence", "updated_at"})


class AlreadyHere(AppError):
    kind = "conflict"
    code = "already_exists"
    message = "This is here already, and the import only creates."


class NotHere(AppError):
    kind = "not_found"
    code = "not_found"
    message = "This is not here, and the import only updates."


class AmbiguousKey(AppError):
    kind = "conflict"
    code = "ambiguous_key"
    message = "{count} records have the {key} {value!r}: make it unique, or import by another key."


class ExternalIdTaken(AppError):
    kind = "conflict"
    code = "external_id_taken"
    message = "Another record has the external id {value!r}."


@dataclass
class Imported(Generic[R]):
    """What became of one row; `record` is None where it failed. A `tie` may still change it.

    `effect` is what the row did to its record (created, updated or None), however the row itself ended.
    """

    row: int
    action: str
    values: dict[str, Any]
    record: R | None = None
    errors: list[FieldError] | None = None
    before: dict[str, Any] | None = None
    effect: str | None = None

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
            self.action, self.effect = UPDATED, UPDATED
        if self.action == UPDATED:
            self.before = {**codec.plain(before), **(self.before or {})}

    def complain(self, error: AppError, *, pointer: str = "/", action: str = FAILED) -> None:
        """The row ends with this error."""
        self.action, self.errors = action, complaints_of(error, pointer)


@dataclass(frozen=True)
class Importer(Generic[R]):
    """How rows become records of `cls`, found again by a column that the caller names as the key.

    `make(uow, values)` returns a new record (not yet added), `change(uow, record, values)` edits one that exists;
    both may refuse with an `AppError`: the row then fails. `made(uow, record, values)` runs after a new one was added.
    `tie(uow, imported)` runs when the chunk's rows are in, for what binds them to each other. Where `made` writes for
    itself, `is_written_late` is false: the new records cannot wait to be written all at once.
    """

    cls: type[R]
    schema: Schema
    make: Callable[[UnitOfWork, dict[str, Any]], R]
    change: Callable[[UnitOfWork, R, dict[str, Any]], None]
    made: Callable[[UnitOfWork, R, dict[str, Any]], None] | None = None
    tie: Callable[[UnitOfWork, Sequence[Imported[R]]], None] | None = None
    is_written_late: bool = True

    def run(
        self,
        uow: UnitOfWork,
        *,
        job_id: str,
        first_row: int,
        rows: Sequence[Any],
        is_dry_run: bool = False,
        mode: str = UPSERT,
        key: str = EXTERNAL_ID,
    ) -> dict[str, Any]:
        """Import `rows` (numbered from `first_row`); returns `{"outcomes": [{row, action, id?, errors?}]}`.

        `mode` is create, update or upsert; `key` the column by which a record that is here is found. A dry run does
        the same on a unit of work that is thrown away.
        """
        if is_dry_run:
            trial = UnitOfWork(uow.session, uow.ctx, uow.source)
            # A savepoint, because a row may have to be written for the next ones to find it.
            savepoint = uow.session.begin_nested()
            outcomes = [
                imported.outcome() for imported in self._import(trial, first_row, rows, mode, key, skip=())
            ]
            savepoint.rollback()
            uow.session.expunge_all()
            return {"outcomes": outcomes}
        done = self._done_before(uow, job_id, first_row, len(rows))
        suppressed.note_rows(uow.session, uow.ctx, self.cls.noun, job_id, done.values())
        fresh = self._import(uow, first_row, rows, mode, key, skip=done)
        if fresh:
            # Written first: only then the records have the versions that their lines keep.
            uow.flush()
            uow.session.execute(
                insert(import_change), [self._line(uow, job_id, imported) for imported in fresh]
            )
        outcomes = [*done.values(), *(imported.outcome() for imported in fresh)]
        return {"outcomes": sorted(outcomes, key=lambda outcome: outcome["row"])}

    def _import(
        self, uow: UnitOfWork, first_row: int, rows: Sequence[Any], mode: str, key: str, skip: Container[int]
    ) -> list[Imported[R]]:
        loaded = [
            (number, *self._load(row))
            for number, row in enumerate(rows, start=first_row)
            if number not in skip
        ]
        known = _Known.find(uow, self.cls, key, [values for _, values, _ in loaded if values is not None])
        done = [
            Imported[R](number, FAILED, {}, errors=errors)
            if values is None
            else self._one(uow, number, values, mode, known)
            for number, values, errors in loaded
        ]
        if self.tie is not None:
            self.tie(uow, [one for one in done if one.record is not None and one.action != SKIPPED])
        return done

    def _load(self, row: Any) -> tuple[dict[str, Any] | None, list[FieldError]]:
        if not isinstance(row, Mapping):
            return None, [{"pointer": "/", "code": "invalid_value", "message": "This row is not an object."}]
        try:
            return _loader(self.schema).load(row), []
        except AppError as error:
            return None, error.errors

    def _one(
        self, uow: UnitOfWork, number: int, values: dict[str, Any], mode: str, known: _Known[R]
    ) -> Imported[R]:
        try:
            record = known.record_of(values, mode)
            if record is None:
                return self._create(uow, number, values, mode, known)
            if mode == CREATE:
                return Imported(number, SKIPPED, values, record, errors=known.complaint(AlreadyHere()))
            known.require_free(values, record.id)
            before = self._edit(uow, record, values)
        except AppError as error:
            return Imported(number, FAILED, values, errors=complaints_of(error, f"/{known.key}"))
        known.remember(values, record)
        if not before:
            return Imported(number, UNCHANGED, values, record)
        return Imported(number, UPDATED, values, record, before=codec.plain(before), effect=UPDATED)

    def _create(
        self, uow: UnitOfWork, number: int, values: dict[str, Any], mode: str, known: _Known[R]
    ) -> Imported[R]:
        if mode == UPDATE:
            return Imported(number, SKIPPED, values, errors=known.complaint(NotHere()))
        required = getattr(self.schema, "required_to_create", ())
        if missing := [name for name in required if values.get(name) is None]:
            return Imported(number, FAILED, values, errors=[_required(name) for name in missing])
        known.require_free(values, None)
        record = self.make(uow, values)
        (uow.bring if self.is_written_late else uow.add)(record)
        known.remember(values, record)
        if self.made is not None:
            self.made(uow, record, values)
        return Imported(number, CREATED, values, record, effect=CREATED)

    def _edit(self, uow: UnitOfWork, record: R, values: dict[str, Any]) -> dict[str, Any]:
        """Edit a record; returns what the columns were that changed. A refused row leaves the record as it was."""
        if record.deleted_at is not None:
            raise Gone(what=self.cls.noun, id=record.id)
        state, facts = columns_of(record), len(record.facts)
        try:
            self.change(uow, record, values)
        except AppError:
            del record.facts[facts:]
            for name, value in state.items():
                setattr(record, name, value)
            raise
        return {
            name: value
            for name, value in state.items()
            if name not in _KEPT_OUT and getattr(record, name) != value
        }

    def _line(self, uow: UnitOfWork, job_id: str, imported: Imported[R]) -> dict[str, Any]:
        record = imported.record
        return {
            "workspace_id": uow.ctx.workspace_id,
            "job_id": job_id,
            "entity": self.cls.noun,
            "row": imported.row,
            "record_id": record.id if record is not None else None,
            "action": imported.action,
            "errors": imported.errors,
            "before": imported.before,
            "version_after": record.version if record is not None else None,
            "effect": imported.effect,
            "at": uow.ctx.now,
        }

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


class _Known(Generic[R]):
    """The records that a chunk's rows may be about, by the key of the import and by external id."""

    def __init__(self, key: str, by_key: dict[Any, list[R]], owners: dict[str, str]) -> None:
        self.key = key
        self._by_key = by_key
        self._owners = owners

    @classmethod
    def find(cls, uow: UnitOfWork, kind: type[R], key: str, rows: Sequence[Mapping[str, Any]]) -> _Known[R]:
        """In one statement, two where rows bring external ids and are found by another key."""
        table = table_of(kind)
        mine = table.c.workspace_id == uow.ctx.workspace_id
        keys = {value for row in rows if (value := row.get(key)) is not None}
        by_key: dict[Any, list[R]] = {}
        if keys:
            wanted = select(kind).where(mine, table.c[key].in_(keys))
            if key != EXTERNAL_ID:
                # An external id stays with its record for good; another key is free again when that is deleted.
                wanted = wanted.where(table.c.deleted_at.is_(None))
            for record in uow.scalars(wanted.order_by(table.c.id)):
                by_key.setdefault(getattr(record, key), []).append(record)
        owners: dict[str, str] = {}
        external_ids = {value for row in rows if (value := row.get(EXTERNAL_ID)) is not None}
        if key != EXTERNAL_ID and external_ids:
            found = uow.session.execute(
                select(table.c.external_id, table.c.id).where(mine, table.c.external_id.in_(external_ids))
            )
            owners = {row.external_id: row.id for row in found}
        return cls(key, by_key, owners)

    def record_of(self, values: Mapping[str, Any], mode: str) -> R | None:
        """The record that a row is about, or None; raises `Invalid` (no key) or `AmbiguousKey`."""
        value = values.get(self.key)
        if value is None:
            if mode == CREATE:
                return None
            raise Invalid(errors=[_required(self.key)])
        found = self._by_key.get(value, [])
        if len(found) > 1:
            raise AmbiguousKey(count=len(found), key=self.key, value=value)
        return found[0] if found else None

    def require_free(self, values: Mapping[str, Any], record_id: str | None) -> None:
        """Refuse an external id that another record has."""
        value = values.get(EXTERNAL_ID)
        if value is not None and self._owners.get(value, record_id) != record_id:
            error = ExternalIdTaken(value=value)
            raise ExternalIdTaken(error.text, errors=complaints_of(error, f"/{EXTERNAL_ID}"), value=value)

    def remember(self, values: Mapping[str, Any], record: R) -> None:
        """Let the next rows find a record that this one made or changed."""
        if (value := values.get(self.key)) is not None:
            self._by_key.setdefault(value, [record])
        if self.key != EXTERNAL_ID and (value := values.get(EXTERNAL_ID)) is not None:
            self._owners[value] = record.id

    def complaint(self, error: AppError) -> list[FieldError]:
        return complaints_of(error, f"/{self.key}")


def _required(field: str) -> FieldError:
    return {"pointer": f"/{field}", "code": "required", "message": "Missing data for required field."}


@cache
def _loader(schema: Schema) -> contracts.RowLoader:
    return contracts.RowLoader(schema)


def complaints_of(error: AppError, pointer: str = "/") -> list[FieldError]:
    """A refusal as the complaints of a row; one that names no field complains at `pointer`."""
    return error.errors or [{"pointer": pointer, "code": error.code, "message": error.text}]
