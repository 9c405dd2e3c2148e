"""Search: what is kept of a record, how well it fits a query, and that both ways of writing keep it up to date."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import String, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis import searching, tables
from chassis.context import Context
from chassis.database import Database
from chassis.reading import searcher
from chassis.searching import Searchable
from chassis.unit_of_work import UnitOfWork
from chassis.words import Searched, Wanted, fold, match

CTX = Context(workspace_id="workspace_1", actor="user_1", role="admin", origin="ui")
OTHER = Context(workspace_id="workspace_2", actor="user_2", role="admin", origin="ui")


class Base(DeclarativeBase):
    pass


class SearchWord(searching.SearchWord, Base):
    pass


class SearchVocabulary(searching.SearchVocabulary, Base):
    pass


class Thing(Searchable, Base):
    __tablename__ = "found_thing"
    noun = "found_thing"
    prefix = "thing"
    searched = Searched("name", by={"email": "text", "phone": "number", "code": "code"}, detail=("email",))
    name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(80), default=None)
    phone: Mapped[str | None] = mapped_column(String(80), default=None)
    code: Mapped[str | None] = mapped_column(String(80), default=None)


search_things = searcher(Thing)


@pytest.fixture
def database() -> Iterator[Database]:
    found = Database("sqlite://")
    Base.metadata.create_all(found.write_engine)
    tables.metadata.create_all(found.write_engine)
    yield found
    found.dispose()


def add(database: Database, ctx: Context = CTX, **values: Any) -> str:
    def work(session: Any) -> str:
        uow = UnitOfWork(session, ctx, "things")
        thing = Thing()
        thing.set(values)
        uow.add(thing)
        uow.flush()
        return thing.id

    return database.transact(work)


def change(database: Database, thing_id: str, **values: Any) -> None:
    def work(session: Any) -> None:
        uow = UnitOfWork(session, replace(CTX, now=CTX.now + timedelta(minutes=1)), "things")
        uow.get(Thing, thing_id).set(values)
        uow.flush()

    database.transact(work)


def search(database: Database, q: str, ctx: Context = CTX, limit: int = 10) -> list[dict[str, Any]]:
    with database.reading() as session:
        found: list[dict[str, Any]] = search_things(session, ctx, q=q, limit=limit)["data"]
        return found


def names(database: Database, q: str, **more: Any) -> list[str]:
    return [hit["label"] for hit in search(database, q, **more)]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Acme GmbH", "acme gmbh"),
        ("Škoda", "skoda"),
        ("S\u030ckoda", "skoda"),
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("Łódź Ærø", "lodz aero"),
        ("ﬁne", "fine"),
        ("ЖЁЛТЫЙ", "желтыи"),
        ("東京", "東京"),
    ],
)
def test_texts_are_folded_without_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_the_best_comes_first(database: Database) -> None:
    for name in ("The Northwind Fund", "Northwind Traders", "Pernorthwinder", "Northwind", "Something else"):
        add(database, name=name)
    hits = search(database, "northwind")
    assert [(hit["label"], hit["rank"]) for hit in hits] == [
        ("Northwind", "exact"),
        ("Northwind Traders", "prefix"),
        ("The Northwind Fund", "word"),
        ("Pernorthwinder", "part"),
    ]


def test_letters_inside_a_word_are_found_beside_better_hits(database: Database) -> None:
    add(database, name="Microsoft")
    add(database, name="Softbank")
    assert names(database, "soft") == ["Softbank", "Microsoft"]


def test_what_changed_last_comes_first_among_equals(database: Database) -> None:
    first = add(database, name="Acme One")
    add(database, name="Acme Two")
    change(database, first, email="one@acme.example")
    assert names(database, "acme") == ["Acme One", "Acme Two"]


@pytest.mark.parametrize(
    "q",
    [
        "ada king",
        "lovelace ada",
        "LOV ada",
        "ada@lovelace.example",
        "lovelace.example",
        "ada.k",
        "byron",
        "ada-k",
    ],
)
def test_every_word_counts_in_any_order(database: Database, q: str) -> None:
    add(database, name="Ada King-Noel Lovelace", email="ada.king@lovelace.example", code="Byron 17")
    add(database, name="Ada Other")
    assert names(database, q)[0] == "Ada King-Noel Lovelace"


def test_a_word_that_is_nowhere_excludes(database: Database) -> None:
    add(database, name="Ada Lovelace")
    assert names(database, "ada babbage") == []
    assert names(database, "100_ %") == []
    assert names(database, " - ") == []


@pytest.mark.parametrize(
    ("written", "q"),
    [
        ("Müller", "muller"),
        ("Müller", "Mueller"),
        ("Mueller", "müller"),
        ("Müller", "MU\u0308LLER"),
        ("O'Brien", "obrien"),
        ("O\u2019Brien", "o'brien"),
        ("Łukasz", "lukasz"),
    ],
)
def test_names_are_found_however_they_are_written(database: Database, written: str, q: str) -> None:
    add(database, name=written)
    (hit,) = search(database, q)
    (span,) = hit["matched"]["spans"]
    assert span[1] == len(written)


@pytest.mark.parametrize("q", ["+49 30 1234567", "0049 (30) 123", "030 1234567", "1234567", "49301234567"])
def test_a_telephone_number_is_found_by_its_digits(database: Database, q: str) -> None:
    add(database, name="Ada", phone="+49 (0)30 / 123-4567".replace("(0)", ""))
    (hit,) = search(database, q)
    assert (hit["label"], hit["matched"]["field"]) == ("Ada", "phone")


@pytest.mark.parametrize("q", ["acc-0042", "ACC0042", "0042", "acc"])
def test_an_identifier_is_found_with_and_without_its_marks(database: Database, q: str) -> None:
    add(database, name="Ada", code="ACC-0042")
    (hit,) = search(database, q)
    assert hit["matched"]["field"] == "code"


def test_a_hit_says_why(database: Database) -> None:
    add(database, name="Zoë Šimková", email="zoe@example.com")
    (hit,) = search(database, "simk zoe")
    assert hit["matched"] == {"field": "name", "text": "Zoë Šimková", "spans": [[0, 3], [4, 8]]}
    assert (hit["type"], hit["detail"], hit["rank"]) == ("found_thing", "zoe@example.com", "word")
    assert search(database, "zoe@ex")[0]["matched"]["spans"] == [[0, 6]]


def test_words_follow_the_record(database: Database) -> None:
    thing = add(database, name="Before", email="before@example.com")
    change(database, thing, name="After")
    assert (names(database, "before"), names(database, "after")) == (["After"], ["After"])
    change(database, thing, email=None)
    assert names(database, "before") == []
    with database.reading() as session:
        kept = session.scalars(select(SearchWord.word).where(SearchWord.workspace_id == CTX.workspace_id))
        assert sorted(kept) == ["=after", "after"]


def test_a_deleted_record_is_not_found_until_it_is_back(database: Database) -> None:
    thing = add(database, name="Acme")

    def delete(session: Any) -> None:
        uow = UnitOfWork(session, CTX, "things")
        uow.delete(uow.get(Thing, thing))
        uow.flush()

    def restore(session: Any) -> None:
        uow = UnitOfWork(session, CTX, "things")
        uow.get_deleted(Thing, thing).deleted_at = None
        uow.flush()

    database.transact(delete)
    assert names(database, "acme") == []
    database.transact(restore)
    assert names(database, "acme") == ["Acme"]


def test_another_workspace_is_not_searched(database: Database) -> None:
    add(database, OTHER, name="Secret")
    assert names(database, "secret") == names(database, "ecre") == []
    assert names(database, "secret", ctx=OTHER) == ["Secret"]


def test_the_whole_name_is_found_among_very_many(database: Database) -> None:
    def work(session: Any) -> None:
        uow = UnitOfWork(session, CTX, "things")
        for number in range(2 * searching.CANDIDATES):
            uow.add(Thing(name=f"Test number {number}"))
        uow.add(Thing(name="Test"))
        uow.add(Thing(name="Zebra Test"))
        uow.flush()

    database.transact(work)
    assert names(database, "test")[0] == "Test"
    assert names(database, "test zeb") == ["Zebra Test"]


def test_a_word_stands_once_in_the_vocabulary(database: Database) -> None:
    for number in range(3):
        add(database, name=f"Northwind {number}", phone="12345678")
    with database.reading() as session:
        assert session.scalars(
            select(SearchVocabulary.word).where(SearchVocabulary.workspace_id == CTX.workspace_id)
        ).all() == ["northwind"]


@pytest.mark.parametrize("q", ["northwind", "nor tra", "ort", "12345", "a"])
def test_no_search_reads_a_whole_table(database: Database, q: str) -> None:
    """Every statement goes through the words' key and then by the key of the records."""
    add(database, name="Northwind Traders")
    statements: list[Any] = []
    with database.reading() as session:
        execute = session.execute
        session.execute = lambda statement, *a, **k: (  # type: ignore[method-assign]
            statements.append(statement),
            execute(statement, *a, **k),
        )[1]
        search_things(session, CTX, q=q)
        plans = [
            row[3]
            for statement in statements
            for row in session.connection()
            .exec_driver_sql(
                "EXPLAIN QUERY PLAN "
                + str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
            )
            .all()
        ]
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "subquery" not in plan.lower()] == []


