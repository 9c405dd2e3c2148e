"""Taking back what an import did, in portions, from its last row to its first; once each, like the rows came in.

What somebody changed since stays, and so does what something else has come to depend on; each says why. The lines of
`import_change` keep what became of them: a portion that comes again answers the same, and tries again what was kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from sqlalchemy import Date, bindparam, select, update

from chassis import clock
from chassis.clock import Instant
from chassis.context import Context
from chassis.errors import AppError, FieldError
from chassis.importing import CREATED, EXTERNAL_ID, complaints_of
from chassis.money import Amount
from chassis.reading import table_of
from chassis.record import Record
from chassis.tables import import_change
from chassis.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)

REMOVED, RESTORED, KEPT = "removed", "restored", "kept"
LIMIT = 500

Restore = Callable[[R, dict[str, Any]], None]


class ChangedSince(AppError):
    kind = "conflict"
    code = "changed_since"
    message = "Somebody has changed this since the import; what they did stays."


class DeletedSince(AppError):
    kind = "gone"
    code = "deleted_since"
    message = "This has been deleted since the import; there is nothing to take back."


class InUse(AppError):
    kind = "conflict"
    code = "in_use"
    message = "This has {what} that the import did not bring; remove them first, or keep it."


@dataclass(frozen=True)
class Undoer(Generic[R]):
    """How what an import did to records of `cls` is taken back.

    `keep(uow, job_id, records)` says why some of the new records must stay, by id. `remove(uow, records)` takes away
    what goes with them. `restore(uow, pairs)` prepares for a portion of records and their former values, and returns
    what sets one back, which may refuse with an `AppError`: plain columns, unless a service knows better.
    """

    cls: type[R]
    keep: Callable[[UnitOfWork, str, Sequence[R]], Mapping[str, AppError]] | None = None
    remove: Callable[[UnitOfWork, Sequence[R]], None] | None = None
    restore: Callable[[UnitOfWork, Sequence[tuple[R, dict[str, Any]]]], Restore[R]] | None = None

    def run(
        self, uow: UnitOfWork, *, job_id: str, before_row: int | None = None, limit: int = LIMIT
    ) -> dict[str, Any]:
        """Take back up to `limit` rows below `before_row` (None: the last ones).

        Returns `{"outcomes": [{row, action, id, errors?}], "next": row or None}`; `next` is the `before_row` to go on.
        """
        portion = self._lines(uow, job_id, before_row, limit)
        following = portion[-1].row if len(portion) == limit else None
        open_ids = {line.record_id for line in portion if line.undone in (None, KEPT)}
        settled = _Settled()
        if open_ids:
            self._settle(uow, job_id, open_ids, settled)
        outcomes = [
            _outcome(line.row, line.record_id, *settled.of(line.record_id, line.undone, line.undo_errors))
            for line in portion
        ]
        return {"outcomes": outcomes, "next": following}

    def _settle(self, uow: UnitOfWork, job_id: str, record_ids: set[str], settled: _Settled) -> None:
        histories = self._histories(uow, job_id, record_ids)
        table = table_of(self.cls)
        found = uow.scalars(
            select(self.cls).where(table.c.workspace_id == uow.ctx.workspace_id, table.c.id.in_(histories))
        )
        records = {record.id: record for record in found}
        fresh: list[R] = []
        former: list[tuple[R, dict[str, Any]]] = []
        for record_id, history in histories.items():
            record = records.get(record_id)
            if record is None or record.deleted_at is not None:
                settled.keep(record_id, DeletedSince())
            elif not history.is_last_word(record.version):
                settled.keep(record_id, ChangedSince())
            elif history.is_new:
                fresh.append(record)
            else:
                former.append((record, history.former_values(self.cls)))
        self._remove(uow, job_id, fresh, settled)
        self._restore(uow, former, settled)
        settled.write(uow, job_id, self.cls.noun, histories)

    def _remove(self, uow: UnitOfWork, job_id: str, records: Sequence[R], settled: _Settled) -> None:
        reasons = self.keep(uow, job_id, records) if self.keep is not None and records else {}
        for record_id, reason in reasons.items():
            settled.keep(record_id, reason)
        removed = [record for record in records if record.id not in reasons]
        for record in removed:
            uow.delete(record)
            if hasattr(record, EXTERNAL_ID):
                # Free again, so that the same file can be brought in once more, and better.
                setattr(record, EXTERNAL_ID, None)
            settled.actions[record.id] = REMOVED
        if self.remove is not None and removed:
            self.remove(uow, removed)

    def _restore(self, uow: UnitOfWork, pairs: Sequence[tuple[R, dict[str, Any]]], settled: _Settled) -> None:
        restore: Restore[R] = put_back
        if self.restore is not None and pairs:
            restore = self.restore(uow, pairs)
        for record, values in pairs:
            try:
                restore(record, values)
            except AppError as error:
                settled.keep(record.id, error)
            else:
                settled.actions[record.id] = RESTORED

    def _lines(self, uow: UnitOfWork, job_id: str, before_row: int | None, limit: int) -> Sequence[Any]:
        mine = self._mine(uow, job_id)
        if before_row is not None:
            mine.append(import_change.c.row < before_row)
        return uow.session.execute(
            select(import_change).where(*mine).order_by(import_change.c.row.desc()).limit(limit)
        ).all()

    def _histories(self, uow: UnitOfWork, job_id: str, record_ids: Iterable[str]) -> dict[str, _History]:
        """All that the job did to these records, whichever rows did it."""
        lines = uow.session.execute(
            select(import_change)
            .where(*self._mine(uow, job_id), import_change.c.record_id.in_(record_ids))
            .order_by(import_change.c.row.desc())
        ).all()
        found: dict[str, _History] = {}
        for line in lines:
            found.setdefault(line.record_id, _History([])).lines.append(line)
        return found

    def _mine(self, uow: UnitOfWork, job_id: str) -> list[Any]:
        return [
            import_change.c.workspace_id == uow.ctx.workspace_id,
            import_change.c.job_id == job_id,
            import_change.c.entity == self.cls.noun,
            import_change.c.effect.is_not(None),
        ]


@dataclass
class _History:
    """The lines of one record in one job, the last row first."""

    lines: list[Any]

    @property
    def is_new(self) -> bool:
        return any(line.effect == CREATED for line in self.lines)

    def is_last_word(self, version: int) -> bool:
        """Whether nobody changed the record between the job's rows, or after them."""
        versions: set[int] = {line.version_after for line in self.lines}
        return max(versions) == version and max(versions) - min(versions) == len(versions) - 1

    def former_values(self, cls: type[Record]) -> dict[str, Any]:
        """What the columns were before the job's first row."""
        values: dict[str, Any] = {}
        for line in self.lines:
            values.update(line.before or {})
        columns = table_of(cls).c
        return {name: _typed(columns[name].type, value) for name, value in values.items() if name in columns}


