"""Enrollment: a workflow takes records up by their dates, by a schedule, or because somebody chose them.

Which records that are is asked of their owner when the time has come; each is enrolled once for an occasion - a day
that its date says, an hour of the schedule, a request - and its owner then tells `<noun>.enrolled.v1`, a fact like all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base
from automation.domain.conditions import catalogue_of
from automation.domain.errors import TriggerIncomplete, TriggerUnfit
from chassis.clock import Instant
from chassis.filters.values import literal
from chassis.guard import ACROSS
from chassis.record import Row

ENROLLED = ".enrolled.v1"
DATE, SCHEDULE, HAND = "date", "schedule", "hand"
WORDS = {DATE: ("field", "days", "at"), SCHEDULE: ("every", "on", "at"), HAND: ()}
DAY, WEEK, MONTH = "day", "week", "month"
LAST_ON = {WEEK: 7, MONTH: 31}
USUAL_TIME = "08:00"
EACH = timedelta(hours=1)
"""How often records are looked for on their day: a date may be set on the day itself."""
MISSED = timedelta(days=7)
"""Days that went by while nothing ran are caught up, as far back as this."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

PENDING, TOLD, REFUSED = "pending", "told", "refused"


class Enrollment(Row, Base):
    """A record that a workflow took up; `told` once its owner told it, `refused` with its reason when it would not."""

    __tablename__ = "enrollment"
    __table_args__ = (
        Index("uq_enrollment", "workspace_id", "workflow_id", "record_id", "occasion", unique=True),
        Index("ix_enrollment_at", "workspace_id", "workflow_id", "at"),
        # Without the workspace in front: the worker looks for what is to be told in any of them.
        Index("ix_enrollment_due", "status", "next_at", info=ACROSS),
    )

    workflow_id: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[str] = mapped_column(String(40))
    by: Mapped[str] = mapped_column(String(12))
    occasion: Mapped[str] = mapped_column(String(60))
    asked_by: Mapped[str | None] = mapped_column(String(80), default=None)
    request_id: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    at: Mapped[datetime] = mapped_column(Instant)
    next_at: Mapped[datetime] = mapped_column(Instant)

    def view(self) -> dict[str, Any]:
        names = ("id", "record_id", "by", "occasion", "asked_by", "status", "reason", "at")
        return {name: getattr(self, name) for name in names}


def is_enrollment(event: str) -> bool:
    """Whether a trigger's event is told by enrolling."""
    return event.endswith(ENROLLED)


def check(trigger: Mapping[str, Any]) -> None:
    """Refuse a way of enrolling that misses a word, or has one that says nothing."""
    event, by = trigger["event"], trigger.get("by")
    if by is None:
        raise TriggerIncomplete(event=event, word="by", meaning="`date`, `schedule` or `hand`")
    for word in trigger.keys() - {"event", "by", *WORDS[by]}:
        if trigger[word] is not None:
            raise TriggerUnfit(word=word, fitting=_fitting(word), event=f"{event} by {by}")
    if by == DATE:
        dates = {field.name for field in catalogue_of(event) if field.type in ("date", "instant")}
        if trigger.get("field") not in dates:
            meaning = f"one of the dates {', '.join(sorted(dates))}"
            raise TriggerIncomplete(event=event, word="field", meaning=meaning)
    if by == SCHEDULE:
        every = trigger.get("every")
        if every is None:
            raise TriggerIncomplete(event=event, word="every", meaning="`day`, `week` or `month`")
        last = LAST_ON.get(every)
        if last is None and trigger.get("on") is not None:
            raise TriggerUnfit(word="on", fitting="a `week` or a `month`", event=f"every {every}")
        if last is not None and not 1 <= (trigger.get("on") or 1) <= last:
            raise TriggerIncomplete(event=event, word="on", meaning=f"a day from 1 to {last}")


def _fitting(word: str) -> str:
    by = [way for way, words in WORDS.items() if word in words]
    return f"enrolling by {by[0]}" if by else "other events"


def takes_up_by_itself(trigger: Mapping[str, Any]) -> bool:
    """Whether time enrolls its records, rather than a person."""
    return is_enrollment(trigger["event"]) and trigger.get("by") in (DATE, SCHEDULE)


