"""Databases from before the ledger: what they hold is found by record, request and cause after the upgrade."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, text

from chassis import clock, codec, envelope, guard, ids
from chassis.context import Context
from chassis.database import Database
from suite.postgres import Postgres

CTX = Context(workspace_id=ids.new("workspace"), actor="user_1", request_id="request_1", cause_id="event_0")
NOW = clock.now()
EVENT = envelope.dump(
    event_id="event_1",
    event_type="deal.won.v1",
    source="deals",
    subject_type="deal",
    subject_id="deal_1",
    sequence=1,
    moment=NOW,
    ctx=CTX,
    data={"record": {}, "changes": {}},
)


@pytest.fixture(params=["sqlite", "postgresql"])
def connection(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: Callable[[], Postgres]
) -> Iterator[Connection]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/old.db"
    else:
        url = postgres().create_database("before_the_ledger")
    database = Database(url)
    with database.write_engine.execution_options(**guard.ACROSS).connect() as found, found.begin():
        yield found
    database.dispose()
    if request.param == "postgresql":
        postgres().drop_database("before_the_ledger")


def run(connection: Connection, service: str, revision: str) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        importlib.import_module(f"{service}.migrations.{revision}").upgrade()


def insert(connection: Connection, table: str, **values: Any) -> None:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def read(connection: Connection, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(statement))]


def test_held_and_parked_events_say_whom_they_concern(connection: Connection) -> None:
    run(connection, "reporting", "0001_start")
    insert(
        connection,
        "held_event",
        seq=1,
        consumer="reporting",
        event_id="event_1",
        workspace_id=CTX.workspace_id,
        subject_id="deal_1",
        payload=EVENT,
        attempts=1,
        next_at=NOW,
    )
    for name, payload in (("letter_1", EVENT), ("letter_2", "{no event")):
        insert(
            connection,
            "dead_letter",
            id=name,
            consumer="reporting",
            payload=payload,
            reason="no",
            fingerprint="no",
            attempts=1,
            at=NOW,
        )
    run(connection, "reporting", "0002_ledger")
    assert read(connection, "SELECT type, request_id FROM held_event") == [("deal.won.v1", "request_1")]
    assert read(connection, "SELECT subject_id, request_id FROM dead_letter ORDER BY id") == [
        ("deal_1", "request_1"),
        (None, None),
    ]


def test_archived_events_are_found_by_request_and_cause(connection: Connection) -> None:
    run(connection, "reporting", "0001_start")
    uncaused = codec.dumps({**codec.loads(EVENT), "causeid": None})
    for position, payload in enumerate((EVENT, uncaused), 1):
        insert(
            connection,
            "archived_event",
            workspace_id=CTX.workspace_id,
            position=position,
            event_id=f"event_{position}",
            type="deal.won.v1",
            subject_type="deal",
            subject_id="deal_1",
            sequence=position,
            at=NOW,
            payload=payload,
        )
    run(connection, "reporting", "0002_ledger")
    assert read(connection, "SELECT request_id, cause_id FROM archived_event ORDER BY position") == [
        ("request_1", "event_0"),
        ("request_1", None),
    ]


def test_runs_are_found_by_the_records_they_concern(connection: Connection) -> None:
    run(connection, "automation", "0001_start")
    insert(
        connection,
        "workflow_run",
        workspace_id=CTX.workspace_id,
        id="run_1",
        workflow_id="workflow_1",
        revision=1,
        trigger_event_id="event_1",
        trigger_type="call.missed.v1",
        record_type="activity",
        record_id="activity_1",
        status="completed",
        depth=0,
        request_id="request_1",
        version=1,
        event_sequence=1,
        created_at=NOW,
        updated_at=NOW,
        custom="{}",
    )
    insert(
        connection,
        "step",
        workspace_id=CTX.workspace_id,
        id="step_1",
        run_id="run_1",
        workflow_id="workflow_1",
        position=0,
        action="create_task",
        effect_key="key",
        status="completed",
        attempts=1,
        next_at=NOW,
        input='{"record_ids": ["contact_1"]}',
    )
    run(connection, "automation", "0002_ledger")
    found = read(connection, "SELECT record_id, run_id FROM run_record ORDER BY record_id")
    assert found == [("activity_1", "run_1"), ("contact_1", "run_1")]
