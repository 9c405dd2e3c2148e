"""Schema versions: Alembic revisions inside each service package, and the refusal to start behind them.

Revisions are files `migrations/NNNN_name.py`; the highest number is the head. Alembic itself is imported only to
upgrade, so that running services do not carry it.
"""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from chassis import guard
from chassis.database import Database

_FILE = re.compile(r"^(\d{4})_\w+\.py$")


class Behind(RuntimeError):
    """The database is not at the revision this code needs."""


def _folder(service: str) -> Path:
    package = importlib.import_module(service)
    assert package.__file__ is not None
    return Path(package.__file__).parent / "migrations"


def head(service: str) -> str:
    """The newest revision of a service's package."""
    numbers = [match.group(1) for path in _folder(service).iterdir() if (match := _FILE.match(path.name))]
    return max(numbers, default="0000")


def current(database: Database) -> str | None:
    """The revision the database is at, or None when it has none."""
    with database.read_engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        statement = text("SELECT version_num FROM alembic_version").execution_options(**guard.ACROSS)
        return connection.execute(statement).scalar()


def require_current(service: str, database: Database) -> None:
    """Refuse to run on another revision than the newest; raises `Behind`."""
    found, wanted = current(database), head(service)
    if found != wanted:
        raise Behind(
            f"{service}: the database is at {found}, not at {wanted}; run `python -m chassis migrate {service}`"
        )


def upgrade(service: str, url: str) -> str:
    """Bring the database to the newest revision; returns it."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    database = Database(url)
    wanted = head(service)
    modules: dict[str, Any] = {}
    for path in sorted(_folder(service).iterdir()):
        if match := _FILE.match(path.name):
            modules[match.group(1)] = importlib.import_module(f"{service}.migrations.{path.stem}")
    with database.write_engine.execution_options(**guard.ACROSS).connect() as connection, connection.begin():
        context = MigrationContext.configure(
            connection, opts={"render_as_batch": True, "transactional_ddl": True, "target_metadata": None}
        )
        context._ensure_version_table()
        found = context.get_current_revision()
        with Operations.context(context):
            for number, module in modules.items():
                if found is None or number > found:
                    module.upgrade()
                    table = context._version
                    connection.execute(table.delete())
                    connection.execute(table.insert().values(version_num=number))
    database.dispose()
    return wanted
