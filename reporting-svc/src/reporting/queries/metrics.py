"""Metrics of a period: each with its formula, its inputs and the records behind them, in groups if wanted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.errors import Invalid
from chassis.money import Money
from reporting.domain.metrics import COUNT, METRICS, MONEY, PER_DAY, Figure, Metric, Unit, example, figure
from reporting.queries import contract_inputs, lead_inputs, renewal_inputs  # noqa: F401 - make their inputs known
from reporting.queries.inputs import ALL, GROUPS, INPUTS, Reading, Readings, Span
from reporting.queries.periods import months_before, period_before
from reporting.queries.report import currency_of, watermark


class MetricUnknown(Invalid):
    code = "reporting.metric_unknown"
    message = "There is no metric {name}; there are {known}."


class GroupingUnfit(Invalid):
    code = "reporting.grouping_unfit"
    message = "{name} cannot be told apart by {group_by}; it can by {fitting}."


def metrics(
    session: Session,
    ctx: Context,
    *,
    names: Sequence[str] = (),
    from_on: date | None = None,
    to_on: date | None = None,
    group_by: str = "none",
    compare_to: str | None = None,
    gross_margin: float | None = None,
    purchase_kind: str = "order",
    forecast_category: str = "commit",
    horizon_days: int = 0,
) -> dict[str, Any]:
    """The named metrics, or all that the grouping fits; without days for the twelve months that end today."""
    wanted = _wanted(names, group_by)
    today = ctx.now.date()
    until = to_on or today
    since = from_on or months_before(until, 12) + timedelta(days=1)
    mark, currency = watermark(session, ctx), currency_of(session, ctx)
    span = Span(
        ctx.workspace_id,
        since,
        until,
        today,
        currency,
        group_by,
        None if gross_margin is None else Fraction(str(gross_margin)),
        purchase_kind,
        forecast_category,
        horizon_days,
    )
    book = _Book(session, span)
    earlier = _Book(session, span.during(*period_before(since, until, compare_to))) if compare_to else None
    return {
        "data": [_shown(metric, book, earlier) for metric in wanted],
        "period": {"from": since, "to": until},
        "compared_to": None if earlier is None else {"from": earlier.span.from_on, "to": earlier.span.to_on},
        "currency": currency,
        "watermark": mark,
    }


def _wanted(names: Sequence[str], group_by: str) -> list[Metric]:
    for name in names:
        if name not in METRICS:
            raise MetricUnknown(name=name, known=", ".join(METRICS))
        fitting = groupings_of(METRICS[name])
        if group_by not in fitting:
            raise GroupingUnfit(name=name, group_by=group_by, fitting=", ".join(fitting))
    chosen = [METRICS[name] for name in dict.fromkeys(names)] or list(METRICS.values())
    return [metric for metric in chosen if group_by in groupings_of(metric)]


def leaves(metric: Metric) -> Iterator[str]:
    """The counts and sums that a metric is made of in the end."""
    for name in metric.inputs:
        if name in METRICS:
            yield from leaves(METRICS[name])
        else:
            yield name


def groupings_of(metric: Metric) -> list[str]:
    """The groupings that every count and sum behind a metric can be told apart by."""
    return [one for one in GROUPS if all(INPUTS[name].answers(one) for name in leaves(metric))]


class _Book:
    """The inputs of one period, each read once."""

    def __init__(self, session: Session, span: Span) -> None:
        self.span = span
        self._session = session
        self._read: dict[str, Readings] = {}

    def readings(self, name: str) -> Readings:
        if name not in self._read:
            self._read[name] = INPUTS[name].read(self._session, self.span)
        return self._read[name]

    def reading(self, name: str, key: str | None) -> Reading:
        return self.readings(name).get(key, INPUTS[name].absent)

    def keys(self, metric: Metric) -> list[str | None]:
        """The groups that any input of a metric knows, by name; the one without a name last."""
        found = {key for name in leaves(metric) for key in self.readings(name)}
        return sorted(found, key=lambda key: (key is None, key or ""))

    def figure(self, metric: Metric, key: str | None) -> Figure:
        values = {name: self._value(name, key) for name in metric.inputs}
        return figure(metric, values, {name: label_of(name) for name in metric.inputs})

    def _value(self, name: str, key: str | None) -> Figure:
        if name in METRICS:
            return self.figure(METRICS[name], key)
        reading = self.reading(name, key)
        return Figure(reading.value, reading.reason)


def label_of(name: str) -> str:
    return METRICS[name].label if name in METRICS else INPUTS[name].label


def _shown(metric: Metric, book: _Book, earlier: _Book | None) -> dict[str, Any]:
    is_grouped = book.span.group_by != "none"
    row = {
        "name": metric.name,
        "label": metric.label,
        "about": metric.about or None,
        "group": metric.group,
        "unit": metric.unit.name,
        "formula": metric.formula,
        "example": example(metric),
        "target": metric.target.text if metric.target else None,
        "groupings": groupings_of(metric),
        "source_fields": sorted({one for name in leaves(metric) for one in INPUTS[name].source_fields}),
        **({"value": None} if is_grouped else _figure(metric, book, earlier, ALL)),
    }
    if is_grouped:
        row["groups"] = [{"key": key, **_figure(metric, book, earlier, key)} for key in book.keys(metric)]
    return row


def _figure(metric: Metric, book: _Book, earlier: _Book | None, key: str | None) -> dict[str, Any]:
    """The value of one group, with what it is made of."""
    found, currency = book.figure(metric, key), book.span.currency
    row: dict[str, Any] = {
        "value": shown(found.value, metric.unit, currency),
        "inputs": [_input(name, book, key) for name in metric.inputs],
        "row_count": sum(book.reading(name, key).rows for name in set(leaves(metric))),
        "rows_in_other_currencies": sum(book.reading(name, key).others for name in set(leaves(metric))),
    }
    if found.value is None:
        row["reason"] = found.reason
    elif metric.target is not None:
        row["is_target_met"] = metric.target.is_met(found.value)
    if earlier is not None:
        row["compared"] = _compared(metric.unit, found, earlier.figure(metric, key), currency)
    return row


def _input(name: str, book: _Book, key: str | None) -> dict[str, Any]:
    if name in METRICS:
        metric = METRICS[name]
        value, unit, records, kind = book.figure(metric, key).value, metric.unit, None, None
    else:
        source = INPUTS[name]
        value, unit, kind = book.reading(name, key).value, source.unit, source.list
        records = source.records(book.span) if book.span.group_by == "none" else None
    return {
        "name": name,
        "label": label_of(name),
        "unit": unit.name,
        "value": shown(value, unit, book.span.currency),
        "list": kind if records is not None else None,
        "records": records,
    }


def _compared(unit: Unit, now: Figure, then: Figure, currency: str | None) -> dict[str, Any]:
    """The figure of the other period, and the change since: in points for shares, and in percent of what it was."""
    row: dict[str, Any] = {
        "value": shown(then.value, unit, currency),
        "change_percent": None,
        "change_points": None,
    }
    if now.value is None or then.value is None:
        return {**row, "reason": then.reason or now.reason}
    if unit.points:
        row["change_points"] = _number(now.value - then.value)
    if then.value:
        row["change_percent"] = _number((now.value - then.value) / abs(then.value) * 100)
    return row


def shown(value: Fraction | None, unit: Unit, currency: str | None) -> Any:
    """A figure as it is told: money to the cent, everything else to 6 decimals."""
    if value is None:
        return None
    if unit is COUNT:
        return int(value)
    if unit not in (MONEY, PER_DAY):
        return _number(value)
    if currency is None:
        return None
    cents = Decimal(value.numerator) / Decimal(value.denominator)
    return Money(cents.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN), currency)


def _number(value: Fraction) -> float:
    return round(float(value), 6)
