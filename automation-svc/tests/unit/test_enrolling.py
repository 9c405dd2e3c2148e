"""Workflows take records up by date, by schedule and by hand: at the right moment, each once for an occasion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from automation_builders import DEAL, PIPELINE, PROPOSAL, WORKSPACE, a_context, a_runtime, an_event, hear, run

from automation.domain.enrollment import condition, following, is_due, occasion_of, taking_up
from automation.usecases.enrolling import look_for_records, tell_enrollments
from chassis import clock, codec, ids
from chassis.errors import AppError, NotFound, Unavailable
from chassis.operation import Runtime

BERLIN, UNIVERSAL = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")
BOB = "user_01k8bbbbbbbbbbbbbbbbbbbbbb"
A_TASK = {"type": "create_task", "subject": "Call about {name}", "due_in": "2h"}
A_WEEK_BEFORE = {
    "event": "deal.enrolled.v1",
    "by": "date",
    "field": "expected_close_on",
    "days": -7,
    "at": "09:00",
}
MONDAYS = {"event": "deal.enrolled.v1", "by": "schedule", "every": "week", "on": 1, "at": "08:30"}
BY_HAND = {"event": "deal.enrolled.v1", "by": "hand"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def scheduled(every: str, on: int | None = None, at: str = "08:00") -> dict[str, Any]:
    return {"event": "deal.enrolled.v1", "by": "schedule", "every": every, "on": on, "at": at}


@pytest.mark.parametrize(
    ("trigger", "zone", "moment", "expected"),
    [
        pytest.param(scheduled("day"), UNIVERSAL, "2026-03-02T07:59", "2026-03-02T08:00", id="today"),
        pytest.param(scheduled("day"), UNIVERSAL, "2026-03-02T08:00", "2026-03-03T08:00", id="tomorrow"),
        pytest.param(scheduled("day"), BERLIN, "2026-03-02T07:30", "2026-03-03T07:00", id="in its zone"),
        pytest.param(
            scheduled("day"), BERLIN, "2026-03-28T12:00", "2026-03-29T06:00", id="summer time begins"
        ),
        pytest.param(
            scheduled("day", at="02:30"),
            BERLIN,
            "2026-03-28T12:00",
            "2026-03-29T01:30",
            id="an hour that is not",
        ),
        pytest.param(scheduled("week", 5), UNIVERSAL, "2026-03-02T09:00", "2026-03-06T08:00", id="on Friday"),
        pytest.param(scheduled("week"), UNIVERSAL, "2026-03-02T09:00", "2026-03-09T08:00", id="on Monday"),
        pytest.param(
            scheduled("month", 31), UNIVERSAL, "2026-02-03T09:00", "2026-02-28T08:00", id="a short month"
        ),
        pytest.param(
            scheduled("month", 31), UNIVERSAL, "2026-02-28T09:00", "2026-03-31T08:00", id="a long month"
        ),
        pytest.param(scheduled("month"), UNIVERSAL, "2026-02-28T09:00", "2026-03-01T08:00", id="the first"),
    ],
)
def test_when_a_schedule_comes_next(
    trigger: Mapping[str, Any], zone: ZoneInfo, moment: str, expected: str
) -> None:
    found = following(trigger, zone, utc(moment), utc(moment))
    assert found == utc(expected)
    assert is_due(trigger, zone, found)
    assert not is_due(trigger, zone, utc(moment) + timedelta(seconds=1))


def test_a_schedule_that_was_missed_is_not_made_up_for() -> None:
    found = following(scheduled("day"), UNIVERSAL, utc("2026-03-02T08:00"), utc("2026-03-05T10:00"))
    assert found == utc("2026-03-06T08:00")


@pytest.mark.parametrize(
    ("moment", "now", "expected"),
    [
        pytest.param("2026-03-02T07:00", "2026-03-02T07:00", "2026-03-02T09:00", id="before its time"),
        pytest.param("2026-03-02T09:00", "2026-03-02T09:01", "2026-03-02T10:01", id="again in an hour"),
        pytest.param("2026-03-02T23:30", "2026-03-02T23:31", "2026-03-03T09:00", id="the day is over"),
        pytest.param("2026-03-02T14:00", "2026-03-05T10:00", "2026-03-03T09:00", id="days that were missed"),
        pytest.param("2026-01-02T14:00", "2026-03-05T10:00", "2026-02-26T09:00", id="a week of them at most"),
    ],
)
def test_when_dates_are_looked_at_next(moment: str, now: str, expected: str) -> None:
    assert following(A_WEEK_BEFORE, UNIVERSAL, utc(moment), utc(now)) == utc(expected)


def test_the_day_is_that_of_the_workspace() -> None:
    late = utc("2026-03-02T23:30")
    assert condition(A_WEEK_BEFORE, UNIVERSAL, late) == "expected_close_on = 2026-03-09"
    assert condition(A_WEEK_BEFORE, BERLIN, late) == "expected_close_on = 2026-03-10"
    assert occasion_of(A_WEEK_BEFORE, BERLIN, late) == "expected_close_on 2026-03-10"
    assert occasion_of(MONDAYS, BERLIN, utc("2026-03-02T07:30")) == "2026-03-02 08:30"


@pytest.mark.parametrize(
    ("trigger", "words"),
    [
        (A_WEEK_BEFORE, "7 days before expected_close_on, from 09:00 on"),
        ({**A_WEEK_BEFORE, "days": 0, "at": None}, "on the day of expected_close_on, from 08:00 on"),
        (MONDAYS, "every Monday at 08:30"),
        (scheduled("month", 15), "on day 15 of a month at 08:00"),
        (scheduled("day"), "every day at 08:00"),
        (BY_HAND, "when somebody chooses it"),
    ],
)
def test_it_says_when_in_words(trigger: Mapping[str, Any], words: str) -> None:
    assert taking_up(trigger) == words


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        ({"event": "deal.enrolled.v1"}, "automation.trigger_incomplete"),
        ({"event": "deal.enrolled.v1", "by": "date"}, "automation.trigger_incomplete"),
        ({"event": "deal.enrolled.v1", "by": "date", "field": "amount"}, "automation.trigger_incomplete"),
        ({"event": "deal.enrolled.v1", "by": "schedule"}, "automation.trigger_incomplete"),
        (scheduled("week", 8), "automation.trigger_incomplete"),
        (scheduled("day", 1), "automation.trigger_unfit"),
        ({**MONDAYS, "days": 3}, "automation.trigger_unfit"),
        ({**BY_HAND, "at": "08:00"}, "automation.trigger_unfit"),
        ({**BY_HAND, "count": 3}, "automation.trigger_unfit"),
        ({"event": "deal.created.v1", "by": "hand"}, "automation.trigger_unfit"),
        ({**MONDAYS, "at": "8 o'clock"}, "invalid"),
    ],
)
def test_a_way_that_says_too_little_or_too_much_is_refused(trigger: dict[str, Any], code: str) -> None:
    with pytest.raises(AppError) as refused:
        run(a_runtime(), "create_workflow", name="W", trigger=trigger, actions=[A_TASK])
    assert refused.value.code == code


# --- looking, and telling --------------------------------------------------------------------------------------


class Deals:
    """Answers for deals-svc: two pages of deals, and notes of what it is asked."""

    def __init__(self, records: Sequence[Mapping[str, Any]]) -> None:
        self.records = list(records)
        self.lists: list[Mapping[str, Any]] = []
        self.enrolled: dict[str, Mapping[str, Any]] = {}
        self.failing: AppError | None = None

    def call(self, service: str, operation: str, ctx: Any, /, **arguments: Any) -> Any:
        if self.failing is not None:
            raise self.failing
        if operation == "list_deals":
            self.lists.append(arguments)
            at = (arguments["after"] or [0])[0]
            more = at + 2 < len(self.records)
            return {"data": self.records[at : at + 2], "next": [at + 2] if more else None}
        assert (service, operation) == ("deals", "enroll_deal")
        self.enrolled[ctx.command_id] = {**arguments, "on_behalf_of": ctx.on_behalf_of}
        return {"id": arguments["deal_id"], "version": 1}


def a_deal(amount: str, name: str = "Wind park") -> dict[str, Any]:
    return {
        "id": ids.new("deal"),
        "name": name,
        "amount": {"amount": amount, "currency": "EUR"},
        "owner_id": BOB,
        "pipeline_id": PIPELINE,
        "stage_id": PROPOSAL,
        "status": "open",
    }


MONDAY = utc("2026-03-02T07:30")
"""8:30 in Berlin."""


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """The clock stands still, until it is set."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_to(MONDAY)
    return set_to


