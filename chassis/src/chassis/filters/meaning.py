"""What a comparison asks once it is known who asks, when and where: the part both evaluators share.

Every comparison becomes alternatives (OR) of tests (AND) of a few primitive operators, perhaps negated, so
that SQL and memory only differ in how a primitive test is made. Rules decided here, once:

- Two values, no third: a test on an absent value is false, so `!=` and NOT match records where the field is
  empty (people asking for "not lost" want those with no status too).
- A named period or a day is a span. `=` means inside it, `<` before its start, `<=` before its end, `>=` from
  its start on, `>` from its end on. Days begin at midnight of the environment's time zone, weeks on Monday.
- On `now`, a day is 24 hours; on `today`, it is a day of the calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from chassis.filters.errors import InvalidFilter
from chassis.filters.nodes import Comparison, Symbol, Value

Primitive = Literal["=", "<", "<=", ">", ">=", "~", ":", "absent"]
Constant = str | int | float | Decimal | bool | date | datetime | None
Test = tuple[Primitive, Constant]


class Environment:
    """Who asks, when and where: the caller's id (None: nobody), the ids of the teams that count as theirs, an
    aware instant, the name of a time zone such as `Europe/Berlin`, and the workspace whose links count.
    """

    def __init__(
        self,
        user_id: str | None,
        team_ids: Iterable[str],
        now: datetime,
        time_zone: str = "UTC",
        workspace_id: str | None = None,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("now needs a time zone")
        self.user_id = user_id
        self.team_ids = tuple(team_ids)
        self.now = now.astimezone(UTC)
        self.zone = ZoneInfo(time_zone)
        self.workspace_id = workspace_id

    def day(self, moment: datetime) -> date:
        """The day of the calendar at that instant."""
        return moment.astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """The instant at which that day begins."""
        return datetime.combine(day, time.min, tzinfo=self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Meaning:
    """True when one alternative has all its tests true, the other way round when negated."""

    negated: bool
    alternatives: tuple[tuple[Test, ...], ...]


def meaning(comparison: Comparison, environment: Environment) -> Meaning:
    """What the comparison asks; raises `InvalidFilter` for `me` where nobody is signed in."""
    operator = comparison.operator
    targets = [t for value in comparison.values for t in _targets(comparison, value, environment)]
    if operator in ("=", "!=", "in"):
        return Meaning(operator == "!=", tuple(_equal(target) for target in targets))
    return Meaning(False, tuple((_ordered(operator, target),) for target in targets))


@dataclass(frozen=True, slots=True)
class _Span:
    """From `start` up to, not including, `end`."""

    start: date | datetime
    end: date | datetime


_Target = Constant | _Span


def _equal(target: _Target) -> tuple[Test, ...]:
    if target is None:
        return (("absent", None),)
    if isinstance(target, _Span):
        return ((">=", target.start), ("<", target.end))
    return (("=", target),)


def _ordered(operator: str, target: _Target) -> Test:
    if not isinstance(target, _Span):
        return operator, target  # type: ignore[return-value]
    return {
        "<": ("<", target.start),
        "<=": ("<", target.end),
        ">": (">=", target.end),
        ">=": (">=", target.start),
    }[operator]  # type: ignore[return-value]


def _targets(comparison: Comparison, value: Value, environment: Environment) -> Iterable[_Target]:
    is_instant = comparison.field.type == "instant"
    if isinstance(value, Symbol):
        if value.name == "me":
            if environment.user_id is None:
                raise InvalidFilter("", "'me' needs a signed-in user, and nobody is signed in here.")
            return (environment.user_id,)
        if value.name == "my_teams":
            return environment.team_ids
        if value.name == "now":
            moment = environment.now + value.offset
            return (moment if is_instant else environment.day(moment),)
        first, last = _period(value, environment.day(environment.now))
    elif is_instant and isinstance(value, date) and not isinstance(value, datetime):
        first, last = value, value + timedelta(days=1)
    else:
        return (value,)
    if is_instant:
        return (_Span(environment.midnight(first), environment.midnight(last)),)
    return (first if last - first == timedelta(days=1) else _Span(first, last),)


def _period(symbol: Symbol, today: date) -> tuple[date, date]:
    """First day of the named period, and the day after its last."""
    if symbol.name in ("today", "yesterday", "tomorrow"):
        shift = {"yesterday": -1, "today": 0, "tomorrow": 1}[symbol.name]
        day = today + timedelta(days=shift) + symbol.offset
        return day, day + timedelta(days=1)
    which, unit = symbol.name.split("_")
    shift = {"last": -1, "this": 0, "next": 1}[which]
    if unit == "week":
        monday = today + timedelta(days=7 * shift - today.weekday())
        return monday, monday + timedelta(days=7)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    count = (today.year * 12 + today.month - 1) // months + shift
    return _first_of(count * months), _first_of((count + 1) * months)


def _first_of(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)
