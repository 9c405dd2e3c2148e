"""Importing rows as records, once each: every row of a job leaves one line in `import_change`, and an outcome.

The line is the resume ledger (a chunk that comes again does nothing again) and what an undo takes back. Rows in =
created + updated + unchanged + failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from marshmallow import Schema
from sqlalchemy import insert, select

from chassis import codec, contracts
from chassis.errors import AppError, FieldError
from chassis.reading import table_of
from chassis.record import Record
from chassis.tables import import_change
from chassis.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)

CREATED, UPDATED, UNCHANGED, FAILED = "created", "updated", "unchanged", "failed"


@dataclass(frozen=True)
class Importer(Generic[R]):
    """How rows become records of `cls`, keyed by `external_id`.

    `make(uow, values)` returns a new record (not yet added), `change(uow, record, values)` edits one that exists;
    `made(uow, record, values)` runs after a new one was added. All may refuse with an `AppError`: the row then fails.
    """

    cls: type[R]
    schema: Schema
    make: Callable[[UnitOfWork, dict[str, Any]], R]
    change: Callable[[UnitOfWork, R, dict[str, Any]], None]
    made: Callable[[UnitOfWork, R, dict[str, Any]], None] | None = None

    def run(
        self, uow: UnitOfWork, *, job_id: str, first_row: int, rows: Sequence[Any], is_dry_run: bool = False
    ) -> dict[str, Any]:
        """Import `rows` (numbered from `first_row`); returns `{"outcomes": [{row, action, id?, errors?}]}`."""
        done = self._done_before(uow, job_id, first_row, len(rows))
        loaded = [self._load(row) for row in rows]
        existing = self._existing(uow, [values for values, _ in loaded if values is not None])
        outcomes: list[dict[str, Any]] = []
        lines: list[dict[str, Any]] = []
        for number, (values, errors) in enumerate(loaded, start=first_row):
            if number in done:
                outcomes.append(done[number])
                continue
            outcome, line = self._one(uow, values, errors, existing, is_dry_run)
            outcomes.append({"row": number, **outcome})
            lines.append(
                {
                    "workspace_id": uow.ctx.workspace_id,
                    "job_id": job_id,
                    "entity": self.cls.noun,
                    "row": number,
                    "record_id": outcome.get("id"),
                    "action": outcome["action"],
                    "errors": outcome.get("errors"),
                    "at": uow.ctx.now,
                    **line,
                }
            )
        if lines and not is_dry_run:
            uow.session.execute(insert(import_change), lines)
        return {"outcomes": outcomes}

    def _load(self, row: Any) -> tuple[dict[str, Any] | None, list[FieldError]]:
        if not isinstance(row, Mapping):
            return None, [{"pointer": "/", "code": "invalid_value", "message": "This row is not an object."}]
        try:
            return contracts.load(self.schema, row), []
        except AppError as error:
            return None, error.errors

    def _one(
        self,
        uow: UnitOfWork,
        values: dict[str, Any] | None,
        errors: list[FieldError],
        existing: dict[str, R],
        is_dry_run: bool,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        if values is None:
            return {"action": FAILED, "errors": errors}, {"before": None, "version_after": None}
        try:
            record = existing.get(values["external_id"])
            if record is None:
                record = self.make(uow, values)
                if not is_dry_run:
                    uow.add(record)
                    if self.made is not None:
                        self.made(uow, record, values)
                existing[values["external_id"]] = record
                return {"action": CREATED, "id": record.id}, {"before": None, "version_after": 1}
            known = record.changes()
            self.change(uow, record, values)
            changes = {name: pair for name, pair in record.changes().items() if known.get(name) != pair}
        except AppError as error:
            complaint: FieldError = {"pointer": "/", "code": error.code, "message": error.text}
            return {"action": FAILED, "errors": error.errors or [complaint]}, {
                "before": None,
                "version_after": None,
            }
        if not changes:
            return {"action": UNCHANGED, "id": record.id}, {"before": None, "version_after": record.version}
        before = codec.plain({name: pair[0] for name, pair in changes.items()})
        if is_dry_run:
            uow.session.expire(record)
        return {"action": UPDATED, "id": record.id}, {"before": before, "version_after": record.version + 1}

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
