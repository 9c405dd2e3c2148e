"""Importing activities: history that nobody is told of as news, found again by external id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from activity_builders import ACCOUNT, DEAL, a_runtime, an_event, hear, run
from sqlalchemy import select

from chassis import codec
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.tables import outbox

JOB = "job_01k8aaaaaaaaaaaaaaaaaaaaaa"
NEXT_JOB = "job_01k8bbbbbbbbbbbbbbbbbbbbbb"
NOBODY = "contact_01k8aaaaaaaaaaaaaaaaaaaaaa"
NINE = "2025-03-02T09:00:00.000Z"


class Owner:
    """Whoever is asked knows everybody but one."""

    def call(self, service: str, operation: str, ctx: Any, /, **arguments: Any) -> Any:
        return {"data": [], "missing": [one for one in arguments["ids"] if one == NOBODY]}


@pytest.fixture
def runtime() -> Iterator[Runtime]:
    runtime = replace(a_runtime(), client=Owner())
    yield runtime
    runtime.database.dispose()


def bring(runtime: Runtime, *rows: Any, **values: Any) -> list[dict[str, Any]]:
    chunk = {"job_id": JOB, "first_row": 1, "rows": list(rows), **values}
    outcomes: list[dict[str, Any]] = run(runtime, "import_activities", **chunk)["outcomes"]
    return outcomes


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(outbox.c.type).order_by(outbox.c.seq).execution_options(**ACROSS)))


def on_timeline(runtime: Runtime, record_id: str) -> list[str]:
    entries = run(runtime, "timeline", record_id=record_id)["data"]
    return [entry["activity"]["subject"] for entry in entries if entry["kind"] == "activity"]


def test_history_comes_in_once_and_stands_on_the_timelines(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.created.v1", {"id": DEAL, "name": "Wind park", "account_id": ACCOUNT}))
    rows = [
        {
            "external_id": "1",
            "kind": "call",
            "subject": "Missed",
            "outcome": "no_answer",
            "occurred_at": NINE,
            "record_ids": [DEAL],
        },
        {"external_id": "2", "kind": "task", "subject": "Done", "status": "completed", "completed_at": NINE},
        {"external_id": "3", "kind": "note", "subject": "About nobody", "record_ids": [NOBODY]},
        {"external_id": "4", "kind": "note", "subject": "With a date", "due_at": NINE},
    ]
    outcomes = bring(runtime, *rows)
    assert [outcome["action"] for outcome in outcomes] == ["created", "created", "failed", "failed"]
    assert outcomes[2]["errors"][0]["pointer"] == "/record_ids/0"
    assert told(runtime) == ["activity.created.v1"] * 2
    task = run(runtime, "get_activity", activity_id=outcomes[1]["id"])
    assert (task["status"], task["completed_at"]) == ("completed", NINE)
    assert on_timeline(runtime, DEAL) == on_timeline(runtime, ACCOUNT) == ["Missed"]
    assert bring(runtime, *rows) == outcomes
    again = bring(runtime, *rows[:2], job_id=NEXT_JOB)
    assert [outcome["action"] for outcome in again] == ["unchanged", "unchanged"]
    assert len(told(runtime)) == 2


def test_an_activity_moves_to_other_timelines(runtime: Runtime) -> None:
    row = {"external_id": "1", "kind": "note", "subject": "Note", "record_ids": [ACCOUNT]}
    bring(runtime, row)
    [outcome] = bring(runtime, {**row, "record_ids": [DEAL]}, job_id=NEXT_JOB)
    assert outcome["action"] == "updated"
    assert (on_timeline(runtime, ACCOUNT), on_timeline(runtime, DEAL)) == ([], ["Note"])


def test_an_activity_keeps_its_kind(runtime: Runtime) -> None:
    bring(runtime, {"external_id": "1", "kind": "note", "subject": "Note"})
    [outcome] = bring(runtime, {"external_id": "1", "kind": "call"}, job_id=NEXT_JOB)
    assert codec.plain(outcome["errors"][0]["code"]) == "activities.kind_stays"


def test_an_undone_import_leaves_the_timelines_as_they_were(runtime: Runtime) -> None:
    row = {"external_id": "1", "kind": "note", "subject": "Note", "record_ids": [ACCOUNT]}
    bring(runtime, row, job_id=NEXT_JOB)
    bring(runtime, {**row, "record_ids": [DEAL]}, {**row, "external_id": "2", "subject": "Other"})
    outcomes = run(runtime, "undo_import", job_id=JOB, entity="activities")["outcomes"]
    assert [outcome["action"] for outcome in outcomes] == ["removed", "restored"]
    assert (on_timeline(runtime, ACCOUNT), on_timeline(runtime, DEAL)) == (["Note"], [])