class _Settled:
    """What became of records in this portion."""

    def __init__(self) -> None:
        self.actions: dict[str, str] = {}
        self.errors: dict[str, list[FieldError]] = {}

    def keep(self, record_id: str, reason: AppError) -> None:
        self.actions[record_id] = KEPT
        self.errors[record_id] = complaints_of(reason)

    def of(
        self, record_id: str, undone: str | None, errors: list[FieldError] | None
    ) -> tuple[str | None, list[FieldError] | None]:
        """The action and the errors of a line: of now, or those it had."""
        if record_id in self.actions:
            return self.actions[record_id], self.errors.get(record_id)
        return undone, errors

    def write(self, uow: UnitOfWork, job_id: str, entity: str, histories: Mapping[str, _History]) -> None:
        changed = [
            {
                "in_workspace": uow.ctx.workspace_id,
                "of_job": job_id,
                "of_entity": entity,
                "at_row": line.row,
                "undone": self.actions[record_id],
                "undo_errors": self.errors.get(record_id),
            }
            for record_id, history in histories.items()
            for line in history.lines
        ]
        if changed:
            uow.session.connection().execute(_SETTLE, changed)


_SETTLE = update(import_change).where(
    import_change.c.workspace_id == bindparam("in_workspace"),
    import_change.c.job_id == bindparam("of_job"),
    import_change.c.entity == bindparam("of_entity"),
    import_change.c.row == bindparam("at_row"),
)


def put_back(record: Record, values: Mapping[str, Any]) -> None:
    """Set columns to what they were."""
    for name, value in values.items():
        setattr(record, name, value)


def unchanged_of_job(uow: UnitOfWork, cls: type[Record], job_id: str, record_ids: Iterable[str]) -> set[str]:
    """Those of these records that the job made and nobody has changed since: an undo takes them away as well."""
    table = table_of(cls)
    return set(
        uow.session.scalars(
            select(import_change.c.record_id)
            .join(
                table,
                (table.c.workspace_id == import_change.c.workspace_id)
                & (table.c.id == import_change.c.record_id)
                & (table.c.version == import_change.c.version_after),
            )
            .where(
                import_change.c.workspace_id == uow.ctx.workspace_id,
                import_change.c.record_id.in_(record_ids),
                import_change.c.job_id == job_id,
                import_change.c.entity == cls.noun,
                import_change.c.effect == CREATED,
                import_change.c.undone.is_distinct_from(KEPT),
            )
        )
    )


def undoing(undoers: Mapping[str, Undoer[Any]]) -> Callable[..., dict[str, Any]]:
    """The command `undo_import` of a service; `undoers` by the name of the import's part, like `things`."""

    def run(uow: UnitOfWork, ctx: Context, *, entity: str, **portion: Any) -> dict[str, Any]:
        return undoers[entity].run(uow, **portion)

    return run


def _outcome(row: int, record_id: str, action: str | None, errors: list[FieldError] | None) -> dict[str, Any]:
    outcome = {"row": row, "action": action, "id": record_id}
    return {**outcome, "errors": errors} if errors else outcome


def _typed(kind: Any, value: Any) -> Any:
    """A value as its column knows it, out of its JSON form."""
    if value is None:
        return None
    if isinstance(kind, Instant):
        return clock.from_text(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    return Decimal(value) if isinstance(kind, Amount) else value
