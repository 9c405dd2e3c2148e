"""Every change of a record raises its version and is told; none slips past."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import String, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import codec, tables
from chassis.context import Context
from chassis.database import Database
from chassis.errors import Gone, NotFound, Stale
from chassis.money import Amount, Money
from chassis.record import DomainEvent, Record
from chassis.unit_of_work import SilentChange, UnitOfWork

CTX = Context(workspace_id="workspace_1", actor="user_1", role="admin")


class Base(DeclarativeBase):
    pass


class Thing(Record, Base):
    __tablename__ = "thing"
    noun = "thing"
    prefix = "thing"
    money_columns = {"price": "currency"}
    name: Mapped[str] = mapped_column(String(20))
    price: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    currency: Mapped[str | None] = mapped_column(String(3), default=None)


class ThingPainted(DomainEvent):
    wire = "thing.painted.v1"


@pytest.fixture
def database() -> Iterator[Database]:
    found = Database("sqlite://")
    Base.metadata.create_all(found.write_engine)
    tables.metadata.create_all(found.write_engine)
    yield found
    found.dispose()


def make(database: Database, name: str = "First") -> str:
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        thing = uow.add(Thing(name=name))
        uow.flush()
        return thing.id


def told(database: Database) -> list[tuple[str, int, dict[str, Any]]]:
    with database.reading() as session:
        rows = session.execute(select(tables.outbox).order_by(tables.outbox.c.seq)).all()
    return [(row.type, row.sequence, codec.loads(row.payload)["data"]) for row in rows]


def test_a_new_record_is_told_whole(database: Database) -> None:
    thing_id = make(database)
    [(kind, sequence, data)] = told(database)
    assert (kind, sequence, data["record"]["id"], data["record"]["version"]) == (
        "thing.created.v1",
        1,
        thing_id,
        1,
    )


def test_a_change_names_before_and_after_and_raises_the_version(database: Database) -> None:
    thing_id = make(database)
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        uow.get(Thing, thing_id, 1).set({"name": "Second", "price": Money(Decimal("1.5"), "EUR")})
        uow.flush()
    kind, sequence, data = told(database)[-1]
    assert (kind, sequence, data["record"]["version"]) == ("thing.properties_changed.v1", 2, 2)
    assert data["changes"]["name"] == ["First", "Second"]
    assert data["record"]["price"] == {"amount": "1.50", "currency": "EUR"}


def test_a_fact_carries_the_changes_and_replaces_the_general_one(database: Database) -> None:
    thing_id = make(database)
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        thing = uow.get(Thing, thing_id)
        thing.name = "Red"
        thing.happened(ThingPainted())
        uow.flush()
    assert [kind for kind, _, _ in told(database)] == ["thing.created.v1", "thing.painted.v1"]
    assert told(database)[-1][2]["changes"] == {"name": ["First", "Red"]}


def test_setting_what_is_there_changes_nothing(database: Database) -> None:
    thing_id = make(database)
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        uow.get(Thing, thing_id).name = "First"
        uow.flush()
    assert len(told(database)) == 1


def test_a_stale_change_is_refused_and_names_what_changed(database: Database) -> None:
    thing_id = make(database)
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        uow.get(Thing, thing_id).name = "Second"
        uow.flush()
    with database.writing() as session, pytest.raises(Stale) as refusal:
        UnitOfWork(session, CTX, "things").get(Thing, thing_id, 1)
    assert refusal.value.details == {"version": 2, "expected": 1, "changed": ["name"]}


def test_a_deleted_record_is_gone_until_it_is_restored(database: Database) -> None:
    thing_id = make(database)
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        uow.delete(uow.get(Thing, thing_id))
        uow.flush()
    with database.writing() as session, pytest.raises(Gone):
        UnitOfWork(session, CTX, "things").get(Thing, thing_id)
    with database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        uow.get_deleted(Thing, thing_id).deleted_at = None
        uow.flush()
    assert [kind for kind, _, _ in told(database)][1:] == ["thing.deleted.v1", "thing.restored.v1"]


def test_another_workspaces_record_does_not_exist(database: Database) -> None:
    thing_id = make(database)
    stranger = Context(workspace_id="workspace_2", actor="user_2")
    with database.writing() as session, pytest.raises(NotFound):
        UnitOfWork(session, stranger, "things").get(Thing, thing_id)


def test_a_change_written_past_the_unit_of_work_is_refused(database: Database) -> None:
    """It would be stored without a version and told to nobody."""
    thing_id = make(database)
    with pytest.raises(SilentChange), database.writing() as session:
        UnitOfWork(session, CTX, "things").get(Thing, thing_id).name = "Second"
        session.flush()
    with pytest.raises(SilentChange), database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        thing = uow.get(Thing, thing_id)
        uow.flush()
        thing.name = "After the last flush"
    assert len(told(database)) == 1


def test_work_that_is_rolled_back_tells_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        uow = UnitOfWork(session, CTX, "things")
        uow.add(Thing(name="Ghost"))
        uow.flush()
        raise ZeroDivisionError
    assert told(database) == []
