"""One service's database: a write engine and a read engine, on SQLite or PostgreSQL.

SQLite: WAL, every write under BEGIN IMMEDIATE behind one lock per process, short busy waits with retries that let
other work run. PostgreSQL: READ COMMITTED with timeouts; lost serialisation races and deadlocks are run again.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.pool import QueuePool

from chassis import codec, guard
from chassis.errors import Unavailable
from chassis.filters import prepare_sqlite

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

T = TypeVar("T")

BUSY_MILLISECONDS = 20
BUSY_SECONDS = 10.0
RETRIES = 5
FRESH_SECONDS = 300.0
_TRANSIENT_STATES = {"40001", "40P01"}


def is_transient(error: BaseException) -> bool:
    """Whether running the same transaction again may succeed: lock races, lost connections."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        state = getattr(error.orig, "sqlstate", None)
        return state in _TRANSIENT_STATES or "database is locked" in str(error.orig)
    return False


def is_duplicate(error: BaseException) -> bool:
    """Whether a row with the same unique key exists."""
    if not isinstance(error, IntegrityError):
        return False
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def _options() -> dict[str, Any]:
    return {"json_serializer": codec.dumps, "json_deserializer": codec.loads}


class Database:
    """The two engines of a database and how transactions run on them.

    Arguments: `url` is an SQLAlchemy URL (`sqlite:///...` or `postgresql+psycopg://...`); `pool` bounds the
    connections of one process on PostgreSQL.
    """

    def __init__(self, url: str, *, pool: int = 10) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._lock = threading.Lock()
        if self.is_sqlite:
            self._write, self._read = self._sqlite(url)
        else:
            self._write = self._postgresql(url, pool)
            self._read = self._write
        guard.install(self._write)
        if self._read is not self._write:
            guard.install(self._read)

    @property
    def write_engine(self) -> Engine:
        return self._write

    @property
    def read_engine(self) -> Engine:
        return self._read

    @staticmethod
    def _sqlite(url: str) -> tuple[Engine, Engine]:
        path = make_url(url).database or ""
        memory = path in ("", ":memory:")
        if not memory:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        connect = {"check_same_thread": False, "timeout": BUSY_MILLISECONDS / 1000}
        options: dict[str, Any] = {"connect_args": connect, "poolclass": QueuePool, **_options()}
        write = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=BUSY_SECONDS, **options)

        def prepare(dbapi: Any, read_only: bool) -> None:
            dbapi.isolation_level = None
            prepare_sqlite(dbapi)
            cursor = dbapi.cursor()
            if not memory:
                cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute("PRAGMA temp_store=MEMORY")
            if read_only:
                cursor.execute("PRAGMA query_only=ON")
            cursor.close()

        event.listen(write, "connect", lambda dbapi, record: prepare(dbapi, False))
        event.listen(write, "begin", _begin_immediate)
        if memory:
            return write, write
        # A connection sees new statistics only when it is opened after them.
        recycled = {"pool_recycle": int(FRESH_SECONDS), **options}
        read = create_engine(url, pool_size=8, max_overflow=24, pool_timeout=BUSY_SECONDS, **recycled)
        event.listen(read, "connect", lambda dbapi, record: prepare(dbapi, True))
        event.listen(read, "begin", lambda conn: conn.exec_driver_sql("BEGIN"))
        return write, read

    @staticmethod
    def _postgresql(url: str, pool: int) -> Engine:
        settings = (
            "-c statement_timeout=30000 -c lock_timeout=5000 "
            "-c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
        )
        return create_engine(
            url,
            pool_size=pool,
            max_overflow=pool,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={"options": settings, "connect_timeout": 5},
            **_options(),
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one write transaction; commits at the end, rolls back on any exception."""
        if self.is_sqlite:
            # One writer at a time in this process; waiting here lets other threads and greenlets run.
            if not self._lock.acquire(timeout=BUSY_SECONDS):
                raise Unavailable(service="database")
            try:
                with (
                    Session(self._write, autoflush=False, expire_on_commit=False) as session,
                    session.begin(),
                ):
                    yield session
            finally:
                self._lock.release()
        else:
            with Session(self._write, autoflush=False, expire_on_commit=False) as session, session.begin():
                yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, in one snapshot on SQLite."""
        with Session(self._read, autoflush=False, expire_on_commit=False) as session:
            yield session
            session.rollback()

    def transact(self, work: Callable[[Session], T]) -> T:
        """Run `work` in a write transaction, again (up to 5 times) when it lost a race; returns its result."""
        for attempt in range(RETRIES):
            try:
                with self.writing() as session:
                    return work(session)
            except (DBAPIError, StaleDataError) as error:
                # A key or a version that another transaction took meanwhile is there to be seen the next time.
                lost = is_transient(error) or isinstance(error, StaleDataError)
                if not (lost or (is_duplicate(error) and attempt == 0)) or attempt == RETRIES - 1:
                    raise
                time.sleep(random.uniform(0.01, 0.05) * 2**attempt)
        raise AssertionError("unreachable")

    def optimize(self) -> None:
        """Have SQLite look at its data again: without statistics it picks poor indexes. PostgreSQL does so itself."""
        if self.is_sqlite:
            with self._lock, self._write.connect() as connection:
                connection.exec_driver_sql("PRAGMA analysis_limit=1000")
                connection.exec_driver_sql("PRAGMA optimize=0x10002")
                connection.commit()

    def dispose(self) -> None:
        self._write.dispose()
        if self._read is not self._write:
            self._read.dispose()


def _begin_immediate(connection: Any) -> None:
    """Take SQLite's write lock before the first statement; a deferred BEGIN would fail half way."""
    limit = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > limit:
                raise
            time.sleep(random.uniform(0.002, 0.015))
