"""The revisions of a database make exactly what the program maps: a change of a model needs a revision of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import MetaData
from test_tables import metadata_of

from chassis import guard, migrate, tables
from chassis.database import Database
from suite.postgres import Postgres

OWNERS = {
    "contacts": ("contacts.domain",),
    "deals": ("deals.domain",),
    "activities": ("activities.domain",),
    "automation": ("automation.domain",),
    "reporting": ("reporting.domain",),
    "gateway": ("gateway.organisation.domain", "gateway.jobs.domain"),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Callable[[], Postgres]
) -> Iterator[Callable[[str], str]]:
    made: list[str] = []

    def one(name: str) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path}/{name}.db"
        made.append(f"migrated_{name}")
        return postgres().create_database(made[-1])

    yield one
    for name in made:
        postgres().drop_database(name)


@pytest.mark.parametrize("service", list(OWNERS))
def test_revisions_and_models_agree(service: str, url: Callable[[str], str]) -> None:
    where = url(service)
    migrate.upgrade(service, where)
    wanted = MetaData()
    for metadata in (tables.metadata, *map(metadata_of, OWNERS[service])):
        for table in metadata.tables.values():
            if table.name not in wanted.tables and table.name != "seen":
                table.to_metadata(wanted)
    database = Database(where)
    with database.write_engine.execution_options(**guard.ACROSS).connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": False, "include_name": is_ours}
        )
        differences = compare_metadata(context, wanted)
    database.dispose()
    assert differences == []


def is_ours(name: str | None, kind: str, parents: Any) -> bool:
    return not (kind == "table" and name == "alembic_version")


@pytest.mark.parametrize("service", list(OWNERS))
def test_upgrading_twice_changes_nothing(service: str, tmp_path: Path) -> None:
    where = f"sqlite:///{tmp_path}/{service}.db"
    assert migrate.upgrade(service, where) == migrate.upgrade(service, where) == migrate.head(service)


def test_a_database_behind_its_program_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/deals.db")
    with pytest.raises(migrate.Behind, match="chassis migrate deals"):
        migrate.require_current("deals", database)
    database.dispose()
