"""The win rate: how many of the closed deals were won, by whatever they have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, case, func, null, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.tables import reference
from reporting.domain.deal_fact import WON, DealFact
from reporting.queries import links
from reporting.queries.links import TooLong
from reporting.queries.report import (
    CLOSED,
    Scope,
    Totals,
    answer,
    currency_of,
    in_other_currencies,
    money,
    value_in,
    watermark,
    without_amount,
)
from reporting.queries.teams import Named, Teams

FORMULA = "win_rate = won / (won + lost); won_value = sum of the amounts of won deals"
EVERYTHING = "All"
NOTHING_CLOSED = "No deal was closed, so there is no rate."
SOURCE_FIELDS = ("deal.status", "deal.amount", "deal.closed_on")


@dataclass(frozen=True)
class Grouping:
    """How deals are grouped: they are counted by `column` of the fact, which holds ids of records of `kind`."""

    column: str | None
    kind: str | None
    source_fields: tuple[str, ...]


GROUPINGS = {
    "none": Grouping(None, None, ()),
    "owner": Grouping("owner_id", "user", ("deal.owner_id", "user.name")),
    "manager": Grouping("owner_id", "user", ("deal.owner_id", "user.team_ids", "team.manager_id")),
    "region": Grouping("owner_id", "user", ("deal.owner_id", "user.team_ids", "team.parent_id")),
    "product": Grouping("product_id", "product", ("deal.product_id", "product.name")),
    "industry": Grouping("account_id", "account", ("deal.account_id", "account.industry")),
    "account": Grouping("account_id", "account", ("deal.account_id", "account.name")),
    "quarter": Grouping("closed_quarter", None, ()),
}


@dataclass(frozen=True)
class Tally:
    """The counts of the deals with one value of the grouping's column, and what is known of that record."""

    value: str | None
    label: str | None
    about: Mapping[str, Any] | None
    won: int
    closed: int
    won_units: int
    without_amount: int
    in_other_currencies: int


def win_rate(
    session: Session,
    ctx: Context,
    *,
    group_by: str = "none",
    pipeline_id: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
) -> dict[str, Any]:
    """Rows by value won, highest first; quarters in order. Groups without a closed deal have no row."""
    scope = Scope(ctx.workspace_id, CLOSED, pipeline_id, from_on, to_on)
    grouping = GROUPINGS[group_by]
    mark, currency = watermark(session, ctx), currency_of(session, ctx)
    tallies = tally(session, scope, grouping, currency)
    rows = [
        row_of(named, members, scope, group_by, currency)
        for named, members in grouped(tallies, _name(session, ctx, group_by)).items()
    ]
    if group_by == "none" and not rows:
        rows = [row_of((None, EVERYTHING), [], scope, group_by, currency)]
    return answer(
        in_order(rows, group_by),
        formula=FORMULA,
        source_fields=SOURCE_FIELDS + grouping.source_fields,
        scope=scope,
        totals=totals_of(tallies),
        currency=currency,
        mark=mark,
        records=scope.records(),
    )


def tally(session: Session, scope: Scope, grouping: Grouping, currency: str | None) -> list[Tally]:
    """Count in the database, one row for each value of the grouping's column, in one statement."""
    won = DealFact.status == WON
    value = null() if grouping.column is None else getattr(DealFact, grouping.column)
    counts = select(
        value.label("value"),
        func.count().label("closed"),
        func.sum(case((won, 1), else_=0)).label("won"),
        value_in(currency, only=won).label("won_units"),
        without_amount().label("without_amount"),
        in_other_currencies(currency).label("in_other_currencies"),
    ).where(*scope.conditions())
    if grouping.column is not None:
        counts = counts.group_by(value)
    found = counts.subquery()
    statement = select(found, null().label("label"), null().label("about"))
    if grouping.kind is not None:
        statement = select(found, reference.c.label, reference.c.data.label("about")).outerjoin(
            reference,
            and_(
                reference.c.workspace_id == scope.workspace_id,
                reference.c.type == grouping.kind,
                reference.c.id == found.c.value,
            ),
        )
    return [
        Tally(
            row.value,
            row.label,
            row.about,
            int(row.won),
            row.closed,
            int(row.won_units or 0),
            row.without_amount,
            row.in_other_currencies,
        )
        for row in session.execute(statement)
        if row.closed
    ]


