"""The sales cycle: how many days deals take from opening to closing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from chassis.context import Context
from reporting.domain.deal_fact import WON, DealFact
from reporting.queries import links
from reporting.queries.report import (
    Scope,
    Totals,
    answer,
    currency_of,
    in_other_currencies,
    watermark,
    without_amount,
)

FORMULA = (
    "days = closed_on - opened_on; mean, median and 90th percentile over deals with both days, "
    "percentiles interpolated linearly between the closest ranks"
)
SOURCE_FIELDS = ("deal.status", "deal.opened_on", "deal.closed_on")
NONE_WITH_BOTH_DAYS = "No such deal has both an opening and a closing day."

Histogram = Sequence[tuple[int, int]]
"""(days, number of deals), days ascending."""


def sales_cycle(
    session: Session,
    ctx: Context,
    *,
    outcome: str = WON,
    pipeline_id: str | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
) -> dict[str, Any]:
    """Mean, median and 90th percentile of the days of won (or lost) deals; says how many deals miss a day."""
    scope = Scope(ctx.workspace_id, (outcome,), pipeline_id, from_on, to_on)
    mark, currency = watermark(session, ctx), currency_of(session, ctx)
    rows = session.execute(
        select(
            DealFact.cycle_days,
            func.count().label("deals"),
            without_amount().label("without_amount"),
            in_other_currencies(currency).label("in_other_currencies"),
        )
        .where(*scope.conditions())
        .group_by(DealFact.cycle_days)
        .order_by(DealFact.cycle_days)
    ).all()
    totals = Totals(
        sum(row.deals for row in rows),
        sum(row.without_amount for row in rows),
        sum(row.in_other_currencies for row in rows),
    )
    data = cycle_of([(row.cycle_days, row.deals) for row in rows if row.cycle_days is not None])
    return answer(
        {**data, "skipped": totals.rows - data["count"]},
        formula=FORMULA,
        source_fields=SOURCE_FIELDS,
        scope=scope,
        totals=totals,
        currency=currency,
        mark=mark,
        records=scope.records(links.compare("opened_on", "!=", None), links.compare("closed_on", "!=", None)),
    )


def cycle_of(histogram: Histogram) -> dict[str, Any]:
    """The figures of a histogram, to 6 decimals; null with a reason when it is empty."""
    count = sum(number for _, number in histogram)
    if not count:
        return {
            "mean_days": None,
            "median_days": None,
            "p90_days": None,
            "count": 0,
            "reason": NONE_WITH_BOTH_DAYS,
        }
    mean = Fraction(sum(days * number for days, number in histogram), count)
    return {
        "mean_days": round(float(mean), 6),
        "median_days": round(float(percentile(histogram, 50)), 6),
        "p90_days": round(float(percentile(histogram, 90)), 6),
        "count": count,
    }


def percentile(histogram: Histogram, percent: int) -> Fraction:
    """The value at rank (n - 1) x percent / 100 of the n sorted values, between two ranks by their distance.

    Definition 7 of Hyndman and Fan (1996): what spreadsheets call PERCENTILE.INC, and NumPy's default.
    """
    upto = list(accumulate(number for _, number in histogram))
    rank = Fraction((upto[-1] - 1) * percent, 100)
    below = _at(histogram, upto, int(rank))
    above = _at(histogram, upto, min(int(rank) + 1, upto[-1] - 1))
    return below + (above - below) * (rank - int(rank))


def _at(histogram: Histogram, upto: Sequence[int], rank: int) -> Fraction:
    return Fraction(next(days for (days, _), end in zip(histogram, upto, strict=True) if rank < end))