def taking_up(trigger: Mapping[str, Any]) -> str:
    """When it takes records up, in words: `7 days before expected_close_on, from 08:00 on`."""
    at = trigger.get("at") or USUAL_TIME
    if trigger["by"] == HAND:
        return "when somebody chooses it"
    if trigger["by"] == DATE:
        days = int(trigger.get("days") or 0)
        side = "before" if days < 0 else "after"
        words = f"{abs(days)} days {side}" if days else "on the day of"
        return f"{words} {trigger['field']}, from {at} on"
    on = int(trigger.get("on") or 1)
    days_of = {
        DAY: "every day",
        WEEK: f"every {_WEEKDAYS[on - 1] if on <= 7 else on}",
        MONTH: f"on day {on} of a month",
    }
    return f"{days_of[trigger['every']]} at {at}"


def is_due(trigger: Mapping[str, Any], zone: ZoneInfo, moment: datetime) -> bool:
    """Whether records are to be looked for at a moment that `following` gave, or at which the workflow began."""
    if trigger["by"] == SCHEDULE:
        return _scheduled(trigger, zone, moment - timedelta(microseconds=1)) == moment
    return moment >= _at(trigger, zone, _day(zone, moment))


def following(trigger: Mapping[str, Any], zone: ZoneInfo, moment: datetime, now: datetime) -> datetime:
    """When records are to be looked for next, after `moment`.

    A schedule that was missed is not made up for. Dates are: each day from `moment` on has its turn, `MISSED` at most.
    """
    if trigger["by"] == SCHEDULE:
        return _scheduled(trigger, zone, max(moment, now))
    today, day = _day(zone, now), _day(zone, moment)
    begin = _at(trigger, zone, day)
    if moment < begin:
        return begin
    if day < today:
        return _at(trigger, zone, max(day + timedelta(days=1), today - MISSED))
    again = max(moment, now) + EACH
    return again if _day(zone, again) == today else _at(trigger, zone, today + timedelta(days=1))


def occasion_of(trigger: Mapping[str, Any], zone: ZoneInfo, moment: datetime) -> str:
    """What a record is enrolled for, once: the day that its date says, or the moment of the schedule."""
    if trigger["by"] == DATE:
        return f"{trigger['field']} {wanted_day(trigger, zone, moment)}"
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def wanted_day(trigger: Mapping[str, Any], zone: ZoneInfo, moment: datetime) -> date:
    """The day that the date must say; `days` before it are negative."""
    return _day(zone, moment) - timedelta(days=int(trigger.get("days") or 0))


def condition(trigger: Mapping[str, Any], zone: ZoneInfo, moment: datetime) -> str | None:
    """The filter by which the owner of the records finds those whose day has come, in the zone; None for all."""
    if trigger["by"] == SCHEDULE:
        return None
    return f"{trigger['field']} = {literal(wanted_day(trigger, zone, moment))}"


def _day(zone: ZoneInfo, moment: datetime) -> date:
    return moment.astimezone(zone).date()


def _at(trigger: Mapping[str, Any], zone: ZoneInfo, day: date) -> datetime:
    """The workflow's time of that day; one that a change of the clocks skips is an hour later."""
    at = time.fromisoformat(trigger.get("at") or USUAL_TIME)
    return datetime.combine(day, at, zone).astimezone(UTC)


def _scheduled(trigger: Mapping[str, Any], zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment of the schedule after another one."""
    day = _day(zone, after)
    while not (_is_day_of(trigger, day) and _at(trigger, zone, day) > after):
        day += timedelta(days=1)
    return _at(trigger, zone, day)


def _is_day_of(trigger: Mapping[str, Any], day: date) -> bool:
    """Whether the schedule has this day; a month that is shorter than the day has its last one."""
    wanted = int(trigger.get("on") or 1)
    if trigger["every"] == WEEK:
        return day.isoweekday() == wanted
    if trigger["every"] == MONTH:
        is_last = (day + timedelta(days=1)).month != day.month
        return day.day == wanted or (is_last and day.day < wanted)
    return True