def grouped(tallies: Sequence[Tally], name: Callable[[Tally], Named]) -> dict[Named, list[Tally]]:
    """The tallies of each group, by its id and label."""
    found: dict[Named, list[Tally]] = defaultdict(list)
    for one in tallies:
        found[name(one)].append(one)
    return found


def row_of(
    named: Named, members: Sequence[Tally], scope: Scope, group_by: str, currency: str | None
) -> dict[str, Any]:
    """One group as a row, with the filter that lists its deals."""
    record_id, key = named
    won, closed = sum(one.won for one in members), sum(one.closed for one in members)
    row: dict[str, Any] = {
        "key": key,
        "id": record_id,
        "won": won,
        "lost": closed - won,
        "won_value": money(sum(one.won_units for one in members), currency),
        "win_rate": round(won / closed, 6) if closed else None,
        "rows_without_amount": sum(one.without_amount for one in members),
        "records": _records(scope, group_by, key, members),
    }
    return row if closed else {**row, "reason": NOTHING_CLOSED}


def in_order(rows: list[dict[str, Any]], group_by: str) -> list[dict[str, Any]]:
    """By value won, then by deals won, then by name; quarters in time. What has no key comes last."""

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        value = row["won_value"].amount if row["won_value"] else 0
        rank = () if group_by == "quarter" else (-value, -row["won"])
        return (row["key"] is None, *rank, row["key"] or "", row["id"] or "")

    return sorted(rows, key=place)


def totals_of(tallies: Sequence[Tally]) -> Totals:
    return Totals(
        sum(one.closed for one in tallies),
        sum(one.without_amount for one in tallies),
        sum(one.in_other_currencies for one in tallies),
    )


def _name(session: Session, ctx: Context, group_by: str) -> Callable[[Tally], Named]:
    """How a tally finds its group."""
    match group_by:
        case "none":
            return lambda one: (None, EVERYTHING)
        case "manager":
            teams = Teams.load(session, ctx)
            return lambda one: teams.manager(one.about)
        case "region":
            teams = Teams.load(session, ctx)
            return lambda one: teams.region(one.about)
        case "industry":
            return lambda one: (None, (one.about or {}).get("industry"))
        case "quarter":
            return lambda one: (None, one.value)
    return lambda one: (one.value, one.label or one.value)


def _records(scope: Scope, group_by: str, key: str | None, members: Sequence[Tally]) -> str | None:
    """The filter that lists the deals of this group; None when it would name more owners than a filter may."""
    try:
        return scope.records(*_parts(group_by, key, members))
    except TooLong:
        return None


def _parts(group_by: str, key: str | None, members: Sequence[Tally]) -> list[str]:
    """The parts of a filter that only the deals of this group pass."""
    match group_by:
        case "none":
            return []
        case "industry":
            return [links.compare("account.industry", "=", key)]
        case "quarter":
            return [links.compare("closed_on", "=", None)] if key is None else _within(key)
    column = GROUPINGS[group_by].column
    assert column is not None
    return [links.among(column, sorted((one.value for one in members), key=lambda value: value or ""))]


def _within(quarter: str) -> list[str]:
    year, number = int(quarter[:4]), int(quarter[-1])
    first = date(year, number * 3 - 2, 1)
    following = date(year + number // 4, number * 3 % 12 + 1, 1)
    return [
        links.compare("closed_on", ">=", first),
        links.compare("closed_on", "<=", following - timedelta(days=1)),
    ]