@pytest.fixture
def deals() -> Deals:
    return Deals([a_deal("100"), a_deal("60000"), a_deal("70000"), a_deal("80000"), a_deal("5")])


@pytest.fixture
def runtime(deals: Deals, now: Callable[[datetime], None]) -> Runtime:
    runtime = replace(a_runtime(), client=deals)
    hear(runtime, an_event("workspace.created.v1", {"id": WORKSPACE, "time_zone": "Europe/Berlin"}))
    stages = [{"id": PROPOSAL, "name": "Proposal", "kind": "open"}]
    hear(runtime, an_event("pipeline.created.v1", {"id": PIPELINE, "name": "Sales", "stages": stages}))
    return runtime


def switched_on(runtime: Runtime, trigger: Mapping[str, Any], filter: str | None = None) -> dict[str, Any]:
    made = run(runtime, "create_workflow", name="W", trigger=dict(trigger), filter=filter, actions=[A_TASK])
    enabled: dict[str, Any] = run(
        runtime, "enable_workflow", workflow_id=made["id"], expected_version=made["version"]
    )
    return enabled


def enrolled(runtime: Runtime, workflow: Mapping[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run(runtime, "enrollments", workflow_id=workflow["id"])["data"]
    return found


def looked(runtime: Runtime) -> None:
    look_for_records(runtime)
    tell_enrollments(runtime)


def test_the_filter_decides_and_each_is_told_once(
    runtime: Runtime, deals: Deals, now: Callable[[datetime], None]
) -> None:
    workflow = switched_on(runtime, A_WEEK_BEFORE, "amount >= 50000 AND stage.name = 'Proposal'")
    now(utc("2026-03-02T08:05"))
    for _ in range(3):
        looked(runtime)
        now(clock.now() + HOUR)
    assert {one["filter"] for one in deals.lists} == {"expected_close_on = 2026-03-09"}
    assert {one["time_zone"] for one in deals.lists} == {"Europe/Berlin"}
    rich = [deal["id"] for deal in deals.records[1:4]]
    assert sorted(one["deal_id"] for one in deals.enrolled.values()) == sorted(rich)
    assert {one["status"] for one in enrolled(runtime, workflow)} == {"told"}
    assert {one["occasion"] for one in enrolled(runtime, workflow)} == {"expected_close_on 2026-03-09"}


def test_one_whose_date_is_set_on_the_day_itself_is_found(
    runtime: Runtime, deals: Deals, now: Callable[[datetime], None]
) -> None:
    switched_on(runtime, A_WEEK_BEFORE)
    now(utc("2026-03-02T08:05"))
    looked(runtime)
    late = a_deal("1")
    deals.records.append(late)
    now(clock.now() + 2 * HOUR)
    looked(runtime)
    assert [one["deal_id"] for one in deals.enrolled.values()].count(late["id"]) == 1


def test_a_schedule_takes_up_at_its_hour_and_not_when_it_is_switched_on(
    runtime: Runtime, deals: Deals, now: Callable[[datetime], None]
) -> None:
    now(MONDAY - DAY)
    workflow = switched_on(runtime, MONDAYS, "amount > 75000")
    looked(runtime)
    assert not deals.enrolled
    again = run(runtime, "get_workflow", workflow_id=workflow["id"])
    assert (again["enrolls_at"], again["version"]) == (clock.to_text(MONDAY), workflow["version"])
    for week in range(2):
        now(MONDAY + week * 7 * DAY)
        looked(runtime)
        looked(runtime)
    occasions = [one["occasion"] for one in deals.enrolled.values()]
    assert occasions == ["2026-03-02 08:30", "2026-03-09 08:30"]


def test_while_the_owner_is_away_it_looks_again(
    runtime: Runtime, deals: Deals, now: Callable[[datetime], None]
) -> None:
    workflow = switched_on(runtime, A_WEEK_BEFORE)
    now(utc("2026-03-02T08:05"))
    deals.failing = Unavailable(service="deals")
    looked(runtime)
    assert not enrolled(runtime, workflow)
    deals.failing = None
    looked(runtime)
    assert len(deals.enrolled) == 5


def test_one_that_cannot_look_holds_up_no_other(
    runtime: Runtime, deals: Deals, now: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, other = switched_on(runtime, A_WEEK_BEFORE), switched_on(runtime, A_WEEK_BEFORE)
    now(utc("2026-03-02T08:05"))
    looked(runtime)
    answer = deals.call

    def call(service: str, operation: str, ctx: Any, /, **arguments: Any) -> Any:
        if ctx.actor == f"system:{broken['id']}" and operation == "list_deals":
            raise RuntimeError("a defect")
        return answer(service, operation, ctx, **arguments)

    monkeypatch.setattr(deals, "call", call)
    looked(runtime)
    assert (len(enrolled(runtime, broken)), len(enrolled(runtime, other))) == (0, 5)


def test_what_the_owner_refuses_is_kept_with_the_reason(runtime: Runtime, deals: Deals) -> None:
    workflow = switched_on(runtime, BY_HAND)
    run(runtime, "enroll_records", workflow_id=workflow["id"], record_ids=[DEAL])
    deals.failing = NotFound(what="deal", id=DEAL)
    tell_enrollments(runtime)
    deals.failing = None
    tell_enrollments(runtime)
    ((found),) = enrolled(runtime, workflow)
    assert (found["status"], DEAL in found["reason"]) == ("refused", True)
    assert not deals.enrolled


def test_by_hand_it_is_told_on_behalf_of_whoever_chose(runtime: Runtime, deals: Deals) -> None:
    workflow = switched_on(runtime, BY_HAND)
    answer = run(
        runtime, "enroll_records", a_context(actor=BOB), workflow_id=workflow["id"], record_ids=[DEAL, DEAL]
    )
    assert [one["record_id"] for one in answer["data"]] == [DEAL]
    tell_enrollments(runtime)
    ((told),) = deals.enrolled.values()
    assert (told["deal_id"], told["by"], told["on_behalf_of"]) == (DEAL, "hand", BOB)


@pytest.mark.parametrize(
    ("trigger", "record_id", "code"),
    [
        (MONDAYS, DEAL, "automation.not_by_hand"),
        ({"event": "deal.created.v1"}, DEAL, "automation.not_by_hand"),
        (BY_HAND, DEAL.replace("deal", "lead"), "automation.record_unfit"),
        (BY_HAND, "nothing", "automation.record_unfit"),
    ],
)
def test_by_hand_is_refused_where_it_would_do_nothing(
    runtime: Runtime, trigger: Mapping[str, Any], record_id: str, code: str
) -> None:
    workflow = switched_on(runtime, trigger)
    with pytest.raises(AppError) as refused:
        run(runtime, "enroll_records", workflow_id=workflow["id"], record_ids=[DEAL, record_id])
    assert refused.value.code == code
    assert not enrolled(runtime, workflow)


def test_one_that_is_off_takes_up_nothing(
    runtime: Runtime, deals: Deals, now: Callable[[datetime], None]
) -> None:
    by_hand, by_date = switched_on(runtime, BY_HAND), switched_on(runtime, A_WEEK_BEFORE)
    for workflow in (by_hand, by_date):
        run(runtime, "disable_workflow", workflow_id=workflow["id"], expected_version=workflow["version"])
    with pytest.raises(AppError) as refused:
        run(runtime, "enroll_records", workflow_id=by_hand["id"], record_ids=[DEAL])
    assert refused.value.code == "automation.not_switched_on"
    now(utc("2026-03-02T08:05"))
    looked(runtime)
    assert not deals.enrolled


def test_only_the_workflow_that_took_it_up_is_started(runtime: Runtime) -> None:
    one, other = switched_on(runtime, BY_HAND), switched_on(runtime, BY_HAND)
    taken = an_event(
        "deal.enrolled.v1", a_deal("1", "Wind park"), workflow_id=one["id"], by="hand", occasion="now"
    )
    hear(runtime, taken)
    runs = run(runtime, "list_runs")["data"]
    assert [(found["workflow_id"], found["status"]) for found in runs] == [(one["id"], "pending")]
    assert runs[0]["steps"][0]["input"]["subject"] == "Call about Wind park"
    answer = run(runtime, "why", workflow_id=other["id"], events=[codec.loads(taken.raw)])
    assert answer["data"][0]["said"] == "Not started: The record was taken up by another workflow."


def test_why_not_says_when_it_takes_up(runtime: Runtime) -> None:
    workflow = switched_on(runtime, MONDAYS, "amount > 5")
    answer = run(runtime, "why", workflow_id=workflow["id"], events=[])
    assert answer["said"] == (
        "The workflow has not taken this record up; it does so every Monday at 08:30 where its filter holds."
    )


def test_a_dry_run_says_that_there_is_no_past(runtime: Runtime) -> None:
    with pytest.raises(AppError) as refused:
        run(runtime, "dry_run", trigger=MONDAYS, actions=[A_TASK], events=[])
    assert refused.value.code == "automation.no_past"
