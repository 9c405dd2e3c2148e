"""The archive: every event once, in one order per workspace, and what is missing is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from reporting_builders import START, WORKSPACE, Service, a_deal, an_event, an_id, deal_told

from chassis import clock, codec
from chassis.envelope import Event
from chassis.errors import AppError
from reporting.domain.archive import ArchivedEvent, ArchivedRecord
from reporting.usecases import report_gaps
from reporting.usecases.archive_events import archive_events

OTHER = an_id("workspace", "other")


def some(number: int, *, workspace_id: str = WORKSPACE, what: str = "account.created.v1") -> list[Event]:
    return [an_event(what, an_id(what.split(".")[0]), workspace_id=workspace_id) for _ in range(number)]


def places(page: dict[str, Any]) -> list[int]:
    return [event["position"] for event in page["data"]]


def test_positions_count_one_two_three_in_each_workspace() -> None:
    service = Service()
    mixed = [event for pair in zip(some(5), some(5, workspace_id=OTHER), strict=True) for event in pair]
    service.hear(*mixed, batch=3)
    assert places(service.ask("events")) == [1, 2, 3, 4, 5]
    assert places(service.ask("events", workspace_id=OTHER)) == [1, 2, 3, 4, 5]
    told = [event.id for event in mixed if event.workspace_id == WORKSPACE]
    assert [event["id"] for event in service.ask("events")["data"]] == told


def test_an_event_comes_back_as_it_was_told() -> None:
    service = Service()
    event = some(1)[0]
    service.hear(event)
    (found,) = service.ask("events")["data"]
    assert found == {**codec.loads(event.raw), "position": 1}


def test_an_event_delivered_again_is_archived_once() -> None:
    service = Service()
    events = some(3)
    service.hear(*events)
    assert service.hear(*events, events[0]).suppressed == 4
    with service.database.writing() as session:
        assert archive_events(session, [*events, *events]) == {}
    assert service.ask("latest_position")["position"] == 3


def a_notification(user_id: str | None) -> Event:
    record = {"user_id": user_id, "title": "For your eyes only"} if user_id else {}
    return an_event("notification.created.v1", an_id("notification"), record=record)


def test_an_event_addressed_to_somebody_is_shown_to_nobody_else() -> None:
    service = Service()
    ann, bob = an_id("user", "ann"), an_id("user", "bob")
    service.hear(*some(1), a_notification(ann), a_notification(bob), a_notification(None), *some(1))
    assert places(service.ask("events", actor=ann)) == [1, 2, 5]
    assert places(service.ask("events", actor=bob, role="admin")) == [1, 3, 5]
    assert places(service.ask("events", actor=bob, types=["notification.*"])) == [3]
    asked_for_bob = {"actor": "system:gateway", "on_behalf_of": bob, "role": "system"}
    assert places(service.ask("events", **asked_for_bob)) == [1, 3, 5]
    theirs = service.ask("events", actor=ann)["data"][1]["subject"]
    assert places(service.ask("record_events", actor=bob, record_id=theirs)) == []
    assert places(service.ask("record_events", actor=ann, record_id=theirs)) == [2]


def test_the_ledger_shows_that_somebody_was_told_and_not_what() -> None:
    service = Service()
    ann = an_id("user", "ann")
    told = a_notification(ann)
    service.hear(told)
    for actor, title in ((ann, "For your eyes only"), (an_id("user", "bob"), None)):
        (event,) = service.ask("ledger_events", actor=actor, record_id=told.subject_id)["data"]
        assert (event["type"], event["data"].get("record", {}).get("title")) == (told.type, title)


def test_what_is_passed_over_does_not_stop_the_reader() -> None:
    """A page may be empty and yet not the last: the cost of a page is its limit, whoever the events are for."""
    service = Service()
    service.hear(*(a_notification(an_id("user", "ann")) for _ in range(4)), *some(1))
    page = service.ask("events", actor=an_id("user", "bob"), limit=3)
    assert (page["data"], page["position"], page["has_more"]) == ([], 3, True)
    assert places(service.ask("events", actor=an_id("user", "bob"), after=3, limit=3)) == [5]


def test_the_suite_reads_addressed_events_with_their_addressee() -> None:
    service = Service()
    ann = an_id("user", "ann")
    service.hear(a_notification(ann), *some(1))
    found = service.ask("events", actor="system:live", role="system")["data"]
    assert [event.get("addressee") for event in found] == [ann, None]


def test_pages_follow_each_other_without_a_hole() -> None:
    service = Service()
    service.hear(*some(10))
    seen: list[int] = []
    after, has_more = 0, True
    while has_more:
        page = service.ask("events", after=after, limit=3)
        seen += places(page)
        after, has_more = page["position"], page["has_more"]
    assert seen == list(range(1, 11))
    assert service.ask("events", after=10) == {
        "data": [],
        "position": 10,
        "latest_position": 10,
        "has_more": False,
    }


@pytest.mark.parametrize(
    ("types", "wanted"),
    [
        (["contact.created.v1"], [2, 4]),
        (["contact.*"], [2, 4, 5]),
        (["contact.deleted.v1", "account.*"], [1, 3, 5]),
        (["*"], [1, 2, 3, 4, 5]),
    ],
)
def test_types_are_named_singly_or_as_a_family(types: list[str], wanted: list[int]) -> None:
    service = Service()
    for what in ("account.created.v1", "contact.created.v1") * 2:
        service.hear(*some(1, what=what))
    service.hear(*some(1, what="contact.deleted.v1"))
    page = service.ask("events", types=types)
    assert places(page) == wanted
    assert (page["position"], page["has_more"]) == (5, False)
    first = service.ask("events", types=types, limit=1)
    assert places(first) == wanted[:1]
    assert (first["position"], first["has_more"]) == (wanted[0], True)


def test_a_page_without_a_wanted_event_still_moves_on() -> None:
    service = Service()
    service.hear(*some(4))
    page = service.ask("events", types=["lead.*"], after=1)
    assert (page["data"], page["position"]) == ([], 4)


def test_a_type_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(AppError) as refusal:
        Service().ask("events", types=["deal.wno.v1"])
    assert refusal.value.errors[0]["code"] == "unknown_event_type"
    assert "deal.won.v1" in str(refusal.value)


def test_one_record_has_its_own_story_in_both_directions() -> None:
    service = Service()
    deal = a_deal()
    service.hear(deal_told(deal), *some(2), *(deal_told({**deal, "version": number}) for number in (2, 3)))
    page = service.ask("record_events", record_id=deal["id"])
    assert [event["sequence"] for event in page["data"]] == [1, 2, 3]
    newest = service.ask("record_events", record_id=deal["id"], newest_first=True, limit=2)
    assert (places(newest), newest["has_more"]) == ([5, 4], True)
    rest = service.ask("record_events", record_id=deal["id"], newest_first=True, after=newest["position"])
    assert (places(rest), rest["has_more"]) == ([1], False)


def sequences(service: Service, *numbers: int) -> list[Event]:
    record_id = an_id("account", "gap")
    return [an_event("account.properties_changed.v1", record_id, number) for number in numbers]


def test_a_missing_event_is_reported_until_it_arrives() -> None:
    service = Service()
    service.hear(*sequences(service, 1, 2, 5))
    (gap,) = service.ask("gaps")["data"]
    assert (gap["subject_id"], gap["highest"], gap["archived"]) == (an_id("account", "gap"), 5, 3)
    service.hear(*sequences(service, 4))
    assert service.ask("gaps")["total"] == 1
    service.hear(*sequences(service, 3))
    assert service.ask("gaps") == {"data": [], "total": 0}


def test_events_in_another_order_are_no_gap() -> None:
    service = Service()
    service.hear(*sequences(service, 3, 1, 2))
    assert service.ask("gaps")["total"] == 0


def test_a_record_known_only_in_part_is_a_gap() -> None:
    service = Service()
    service.hear(*sequences(service, 57))
    assert service.ask("gaps")["total"] == 1


def test_a_gap_is_told_in_the_log_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    said: list[dict[str, Any]] = []
    monkeypatch.setattr(report_gaps.log, "warning", lambda what, **values: said.append(values), raising=False)
    service.hear(*sequences(service, 2))
    report_gaps.report_gaps(service.runtime)
    assert said == []
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr(report_gaps.clock, "now", lambda: later)
    report_gaps.report_gaps(service.runtime)
    assert [values["records"] for values in said] == [1]


def test_streams_are_woken_once_a_batch_is_durable() -> None:
    service = Service()
    service.hear(*some(3), *some(2, workspace_id=OTHER))
    assert service.hints == [
        ("archive.nudge", one, {"workspace_id": one, "position": position})
        for one, position in sorted([(WORKSPACE, 3), (OTHER, 2)])
    ]


def test_a_hint_that_cannot_be_given_harms_nobody() -> None:
    service = Service()

    def fail(exchange: str, key: str, body: Any) -> None:
        raise OSError("no broker")

    service.runtime.broadcast = fail
    assert service.hear(*some(2)).done == 2
    assert service.ask("latest_position")["position"] == 2


def test_the_watermark_is_the_latest_time_of_any_event() -> None:
    service = Service()
    times = [START + timedelta(minutes=minute) for minute in (5, 9, 7)]
    service.hear(*(an_event("account.created.v1", an_id("account"), at=at) for at in times))
    assert service.ask("latest_position") == {"position": 3, "at": clock.to_text(times[1])}


def test_nothing_archived_is_position_zero() -> None:
    assert Service().ask("latest_position") == {"position": 0, "at": None}


def test_the_archive_may_be_read_but_not_its_gaps_by_everybody() -> None:
    assert Service().ask("events", role="read_only")["data"] == []
    with pytest.raises(AppError) as refusal:
        Service().ask("gaps", role="rep")
    assert refusal.value.kind == "forbidden"


def test_rows_hold_what_they_are_found_by() -> None:
    service = Service()
    events: Sequence[Event] = some(2)
    service.hear(*events)
    assert [(row["event_id"], row["sequence"]) for row in service.rows(ArchivedEvent)] == [
        (event.id, 1) for event in events
    ]
    assert {row["archived"] for row in service.rows(ArchivedRecord)} == {1}
