"""The timeline of a record: everything once, newest first, activities as they are now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from activity_builders import ACCOUNT, DEAL, TEN, USER, a_context, a_runtime, an_event, hear, run

from chassis.operation import Runtime

RECORD = {"id": DEAL, "name": "Wind park", "account_id": ACCOUNT}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def runtime() -> Runtime:
    return a_runtime()


def shown(runtime: Runtime, record_id: str) -> list[str]:
    """What the timeline says: the subject of an activity, the summary of an event."""
    entries = run(runtime, "timeline", record_id=record_id)["data"]
    return [
        entry["activity"]["subject"] if entry["kind"] == "activity" else entry["event"]["summary"]
        for entry in entries
    ]


def test_it_shows_what_happened_and_what_was_done_newest_first(runtime: Runtime) -> None:
    moved = an_event("deal.stage_moved.v1", RECORD, TEN + MINUTE, from_stage="A", to_stage="B")
    hear(runtime, an_event("deal.created.v1", RECORD, TEN - MINUTE), moved)
    run(runtime, "log_activity", kind="note", subject="Between", record_ids=[DEAL])
    assert shown(runtime, DEAL) == ["Moved from A to B", "Between", "Deal opened"]
    assert shown(runtime, ACCOUNT) == ["Wind park: Moved from A to B", "Between", "Wind park: Deal opened"]
    entry = run(runtime, "timeline", record_id=DEAL, limit=1)["data"][0]
    assert (entry["event"]["type"], entry["event"]["actor_id"]) == ("deal.stage_moved.v1", USER)


def test_the_same_event_again_changes_nothing(runtime: Runtime) -> None:
    created = an_event("deal.created.v1", RECORD)
    hear(runtime, created)
    hear(runtime, created, created)
    assert shown(runtime, DEAL) == ["Deal opened"]


def test_an_edit_names_people_and_carries_its_changes(runtime: Runtime) -> None:
    changes = {"owner_id": [None, USER]}
    hear(runtime, an_event("user.created.v1", {"id": USER, "name": "Ann"}))
    hear(runtime, an_event("deal.properties_changed.v1", RECORD, changes=changes))
    (entry,) = run(runtime, "timeline", record_id=DEAL)["data"]
    assert entry["event"]["summary"] == "Owner set to Ann"
    assert entry["event"]["changes"] == changes


def test_activities_are_shown_as_they_are_now(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.created.v1", RECORD, TEN - MINUTE))
    note = run(runtime, "log_activity", kind="note", subject="Draft", record_ids=[DEAL])
    changes = {"subject": "Final", "occurred_at": "2026-03-01T10:00:00Z"}
    run(runtime, "update_activity", activity_id=note["id"], expected_version=1, changes=changes)
    assert shown(runtime, DEAL) == ["Deal opened", "Final"]
    run(runtime, "delete_activity", activity_id=note["id"], expected_version=2)
    assert shown(runtime, DEAL) == ["Deal opened"]
    run(runtime, "restore_activity", activity_id=note["id"])
    assert shown(runtime, DEAL) == ["Deal opened", "Final"]
    assert shown(runtime, ACCOUNT) == ["Wind park: Deal opened", "Final"]


def test_an_account_gets_the_activities_of_a_deal_that_comes_to_it(runtime: Runtime) -> None:
    without = {"id": DEAL, "name": "Wind park", "account_id": None}
    hear(runtime, an_event("deal.created.v1", without))
    run(runtime, "log_activity", kind="note", subject="Early", record_ids=[DEAL])
    assert shown(runtime, ACCOUNT) == []
    hear(runtime, an_event("deal.properties_changed.v1", RECORD, changes={"account_id": [None, ACCOUNT]}))
    assert "Early" in shown(runtime, ACCOUNT)


def test_it_is_walked_page_by_page(runtime: Runtime) -> None:
    hear(runtime, *(an_event("deal.reopened.v1", RECORD, TEN + number // 2 * MINUTE) for number in range(7)))
    seen: list[Any] = []
    after = None
    while True:
        page = run(runtime, "timeline", record_id=DEAL, limit=2, after=after)
        seen += [entry["at"] for entry in page["data"]]
        after = page["next"]
        if after is None:
            break
    assert len(seen) == 7
    assert seen == sorted(seen, reverse=True)


def test_another_workspace_sees_nothing(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.created.v1", RECORD))
    stranger = a_context(workspace_id="workspace_01k8bbbbbbbbbbbbbbbbbbbbbb")
    assert run(runtime, "timeline", stranger, record_id=DEAL)["data"] == []