def test_the_rank_of_a_record_is_one_function() -> None:
    searched = Searched("name", by={"email": "text"})
    values = {"name": "Northwind Traders", "email": "info@northwind.example"}
    ranks = {
        q: found.rank if (found := match(searched, values, Wanted.of(q))) else None
        for q in ("northwind traders", "info@northwind.example", "northwind tr", "trad", "wind", "north q")
    }
    assert ranks == {
        "northwind traders": "exact",
        "info@northwind.example": "exact",
        "northwind tr": "prefix",
        "trad": "word",
        "wind": "part",
        "north q": None,
    }


def test_rows_that_are_there_already_get_their_words(database: Database) -> None:
    with database.write_engine.execution_options(across_workspaces=True).begin() as connection:
        connection.execute(
            Thing.__table__.insert(),  # type: ignore[attr-defined]
            [
                {
                    "workspace_id": f"workspace_{number % 2}",
                    "id": f"thing_{number}",
                    "name": f"Äcme {number}",
                    "version": 1,
                    "event_sequence": 0,
                    "created_at": CTX.now,
                    "updated_at": CTX.now,
                    "custom": {},
                }
                for number in range(7)
            ],
        )
        searching.fill(connection, "found_thing", "found_thing", Thing.searched, portion=2)
    assert names(database, "acme 3") == ["Äcme 3"]
    assert len(names(database, "aecme")) == 3
    with database.reading() as session:
        counted = session.scalar(
            select(func.count()).select_from(SearchWord).where(SearchWord.workspace_id == "workspace_1")
        )
    assert counted == 3 * 4
