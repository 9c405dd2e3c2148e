"""Which databases a home uses: SQLite files, a private PostgreSQL, or a PostgreSQL that somebody else runs."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path

from suite.failures import Failure
from suite.postgres import Postgres, connect, create_database, drop_database
from suite.settings import Settings


def choose(settings: Settings, wish: str | None) -> None:
    """Takes `--postgres` into the settings. A home that holds data stays with the databases it has."""
    if wish is None or wish == settings.postgres:
        return
    if settings.seeded is not None or settings.databases:
        now = "SQLite" if settings.postgres is None else "another PostgreSQL"
        raise Failure(
            f"This home keeps its data in {now}; --postgres would start an empty one beside it.",
            "Start anew (./rapport reset --yes), or choose another home (RAPPORT_HOME=folder ./rapport up ...).",
        )
    if wish != "local":
        if not wish.startswith(("postgresql://", "postgres://", "postgresql+psycopg://")):
            raise Failure(
                f"{wish!r} is no PostgreSQL URL.",
                "Write --postgres local, or postgresql://user:password@host/postgres",
            )
        connect(wish).close()
    settings.postgres = wish


def admin_url(settings: Settings, private: Postgres | None) -> str | None:
    """The URL by which roles and databases are made; None on SQLite."""
    if settings.postgres is None:
        return None
    return private.url() if private else settings.postgres


def provision(settings: Settings, admin: str, stores: Iterable[str], remember: Path) -> None:
    """Makes the roles and databases that are not there yet."""
    missing = [store for store in stores if store not in settings.databases]
    if missing and settings.prefix is None:
        settings.prefix = _free_prefix(admin)
        settings.save(remember)
    for store in missing:
        password = secrets.token_urlsafe(24)
        create_database(admin, f"{settings.prefix}_{store}", password)
        settings.databases[store] = password
        settings.save(remember)


def _free_prefix(admin: str) -> str:
    """`rapport`, unless another home has its databases on that server under this name."""
    with connect(admin) as connection:
        taken = connection.execute("SELECT 1 FROM pg_roles WHERE rolname LIKE 'rapport\\_%'").fetchone()
    return f"rapport_{secrets.token_hex(3)}" if taken else "rapport"


def drop(settings: Settings) -> None:
    """Deletes this home's databases on a server that outlives it."""
    if settings.postgres is None or settings.postgres == "local":
        return
    for store in settings.databases:
        drop_database(settings.postgres, f"{settings.prefix}_{store}")
