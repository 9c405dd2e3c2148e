"""The unit of work of one command: loads records with every check, and turns what happened into events.

Records, the command's result and the outbox rows commit in one transaction. A use case sees `get`, `add`, `delete`,
`scalars`; commits and messages are not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from sqlalchemy import Select, Table, event, insert, inspect, select, update
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from chassis import clock, codec, envelope, ids, searching, sharing, tables, tallies
from chassis.context import Context
from chassis.errors import Gone, NotFound, Stale
from chassis.record import Record, Row, insertable, stamp

R = TypeVar("R", bound=Record)
T = TypeVar("T")

Check = Callable[[str, dict[str, Any]], None]

_WATCHED, _SETTLED = "rapport_watched", "rapport_settled"


class SilentChange(RuntimeError):
    """A record was written without its version and events: a defect; use `UnitOfWork.flush`."""


def _only_through_work(session: Session, *_: Any) -> None:
    """Refuse to write a record past the unit of work: its change would be told to nobody."""
    if session.info.get(_SETTLED):
        return
    for one in (*session.new, *session.dirty):
        if isinstance(one, Record) and one.is_told and session.is_modified(one):
            raise SilentChange(f"{one.noun} {one.id} would be written past the unit of work")


class UnitOfWork:
    """One transaction on behalf of one caller.

    Arguments: `session` inside a write transaction; `ctx` who works; `source` the service that tells the events;
    `check` validates a wire event (type, data) before it is stored.
    """

    def __init__(self, session: Session, ctx: Context, source: str, check: Check | None = None) -> None:
        self.session = session
        self.ctx = ctx
        self.source = source
        self.told = 0
        self._check = check
        self._records: dict[int, Record] = {}
        self._new: set[int] = set()
        self._outbox: list[dict[str, Any]] = []
        self._rows: dict[type[Row], list[dict[str, Any]]] = {}
        self._brought: list[Record] = []
        self._grants: list[tuple[Table, dict[str, Any]]] = []
        if not session.info.get(_WATCHED):
            session.info[_WATCHED] = True
            event.listen(session, "before_flush", _only_through_work)

    def get(self, cls: type[R], record_id: str, expected_version: int | None = None) -> R:
        """The record with this id in the caller's workspace.

        Raises `NotFound`, `Gone` (deleted) or `Stale` (not at `expected_version`; names the fields changed since).
        """
        record = self._found(cls, record_id)
        if record.deleted_at is not None:
            raise Gone(what=cls.noun, id=record_id)
        if expected_version is not None and expected_version != record.version:
            raise Stale(
                version=record.version,
                expected=expected_version,
                changed=self._changed_since(cls, record_id, expected_version),
            )
        self._records[id(record)] = record
        return record

    def get_deleted(self, cls: type[R], record_id: str) -> R:
        """The record, deleted or not; raises `NotFound`."""
        record = self._found(cls, record_id)
        self._records[id(record)] = record
        return record

    def _found(self, cls: type[R], record_id: str) -> R:
        """The record, if the caller may write it. One that a partner may not see is not there."""
        record = self.session.get(cls, (self.ctx.workspace_id, record_id))
        access = None if record is None else sharing.access_to(self.session, self.ctx, cls, record_id)
        if record is None or access is None:
            raise NotFound(what=cls.noun, id=record_id)
        if access != sharing.WRITE:
            raise sharing.ReadOnly(what=cls.noun, id=record_id)
        return record

    def add(self, record: R) -> R:
        """Make a new record part of this work; gives it workspace, id and timestamps."""
        stamp(record, self.ctx.workspace_id, self.ctx.now)
        self.session.add(record)
        self._records[id(record)] = record
        self._new.add(id(record))
        grant = sharing.made_by(self.ctx, record)
        if grant is not None:
            self._grants.append((sharing.grants_of(type(record)), grant))
        return record

    def bring(self, record: R) -> R:
        """Make one of many new records part of this work; those of a kind are written together, past the session.

        A record whose parts hang on it by a relationship is added the ordinary way.
        """
        mapper: Mapper[Any] = inspect(type(record))
        if mapper.relationships:
            return self.add(record)
        stamp(record, self.ctx.workspace_id, self.ctx.now)
        self._records[id(record)] = record
        self._new.add(id(record))
        self._brought.append(record)
        return record

    def add_row(self, row: Row) -> None:
        """Add a plain row (a part of a record) of this workspace."""
        row.workspace_id = self.ctx.workspace_id
        self.session.add(row)

    def append(self, cls: type[Row], values: dict[str, Any]) -> None:
        """Add a plain row that nobody reads again in this work; those of a kind are written together at the end."""
        self._rows.setdefault(cls, []).append({"workspace_id": self.ctx.workspace_id, **values})

    def delete(self, record: Record) -> None:
        """Delete softly: the record can be restored for 30 days."""
        record.deleted_at = self.ctx.now

    def scalars(self, statement: Select[T]) -> Sequence[T]:
        """All results of `statement`; records among them become part of this work."""
        found = self.session.scalars(statement).all()
        for one in found:
            if isinstance(one, Record):
                self._records[id(one)] = one
        return found

    def first(self, statement: Select[T]) -> T | None:
        """The first result of `statement`, or None."""
        found = self.scalars(statement.limit(1))
        return found[0] if found else None

    def insert_rows(self, table: Table, rows: Iterable[dict[str, Any]]) -> None:
        """Insert many plain rows at once."""
        listed = list(rows)
        if listed:
            self.session.execute(insert(table), listed)

    def tell(
        self,
        event_type: str,
        *,
        subject_type: str,
        subject_id: str,
        sequence: int,
        data: dict[str, Any],
        version: int | None = None,
        event_id: str | None = None,
    ) -> str:
        """Put an event into the outbox; returns its id. Facts of records go through `Record.happened` instead."""
        if self._check is not None:
            self._check(event_type, data)
        event_id = event_id or ids.new("event")
        moment = clock.now()
        self._outbox.append(
            {
                "event_id": event_id,
                "workspace_id": self.ctx.workspace_id,
                "source": self.source,
                "type": event_type,
                "subject_type": subject_type,
                "subject_id": subject_id,
                "sequence": sequence,
                "version": version,
                "lane": envelope.lane(self.ctx.origin, subject_id),
                "payload": envelope.dump(
                    event_id=event_id,
                    event_type=event_type,
                    source=self.source,
                    subject_type=subject_type,
                    subject_id=subject_id,
                    sequence=sequence,
                    moment=moment,
                    ctx=self.ctx,
                    data=data,
                ),
                "created_at": moment,
            }
        )
        return event_id

    def tell_of(self, record: Record, event_type: str, **data: Any) -> None:
        """Tell a fact about a record as it is.

        Written past the record: the version stays, so that nobody's save fails because something came up meanwhile.
        """
        table = inspect(type(record)).local_table
        sequence = record.event_sequence + 1
        self.session.execute(
            update(table)
            .where(table.c.workspace_id == record.workspace_id, table.c.id == record.id)
            .values(event_sequence=sequence)
        )
        set_committed_value(record, "event_sequence", sequence)
        self.tell(
            event_type,
            subject_type=record.noun,
            subject_id=record.id,
            sequence=sequence,
            version=record.version,
            data={"record": record.view(), "changes": {}, **data},
        )

    def flush(self) -> None:
        """Raise versions, write the rows and put every fact into the outbox, in the order it happened."""
        settled = [self._settle(record) for record in list(self._records.values())]
        pending = [entry for entry in settled if entry is not None]
        write_words = searching.follow(self.session, (record for record, _, _ in pending))
        self._write_brought()
        for record, _, _ in pending:
            if record not in self.session:
                # Brought and written before, and changed since.
                self.session.add(record)
        self.session.info[_SETTLED] = True
        self.session.flush()
        self.session.info[_SETTLED] = False
        for cls, rows in self._rows.items():
            self.session.execute(insert(inspect(cls).local_table), rows)
        self._rows.clear()
        for table, grant in self._grants:
            self.session.execute(insert(table), [grant])
        self._grants.clear()
        write_words()
        for record, facts, changes in pending:
            self._publish(record, facts, changes)
        if self._outbox:
            self.session.execute(insert(tables.outbox), self._outbox)
            types = [row["type"] for row in self._outbox]
            tallies.note_told(self.session, self.ctx, self.source, types, self.ctx.now)
            self.told += len(self._outbox)
            self._outbox = []

    def _write_brought(self) -> None:
        by_kind: dict[type[Record], list[Record]] = {}
        for record in self._brought:
            by_kind.setdefault(type(record), []).append(record)
        for cls, records in by_kind.items():
            rows = [insertable(record) for record in records]
            self.session.execute(insert(inspect(cls).local_table), rows)
            for record in records:
                make_transient_to_detached(record)
        self._brought.clear()

    def _settle(
        self, record: Record
    ) -> tuple[Record, list[tuple[str, dict[str, Any]]], dict[str, Any]] | None:
        if not record.facts and not inspect(record).modified:
            return None
        facts: list[tuple[str, dict[str, Any]]] = [(fact.wire, asdict(fact)) for fact in record.facts]
        record.facts.clear()
        changes: dict[str, Any] = {}
        if id(record) in self._new:
            self._new.discard(id(record))
            facts.insert(0, (f"{record.noun}.created.v1", {}))
        else:
            changes = record.changes()
            deleted = self._deleted(record)
            if deleted is not None:
                facts.append((f"{record.noun}.{deleted}.v1", {}))
            elif changes and not facts:
                facts.append((f"{record.noun}.properties_changed.v1", {}))
            if not changes and not facts:
                return None
            record.version += 1
            record.updated_at = self.ctx.now
        if not record.is_told:
            facts = []
        record.event_sequence += len(facts)
        return record, facts, changes

    @staticmethod
    def _deleted(record: Record) -> str | None:
        history = inspect(record).attrs["deleted_at"].history
        if not history.has_changes():
            return None
        return "deleted" if record.deleted_at is not None else "restored"

    def _publish(
        self, record: Record, facts: list[tuple[str, dict[str, Any]]], changes: dict[str, Any]
    ) -> None:
        first = record.event_sequence - len(facts) + 1
        for offset, (wire, extra) in enumerate(facts):
            self.tell(
                wire,
                subject_type=record.noun,
                subject_id=record.id,
                sequence=first + offset,
                version=record.version,
                data={"record": record.view(), "changes": changes if offset == 0 else {}, **extra},
            )

    def _changed_since(self, cls: type[Record], record_id: str, version: int) -> list[str]:
        outbox = tables.outbox
        payloads = self.session.scalars(
            select(outbox.c.payload).where(
                outbox.c.workspace_id == self.ctx.workspace_id,
                outbox.c.subject_type == cls.noun,
                outbox.c.subject_id == record_id,
                outbox.c.version > version,
            )
        )
        changed: set[str] = set()
        for payload in payloads:
            changed.update(codec.loads(payload)["data"].get("changes") or {})
        return sorted(changed)
