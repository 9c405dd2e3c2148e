"""What metrics are made of: counts and sums over facts, each read by one statement, in a period and by group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select
from sqlalchemy.orm import Session

from chassis.money import SCALE, units
from messages.reporting import METRIC_GROUPS
from reporting.domain.deal_fact import LOST, OPEN, WON, DealFact
from reporting.domain.marketing_facts import LeadFact, SpendFact
from reporting.domain.metrics import COUNT, DAYS, MONEY, PERCENT, YEARS, Unit
from reporting.domain.selling_facts import ForecastFact, PurchaseFact, QuotaFact
from reporting.queries import links

ALL = "all"
GROUPS = METRIC_GROUPS


@dataclass(frozen=True)
class Span:
    """What is asked: the days `from_on` to `to_on`, both included, in `currency`, by `group_by`."""

    workspace_id: str
    from_on: date
    to_on: date
    today: date
    currency: str | None
    group_by: str = "none"
    gross_margin: Fraction | None = None
    purchase_kind: str = "order"
    forecast_category: str = "commit"
    horizon_days: int = 0

    def during(self, from_on: date, to_on: date) -> Span:
        """The same question about other days."""
        return replace(self, from_on=from_on, to_on=to_on)


@dataclass(frozen=True)
class Reading:
    """A value with the number of records behind it; `others` are those in another currency, which it leaves out."""

    value: Fraction | None
    rows: int = 0
    others: int = 0
    reason: str | None = None


Readings = Mapping[str | None, Reading]
"""By the key of the group; under `ALL` when nothing is grouped."""

NOTHING = Reading(Fraction(0))
NO_QUOTA = Reading(None, reason="There is no quota for this period.")
NO_FORECAST = Reading(None, reason="Nobody had submitted a forecast by then.")
NO_CYCLE = Reading(None, reason="No such deal has both an opening and a closing day.")


@dataclass(frozen=True)
class Input:
    """A count or sum. `groups` are the groupings it knows, `list` the kind of record behind it.

    `read` answers the readings of all groups, and `absent` stands for those it does not name; `records` is the filter
    that lists the records behind it, None where no filter can.
    """

    name: str
    label: str
    unit: Unit
    source_fields: tuple[str, ...]
    read: Callable[[Session, Span], Readings]
    groups: frozenset[str] = frozenset()
    list: str | None = None
    records: Callable[[Span], str | None] = field(default=lambda span: None)
    absent: Reading = NOTHING

    def answers(self, group_by: str) -> bool:
        """Whether it can be told apart by this grouping."""
        return group_by == "none" or group_by in self.groups


INPUTS: dict[str, Input] = {}


def add(*inputs: Input) -> None:
    """Make inputs known to the metrics that name them."""
    INPUTS.update({one.name: one for one in inputs})


# --- one statement over one table ---


@dataclass(frozen=True)
class Source:
    """A table of facts as inputs read it: the day that a period is about, and the column of each grouping."""

    table: type[Any]
    list: str
    day: str
    columns: Mapping[str, str]
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(self.columns)

    def field(self, column: str) -> str:
        """The name of a column in the filters of the list."""
        return self.fields.get(column, column)


Condition = Callable[[Span], Sequence[ColumnElement[bool]]]
Parts = Callable[[Span], Sequence[str]]


def in_period(source: Source) -> Condition:
    column = getattr(source.table, source.day)
    return lambda span: [column >= span.from_on, column <= span.to_on]


def days_in_period(source: Source) -> Parts:
    name = source.field(source.day)
    return lambda span: [
        links.compare(name, ">=", span.from_on),
        links.compare(name, "<=", span.to_on),
    ]


def counted(name: str, label: str, source: Source, where: Condition, parts: Parts, *fields: str) -> Input:
    """The number of records."""
    return _over(name, label, COUNT, source, where, parts, fields, lambda span: func.count())


def distinct(name: str, label: str, source: Source, column: str, where: Condition, parts: Parts) -> Input:
    """The number of different values of a column."""
    counting = func.count(getattr(source.table, column).distinct())
    noun = source.list.rstrip("s")
    return _over(name, label, COUNT, source, where, parts, (f"{noun}.{column}",), lambda span: counting)


def summed(name: str, label: str, source: Source, where: Condition, parts: Parts, *fields: str) -> Input:
    """The sum of the amounts in the currency of the workspace."""
    table = source.table

    def value(span: Span) -> ColumnElement[Any]:
        return func.sum(case((table.currency == span.currency, units(table.amount)), else_=0))

    return _over(name, label, MONEY, source, where, parts, fields, value)


def _over(
    name: str,
    label: str,
    unit: Unit,
    source: Source,
    where: Condition,
    parts: Parts,
    fields: tuple[str, ...],
    value: Callable[[Span], ColumnElement[Any]],
) -> Input:
    table = source.table

    def read(session: Session, span: Span) -> Readings:
        key: ColumnElement[Any] = (
            literal(ALL) if span.group_by == "none" else getattr(table, source.columns[span.group_by])
        )
        others: ColumnElement[Any] = literal(0)
        if unit is MONEY:
            others = func.count(table.amount) - func.count(
                case((table.currency == span.currency, table.amount))
            )
        statement = select(
            key.label("key"), value(span).label("value"), func.count().label("rows"), others.label("others")
        ).where(table.workspace_id == span.workspace_id, table.is_deleted.is_(False), *where(span))
        if span.group_by != "none":
            statement = statement.group_by(key)
        scale = SCALE if unit is MONEY else 1
        return {
            row.key: Reading(Fraction(int(row.value or 0), scale), row.rows, row.others or 0)
            for row in session.execute(statement)
        }

    return Input(
        name,
        label,
        unit,
        fields,
        read,
        source.groups,
        source.list,
        lambda span: links.both(list(parts(span))),
    )


# --- purchases, spend, leads, deals, quotas, forecasts ---

PURCHASES = Source(PurchaseFact, "purchases", "purchased_on", {})
SPENT = Source(SpendFact, "spend-entries", "spent_on", {"channel": "channel"})
LEADS = Source(
    LeadFact,
    "leads",
    "created_on",
    {"channel": "source", "region": "country", "industry": "industry", "owner": "owner_id"},
    {"created_on": "created_at"},
)
CLOSED = Source(DealFact, "deals", "closed_on", {"channel": "source", "owner": "owner_id"})
EXPECTED = replace(CLOSED, day="expected_close_on")


def _both(*conditions: Condition) -> Condition:
    return lambda span: [one for condition in conditions for one in condition(span)]


def _parts(*parts: Parts) -> Parts:
    return lambda span: [one for part in parts for one in part(span)]


def _status(status: str) -> tuple[Condition, Parts]:
    return (
        _both(lambda span: [DealFact.status == status], in_period(CLOSED)),
        _parts(lambda span: [links.compare("status", "=", status)], days_in_period(CLOSED)),
    )


def _purchases() -> tuple[Condition, Parts]:
    return (
        _both(lambda span: [PurchaseFact.kind == span.purchase_kind], in_period(PURCHASES)),
        _parts(lambda span: [links.compare("kind", "=", span.purchase_kind)], days_in_period(PURCHASES)),
    )


def _created(span: Span) -> Sequence[str]:
    """Days in UTC, as the facts have them."""
    return [
        links.compare("created_at", ">=", f"{span.from_on}T00:00:00Z"),
        links.compare("created_at", "<", f"{span.to_on + timedelta(days=1)}T00:00:00Z"),
    ]


_OPEN: Condition = _both(lambda span: [DealFact.status == OPEN], in_period(EXPECTED))
_OPEN_PARTS: Parts = _parts(lambda span: [links.compare("status", "=", OPEN)], days_in_period(EXPECTED))

add(
    summed(
        "purchase_value", "Value of purchases", PURCHASES, *_purchases(), "purchase.amount", "purchase.kind"
    ),
    counted("purchases", "Purchases", PURCHASES, *_purchases(), "purchase.kind", "purchase.purchased_on"),
    distinct("buying_customers", "Buying customers", PURCHASES, "account_id", *_purchases()),
    summed(
        "spend", "Spend", SPENT, in_period(SPENT), days_in_period(SPENT), "spend.amount", "spend.spent_on"
    ),
    counted("leads_created", "Leads created", LEADS, in_period(LEADS), _created, "lead.created_at"),
    counted(
        "leads_converted",
        "Leads converted",
        LEADS,
        _both(lambda span: [LeadFact.status == "converted"], in_period(LEADS)),
        _parts(lambda span: [links.compare("status", "=", "converted")], _created),
        "lead.status",
        "lead.created_at",
    ),
    counted("deals_won", "Deals won", CLOSED, *_status(WON), "deal.status", "deal.closed_on"),
    counted("deals_lost", "Deals lost", CLOSED, *_status(LOST), "deal.status", "deal.closed_on"),
    summed("won_value", "Value won", CLOSED, *_status(WON), "deal.amount", "deal.closed_on"),
    counted(
        "open_deals", "Open deals", EXPECTED, _OPEN, _OPEN_PARTS, "deal.status", "deal.expected_close_on"
    ),
    summed(
        "open_pipeline",
        "Value of open deals",
        EXPECTED,
        _OPEN,
        _OPEN_PARTS,
        "deal.amount",
        "deal.expected_close_on",
    ),
)


def _years(session: Session, span: Span) -> Readings:
    return {ALL: Reading(years_of(span.from_on, span.to_on))}


def years_of(from_on: date, to_on: date) -> Fraction:
    """Whole years of the calendar, and the days that are left as parts of 365."""
    end = to_on + timedelta(days=1)
    years = end.year - from_on.year
    while years and _years_on(from_on, years) > end:
        years -= 1
    return years + Fraction((end - _years_on(from_on, years)).days, 365)


def _years_on(day: date, years: int) -> date:
    """The same day some years later; the 29th of February becomes the 1st of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _gross_margin(session: Session, span: Span) -> Readings:
    if span.gross_margin is None:
        return {ALL: Reading(None, reason="Say the gross margin in percent (`gross_margin`).")}
    return {ALL: Reading(span.gross_margin)}


