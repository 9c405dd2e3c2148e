"""Imported rows: once each, with one outcome each; a dry run leaves no trace, whatever its use case wrote meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import EXCLUDE, Schema, fields
from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import tables
from chassis.context import Context
from chassis.database import Database
from chassis.errors import RuleBroken
from chassis.guard import ACROSS
from chassis.importing import Importer
from chassis.record import Record, Row
from chassis.unit_of_work import UnitOfWork

CTX = Context(workspace_id="workspace_1", actor="user_1", role="admin", origin="import")


class Base(DeclarativeBase):
    pass


class Thing(Record, Base):
    __tablename__ = "thing"
    __table_args__ = (Index("uq_thing_external", "workspace_id", "external_id", unique=True),)
    noun = "thing"
    prefix = "thing"
    name: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str | None] = mapped_column(String(20), default=None)


class QuietThing(Record, Base):
    __tablename__ = "quiet_thing"
    noun = "quiet_thing"
    prefix = "quiet_thing"
    is_told = False
    name: Mapped[str] = mapped_column(String(20))


class Scratch(Row, Base):
    __tablename__ = "scratch"
    depth: Mapped[int] = mapped_column(default=1)


class ThingRow(Schema):
    class Meta:
        unknown = EXCLUDE

    external_id = fields.String(required=True)
    name = fields.String(required=True)


class NameTaken(RuleBroken):
    code = "things.name_taken"
    message = "Taken."


@pytest.fixture
def database() -> Iterator[Database]:
    found = Database("sqlite://")
    Base.metadata.create_all(found.write_engine)
    tables.metadata.create_all(found.write_engine)
    yield found
    found.dispose()


def change(uow: UnitOfWork, thing: Thing, values: dict[str, Any]) -> None:
    thing.set(values)
    if values["name"] == "taken":
        raise NameTaken()


def make(uow: UnitOfWork, values: dict[str, Any]) -> Thing:
    thing = Thing(id=Thing.new_id())
    change(uow, thing, values)
    return thing


def made(uow: UnitOfWork, thing: Thing, values: dict[str, Any]) -> None:
    uow.flush()
    uow.append(Scratch, {"id": thing.id})


IMPORTER = Importer(cls=Thing, schema=ThingRow(), make=make, change=change, made=made, is_written_late=False)


def bring(database: Database, *names: str, job: str = "job_1", is_dry_run: bool = False) -> list[str]:
    """What became of rows with these names and the keys 1, 2 ..."""
    rows = [{"external_id": str(number), "name": name} for number, name in enumerate(names)]

    def work(session: Any) -> list[str]:
        uow = UnitOfWork(session, CTX, "things")
        answer = IMPORTER.run(uow, job_id=job, first_row=0, rows=rows, is_dry_run=is_dry_run)
        uow.flush()
        return [outcome["action"] for outcome in answer["outcomes"]]

    return database.transact(work)


def count(database: Database, table: Any) -> int:
    with database.reading() as session:
        statement = select(func.count()).select_from(table).execution_options(**ACROSS)
        return session.scalar(statement) or 0


def test_each_row_has_one_outcome_and_the_same_chunk_the_same(database: Database) -> None:
    assert bring(database, "a", "taken") == ["created", "failed"]
    told = count(database, tables.outbox)
    assert bring(database, "a", "taken") == ["created", "failed"]
    assert bring(database, "a", "taken", job="job_2") == ["unchanged", "failed"]
    assert count(database, tables.outbox) == told == 1
    assert bring(database, "b", job="job_3") == ["updated"]


def test_a_refused_change_leaves_the_record_as_it_was(database: Database) -> None:
    bring(database, "a")
    assert bring(database, "taken", job="job_2") == ["failed"]
    with database.reading() as session:
        assert session.scalar(select(Thing.name).where(Thing.workspace_id == "workspace_1")) == "a"


def test_appended_rows_are_written_with_their_defaults(database: Database) -> None:
    bring(database, "a", "b")
    with database.reading() as session:
        assert session.scalars(select(Scratch.depth).where(Scratch.workspace_id == "workspace_1")).all() == [
            1,
            1,
        ]


def test_a_dry_run_leaves_nothing_even_of_what_was_written_meanwhile(database: Database) -> None:
    assert bring(database, "a", "b", is_dry_run=True) == ["created", "created"]
    written = (Thing.__table__, Scratch.__table__, tables.outbox, tables.import_change)
    assert [count(database, table) for table in written] == [0, 0, 0, 0]
    bring(database, "a")
    assert bring(database, "c", job="job_2", is_dry_run=True) == ["updated"]
    assert bring(database, "a", job="job_3") == ["unchanged"]


def test_a_quiet_kind_of_record_has_versions_and_no_events(database: Database) -> None:
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        thing = uow.add(QuietThing(name="a"))
        uow.flush()
        thing.name = "b"
        uow.flush()
        assert (thing.version, thing.event_sequence, uow.told) == (2, 0, 0)
