"""No statement reaches a workspace's table without naming the workspace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import String, func, select, text, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.database import Database
from chassis.guard import ACROSS, UnboundStatement, missing
from chassis.record import Row


class Base(DeclarativeBase):
    pass


class Thing(Row, Base):
    __tablename__ = "thing"
    name: Mapped[str] = mapped_column(String(20))


class Part(Row, Base):
    __tablename__ = "part"
    thing_id: Mapped[str] = mapped_column(String(40))


@pytest.fixture
def database() -> Iterator[Database]:
    found = Database("sqlite://")
    Base.metadata.create_all(found.write_engine)
    yield found
    found.dispose()


MINE = Thing.workspace_id == "w1"
UNBOUND = [
    select(Thing),
    select(func.count()).select_from(Thing),
    select(Thing.name).where(Thing.name == "x"),
    select(Thing).join(Part, Part.thing_id == Thing.id).where(MINE),
    select(Thing.name).where(MINE, Thing.id.in_(select(Part.thing_id))),
    # Two tables bound to each other only: every workspace's rows would answer.
    select(Thing).join(Part, (Part.thing_id == Thing.id) & (Part.workspace_id == Thing.workspace_id)),
    update(Thing).values(name="x"),
    text("SELECT 1"),
]


@pytest.mark.parametrize("number", range(len(UNBOUND)))
def test_an_unbound_statement_is_refused(database: Database, number: int) -> None:
    with pytest.raises(UnboundStatement), database.writing() as session:
        session.execute(UNBOUND[number])


@pytest.mark.parametrize(
    "statement",
    [
        select(Thing).where(MINE),
        select(Thing)
        .join(Part, (Part.thing_id == Thing.id) & (Part.workspace_id == Thing.workspace_id))
        .where(MINE),
        update(Thing).where(MINE).values(name="x"),
        select(Thing).execution_options(**ACROSS),
    ],
)
def test_a_bound_statement_passes(database: Database, statement: object) -> None:
    with database.writing() as session:
        session.execute(statement)  # type: ignore[call-overload]
    assert missing(select(Thing).where(MINE)) == set()


def test_rows_are_written_and_loaded_through_the_guard(database: Database) -> None:
    with database.writing() as session:
        session.add(Thing(workspace_id="w1", id="thing_1", name="a"))
    with database.writing() as session:
        thing = session.get(Thing, ("w1", "thing_1"))
        assert thing is not None
        thing.name = "b"
    with database.reading() as session:
        assert session.scalars(select(Thing.name).where(MINE)).all() == ["b"]