def _customers_acquired(session: Session, span: Span) -> Readings:
    """Accounts whose first won deal was closed in the period, by where that deal came from."""
    first = (
        select(
            DealFact.source,
            DealFact.owner_id,
            DealFact.closed_on,
            func.row_number()
            .over(partition_by=DealFact.account_id, order_by=(DealFact.closed_on, DealFact.deal_id))
            .label("place"),
        )
        .where(
            DealFact.workspace_id == span.workspace_id,
            DealFact.is_deleted.is_(False),
            DealFact.status == WON,
            DealFact.account_id.is_not(None),
            DealFact.closed_on.is_not(None),
        )
        .subquery()
    )
    return _count_by(
        session,
        span,
        {"channel": first.c.source, "owner": first.c.owner_id},
        first,
        and_(first.c.place == 1, first.c.closed_on >= span.from_on, first.c.closed_on <= span.to_on),
    )


def _leads_won(session: Session, span: Span) -> Readings:
    """Leads created in the period for which a deal was won, by the lead's own marks."""
    won = (
        select(DealFact.deal_id)
        .where(
            DealFact.workspace_id == span.workspace_id,
            DealFact.is_deleted.is_(False),
            DealFact.status == WON,
            (DealFact.lead_id == LeadFact.record_id) | (DealFact.deal_id == LeadFact.deal_id),
        )
        .exists()
    )
    return _count_by(
        session,
        span,
        {name: getattr(LeadFact, column) for name, column in LEADS.columns.items()},
        LeadFact,
        and_(
            LeadFact.workspace_id == span.workspace_id,
            LeadFact.is_deleted.is_(False),
            LeadFact.created_on >= span.from_on,
            LeadFact.created_on <= span.to_on,
            won,
        ),
    )


