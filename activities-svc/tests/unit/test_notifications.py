"""Notifications: told once, seen by their user alone, read and put away; forgotten in the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from activity_builders import ACCOUNT, DEAL, TEN, USER, a_context, a_runtime, an_event, hear, run
from sqlalchemy import func, insert, select, update

from activities.domain.notification import KEPT_READ, MOST_KEPT, Notification
from activities.usecases.forget_notifications import forget_notifications
from chassis import clock, codec, ids
from chassis.errors import AppError
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.tables import outbox

OTHER = "user_01k8bbbbbbbbbbbbbbbbbbbbbb"
AUTOMATION = a_context(actor="system:workflow_1", role="system", origin="automation")
OF_OTHER = a_context(actor=OTHER)


@pytest.fixture
def runtime() -> Runtime:
    runtime = a_runtime()
    hear(
        runtime,
        an_event("user.created.v1", {"id": USER, "name": "Ann"}),
        an_event("user.created.v1", {"id": OTHER, "name": "Bob"}),
        an_event("account.created.v1", {"id": ACCOUNT, "name": "Acme"}),
        an_event("deal.created.v1", {"id": DEAL, "name": "Wind park", "account_id": ACCOUNT}),
    )
    return runtime


def notify(runtime: Runtime, *user_ids: str, **values: Any) -> list[str]:
    """Tell users that a deal is theirs; returns the ids of the notifications."""
    given: dict[str, Any] = {
        "user_ids": list(user_ids) or [USER],
        "key": "workflow_1:1:event_1:0",
        "kind": "record_assigned",
        "title": "Bob gave you the deal Wind park",
        "record_ids": [DEAL, ACCOUNT],
        "target_id": DEAL,
        "actor_id": OTHER,
        "happened_at": clock.to_text(TEN),
    }
    return [sent["id"] for sent in run(runtime, "notify", AUTOMATION, **{**given, **values})["data"]]


def inbox(runtime: Runtime, user: str = USER, **arguments: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(runtime, "list_notifications", a_context(actor=user), **arguments)[
        "data"
    ]
    return found


def unread(runtime: Runtime, user: str = USER) -> int:
    count: int = run(runtime, "count_unread", a_context(actor=user))["unread"]
    return count


def told(runtime: Runtime) -> list[str]:
    with runtime.database.reading() as session:
        return list(session.scalars(select(outbox.c.type).order_by(outbox.c.seq)))


def refused(runtime: Runtime, operation: str, **values: Any) -> AppError:
    with pytest.raises(AppError) as refusal:
        run(runtime, operation, **values)
    return refusal.value


def test_a_notification_carries_its_context(runtime: Runtime) -> None:
    notify(runtime, body="Acme, 75,000.00 EUR")
    (found,) = inbox(runtime)
    assert found["records"] == [
        {"id": DEAL, "type": "deal", "label": "Wind park"},
        {"id": ACCOUNT, "type": "account", "label": "Acme"},
    ]
    assert (found["target_id"], found["actor_id"], found["body"]) == (DEAL, OTHER, "Acme, 75,000.00 EUR")
    assert (found["happened_at"], found["read_at"]) == (clock.to_text(TEN), None)
    assert told(runtime) == ["notification.created.v1"]


def test_what_is_told_again_is_told_once(runtime: Runtime) -> None:
    first = notify(runtime, USER, OTHER, USER)
    assert notify(runtime, USER, OTHER) == first
    assert (unread(runtime), unread(runtime, OTHER)) == (1, 1)
    assert told(runtime) == ["notification.created.v1"] * 2


def test_the_same_key_for_something_else_is_refused(runtime: Runtime) -> None:
    notify(runtime)
    with pytest.raises(AppError) as refusal:
        notify(runtime, title="Something else")
    assert refusal.value.code == "activities.notification_exists"
    assert unread(runtime) == 1


def test_only_automation_notifies(runtime: Runtime) -> None:
    values = {"user_ids": [OTHER], "key": "k", "kind": "workflow", "title": "Hi", "happened_at": TEN}
    assert refused(runtime, "notify", **values).code == "activities.notified_by_hand"


def test_somebody_unknown_is_refused_in_a_way_that_is_tried_again(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refusal:
        notify(runtime, USER, ids.new("user"))
    assert (refusal.value.kind, refusal.value.code) == ("unavailable", "activities.recipient_unknown")
    assert unread(runtime) == 0


@pytest.mark.parametrize(
    ("values", "pointer"),
    [
        ({"kind": "gossip"}, "/kind"),
        ({"user_ids": [ids.new("user") for _ in range(51)]}, "/user_ids"),
        ({"user_ids": []}, "/user_ids"),
        ({"title": ""}, "/title"),
        ({"title": "x" * 301}, "/title"),
        ({"body": "x" * 2001}, "/body"),
        ({"target_id": "somewhere"}, "/target_id"),
    ],
)
def test_what_cannot_be_told_is_refused_by_field(runtime: Runtime, values: Any, pointer: str) -> None:
    with pytest.raises(AppError) as refusal:
        notify(runtime, **values)
    assert [error["pointer"] for error in refusal.value.errors] == [pointer]
    assert unread(runtime) == 0


@pytest.mark.parametrize(
    "operation",
    ["get_notification", "mark_read", "mark_unread", "archive_notification", "unarchive_notification"],
)
def test_somebody_elses_is_not_found_by_an_administrator_either(runtime: Runtime, operation: str) -> None:
    (theirs,) = notify(runtime, OTHER)
    assert refused(runtime, operation, notification_id=theirs).kind == "not_found"
    assert inbox(runtime) == []
    assert run(runtime, "read_notifications", ids=[theirs]) == {"data": [], "missing": [theirs]}
    assert unread(runtime, OTHER) == 1


def test_a_service_that_asks_for_its_caller_sees_the_callers(runtime: Runtime) -> None:
    notify(runtime)
    asked = replace(a_context(actor="system:reporting"), on_behalf_of=USER)
    assert len(run(runtime, "list_notifications", asked)["data"]) == 1


def test_another_workspace_sees_nothing(runtime: Runtime) -> None:
    notify(runtime)
    stranger = a_context(workspace_id="workspace_01k8bbbbbbbbbbbbbbbbbbbbbb")
    assert run(runtime, "list_notifications", stranger)["data"] == []


def test_reading_counts_once_and_can_be_taken_back(runtime: Runtime) -> None:
    (mine,) = notify(runtime)
    first = run(runtime, "mark_read", notification_id=mine)
    again = run(runtime, "mark_read", a_context(now=TEN + timedelta(hours=1)), notification_id=mine)
    assert first == again
    assert unread(runtime) == 0
    assert run(runtime, "mark_unread", notification_id=mine)["read_at"] is None
    assert unread(runtime) == 1
    assert told(runtime)[1:] == ["notification.properties_changed.v1"] * 2


def test_a_reader_reads_too(runtime: Runtime) -> None:
    (mine,) = notify(runtime)
    reader = a_context(role="read_only")
    assert run(runtime, "mark_read", reader, notification_id=mine)["read_at"] is not None


def test_what_is_put_away_is_read_and_comes_back_read(runtime: Runtime) -> None:
    (mine,) = notify(runtime)
    run(runtime, "archive_notification", notification_id=mine)
    assert (inbox(runtime, filter="archived_at = null"), unread(runtime)) == ([], 0)
    run(runtime, "unarchive_notification", notification_id=mine)
    (back,) = inbox(runtime, filter="archived_at = null")
    assert back["read_at"] is not None


def test_all_are_read_up_to_what_the_user_saw(runtime: Runtime) -> None:
    for number in range(3):
        notify(runtime, USER, OTHER, key=str(number))
    until = clock.to_text(clock.now() + timedelta(hours=1))
    later = clock.to_text(TEN - timedelta(days=400))
    assert run(runtime, "mark_all_read", until=later) == {"changed": 0}
    assert run(runtime, "mark_all_read", until=until) == {"changed": 3}
    assert run(runtime, "mark_all_read") == {"changed": 0}
    assert (unread(runtime), unread(runtime, OTHER)) == (0, 3)


def test_only_what_is_read_is_put_away_with_the_rest(runtime: Runtime) -> None:
    ids_ = [notify(runtime, key=str(number))[0] for number in range(3)]
    run(runtime, "mark_read", notification_id=ids_[0])
    assert run(runtime, "archive_all") == {"changed": 1}
    assert {found["id"] for found in inbox(runtime, filter="archived_at = null")} == set(ids_[1:])


def test_the_list_is_walked_in_pages(runtime: Runtime) -> None:
    for number in range(5):
        notify(runtime, key=str(number))
    seen: list[str] = []
    after = None
    while True:
        page = run(runtime, "list_notifications", limit=2, after=after)
        seen += [found["id"] for found in page["data"]]
        after = page["next"]
        if after is None:
            break
    assert len(set(seen)) == 5


def test_what_was_read_long_ago_is_forgotten(runtime: Runtime) -> None:
    old, fresh, new = (notify(runtime, key=str(number))[0] for number in range(3))
    table = table_of(Notification)
    for one, age in ((old, KEPT_READ + timedelta(days=1)), (fresh, timedelta(days=1))):
        statement = update(table).where(table.c.id == one).values(read_at=clock.now() - age)
        runtime.database.transact(
            lambda session, run=statement: session.execute(run, execution_options=ACROSS)
        )
    forget_notifications(runtime)
    assert {found["id"] for found in inbox(runtime)} == {fresh, new}


def test_nobody_has_more_than_the_newest_thousand(runtime: Runtime) -> None:
    (first,) = notify(runtime, OTHER)
    rows = [
        {
            "workspace_id": AUTOMATION.workspace_id,
            "id": ids.new("notification"),
            "version": 1,
            "event_sequence": 1,
            "created_at": TEN + timedelta(seconds=number),
            "updated_at": TEN,
            "custom": {},
            "user_id": USER,
            "kind": "workflow",
            "title": str(number),
            "records": [],
            "happened_at": TEN,
            "digest": "",
        }
        for number in range(MOST_KEPT + 5)
    ]
    runtime.database.transact(lambda session: session.execute(insert(table_of(Notification)), rows))
    forget_notifications(runtime)
    with runtime.database.reading() as session:
        mine = Notification.workspace_id == AUTOMATION.workspace_id, Notification.user_id == USER
        assert session.scalar(select(func.count()).select_from(Notification).where(*mine)) == MOST_KEPT
        assert session.scalar(select(func.min(Notification.created_at)).where(*mine)) == TEN + timedelta(
            seconds=5
        )
    assert [found["id"] for found in inbox(runtime, OTHER)] == [first]


def test_events_are_for_their_user(runtime: Runtime) -> None:
    notify(runtime)
    with runtime.database.reading() as session:
        payload = codec.loads(session.scalars(select(outbox.c.payload)).one())
    assert payload["data"]["record"]["user_id"] == USER
