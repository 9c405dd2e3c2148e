"""A real PostgreSQL: one role a database, and no way from one to another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from suite.failures import Failure
from suite.postgres import Postgres, connect, create_database, role_url


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    Postgres.ensure_installed()
    found = Postgres(tmp_path_factory.mktemp("home"))
    found.start()
    yield found
    found.remove()


def test_a_role_owns_its_database_and_reaches_no_other(postgres: Postgres) -> None:
    deals, contacts = postgres.create_database("deals"), postgres.create_database("contacts")
    with connect(deals) as own:
        own.execute("CREATE TABLE deal (id text)")
    with pytest.raises(Failure, match="permission denied"):
        connect(deals.removesuffix("deals") + "contacts")
    connect(contacts).close()


def test_a_wrong_password_is_named(postgres: Postgres) -> None:
    url = postgres.create_database("activities")
    with pytest.raises(Failure, match="refused the password of activities"):
        connect(url.replace("activities:", "activities:wrong"))


def test_a_role_without_the_right_to_create_is_told_what_it_lacks(postgres: Postgres) -> None:
    create_database(postgres.url(), "poor", "secret")
    with pytest.raises(Failure, match="may not create roles") as refused:
        create_database(role_url(postgres.url(), "poor", "secret"), "rich", "secret")
    assert "CREATEDB CREATEROLE" in refused.value.cure


def test_a_role_that_may_create_needs_no_superuser(postgres: Postgres) -> None:
    create_database(postgres.url(), "maker", "secret")
    with connect(postgres.url()) as admin:
        admin.execute("ALTER ROLE maker CREATEDB CREATEROLE")
    maker = role_url(postgres.url(), "maker", "secret")
    create_database(maker, "made", "secret")
    create_database(maker, "made", "another")
    with connect(role_url(maker, "made", "another")) as made:
        assert made.execute("SELECT current_database(), current_user").fetchall() == [("made", "made")]
    with pytest.raises(Failure, match="refused the password"):
        connect(role_url(maker, "made", "secret"))


def test_committed_rows_survive_a_crash(postgres: Postgres) -> None:
    url = postgres.create_database("durable")
    with connect(url) as before:
        before.execute("CREATE TABLE kept AS SELECT 1 AS n")
    postgres.stop(how="immediate")
    postgres.start()
    with connect(url) as after:
        assert after.execute("SELECT n FROM kept").fetchall() == [(1,)]