def _count_by(
    session: Session,
    span: Span,
    columns: Mapping[str, Any],
    source: Any,
    condition: ColumnElement[bool],
) -> Readings:
    key: ColumnElement[Any] = literal(ALL) if span.group_by == "none" else columns[span.group_by]
    statement = select(key.label("key"), func.count().label("rows")).select_from(source).where(condition)
    if span.group_by != "none":
        statement = statement.group_by(key)
    return {row.key: Reading(Fraction(row.rows), row.rows) for row in session.execute(statement)}


def _cycle_days(session: Session, span: Span) -> Readings:
    """Mean days from opening to closing of the deals won in the period."""
    columns = {name: getattr(DealFact, column) for name, column in CLOSED.columns.items()}
    key: ColumnElement[Any] = literal(ALL) if span.group_by == "none" else columns[span.group_by]
    statement = select(
        key.label("key"), func.sum(DealFact.cycle_days).label("days"), func.count().label("rows")
    ).where(
        DealFact.workspace_id == span.workspace_id,
        DealFact.is_deleted.is_(False),
        DealFact.status == WON,
        DealFact.closed_on >= span.from_on,
        DealFact.closed_on <= span.to_on,
        DealFact.cycle_days.is_not(None),
    )
    if span.group_by != "none":
        statement = statement.group_by(key)
    return {
        row.key: Reading(Fraction(int(row.days), row.rows), row.rows)
        for row in session.execute(statement)
        if row.rows
    }


def _quota(session: Session, span: Span) -> Readings:
    """The quotas of the period: of each person, or of the company where it has one of its own, else of all people.

    A quota counts when its period lies within the one that is asked about.
    """
    rows = session.execute(
        select(QuotaFact.owner_id, QuotaFact.team_id, QuotaFact.amount, QuotaFact.currency).where(
            QuotaFact.workspace_id == span.workspace_id,
            QuotaFact.is_deleted.is_(False),
            QuotaFact.from_on >= span.from_on,
            QuotaFact.to_on <= span.to_on,
            QuotaFact.team_id.is_(None),
        )
    ).all()
    if span.group_by == "owner":
        return _sums([(row.owner_id, row) for row in rows if row.owner_id], span, NO_QUOTA)
    company = [row for row in rows if row.owner_id is None]
    return _sums([(ALL, row) for row in company or rows], span, NO_QUOTA)


def _forecast(session: Session, span: Span) -> Readings:
    """What people submitted for the period, each the newest that was there `horizon_days` before its end."""
    cut = span.to_on - timedelta(days=span.horizon_days)
    rows = session.execute(
        select(
            ForecastFact.owner_id,
            ForecastFact.period,
            ForecastFact.amount,
            ForecastFact.currency,
            ForecastFact.submitted_at,
        )
        .where(
            ForecastFact.workspace_id == span.workspace_id,
            ForecastFact.is_deleted.is_(False),
            ForecastFact.from_on >= span.from_on,
            ForecastFact.to_on <= span.to_on,
            ForecastFact.category == span.forecast_category,
        )
        .order_by(ForecastFact.submitted_at, ForecastFact.record_id)
    )
    newest = {(row.owner_id, row.period): row for row in rows if row.submitted_at.date() <= cut}
    key = (lambda row: row.owner_id) if span.group_by == "owner" else (lambda row: ALL)
    return _sums([(key(row), row) for row in newest.values()], span, NO_FORECAST)


def _sums(rows: Sequence[tuple[str, Any]], span: Span, nothing: Reading) -> dict[str | None, Reading]:
    """The sum of the amounts of each key in the currency of the workspace; rows in another one are counted."""
    found: dict[str | None, Reading] = {}
    for key, row in rows:
        before = found.get(key, nothing)
        if row.currency != span.currency:
            found[key] = replace(before, others=before.others + 1)
        else:
            value = (before.value or Fraction(0)) + Fraction(row.amount)
            found[key] = Reading(value, before.rows + 1, before.others)
    return found


add(
    Input("years", "Years", YEARS, (), _years),
    Input("gross_margin", "Gross margin", PERCENT, (), _gross_margin),
    Input(
        "customers_acquired",
        "Customers acquired",
        COUNT,
        ("deal.account_id", "deal.status", "deal.closed_on", "deal.source"),
        _customers_acquired,
        frozenset({"channel", "owner"}),
        "deals",
    ),
    Input(
        "leads_won",
        "Leads whose deal was won",
        COUNT,
        ("lead.created_at", "deal.lead_id", "deal.status"),
        _leads_won,
        LEADS.groups,
        "leads",
    ),
    Input(
        "cycle_days",
        "Mean sales cycle",
        DAYS,
        ("deal.opened_on", "deal.closed_on"),
        _cycle_days,
        CLOSED.groups,
        "deals",
        lambda span: links.both(list(_status(WON)[1](span))),
        NO_CYCLE,
    ),
    Input(
        "quota",
        "Quota",
        MONEY,
        ("quota.amount", "quota.period"),
        _quota,
        frozenset({"owner"}),
        "quotas",
        absent=NO_QUOTA,
    ),
    Input(
        "forecast",
        "Forecast",
        MONEY,
        ("forecast.amount", "forecast.period", "forecast.category"),
        _forecast,
        frozenset({"owner"}),
        "forecasts",
        absent=NO_FORECAST,
    ),
)
