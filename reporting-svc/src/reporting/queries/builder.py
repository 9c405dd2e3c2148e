"""Reports that people build: facts of a kind, filtered, grouped and measured in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, select, true
from sqlalchemy.orm import Session

from chassis import clock, filters
from chassis.context import Context
from chassis.errors import FieldError, Invalid
from chassis.filters import Catalogue, Environment, Field
from chassis.money import SCALE, Money, units
from reporting.queries.as_of import known_at
from reporting.queries.datasets import DATASETS, Dataset
from reporting.queries.report import currency_of, watermark

COUNT, DISTINCT, RATIO = "count", "count_distinct", "ratio"
MEASURED = ("number", "money")


class ReportUnfit(Invalid):
    """A part of a definition that this data cannot answer."""

    code = "reporting.report_unfit"
    message = "{problem}"


@dataclass(frozen=True)
class Asked:
    """A definition against the data: its fields and its measures, checked."""

    dataset: Dataset
    catalogue: Catalogue
    currency: str | None
    here: Environment


def run_report(session: Session, ctx: Context, *, definition: Mapping[str, Any]) -> dict[str, Any]:
    """One row a group, the largest first measure first unless sorted otherwise. Raises `Invalid` naming the part."""
    as_of = definition.get("as_of")
    # A report that is kept has it as text.
    moment = clock.from_text(as_of) if isinstance(as_of, str) else as_of
    with known_at(session, ctx, moment):
        return {**_run(session, ctx, definition), "as_of": moment}


def _run(session: Session, ctx: Context, definition: Mapping[str, Any]) -> dict[str, Any]:
    dataset = DATASETS[definition["dataset"]]
    catalogue = dataset.catalogue(session, ctx)
    mark, currency = watermark(session, ctx), currency_of(session, ctx)
    asked = Asked(dataset, catalogue, currency, Environment(ctx.caller, (), ctx.now))
    groups = [_field(catalogue, name, f"/group_by/{at}") for at, name in enumerate(definition["group_by"])]
    measures = definition["measures"]
    _check_names(measures)
    inner = dataset.rows(ctx).where(
        filters.to_sql(filters.parse(definition["filter"], catalogue), asked.here)
    )
    inner = inner.add_columns(
        *(_column(field).label(f"g{at}") for at, field in enumerate(groups)),
        *(
            _measured(asked, measure, at).label(f"m{at}")
            for at, measure in enumerate(measures)
            if measure["function"] != RATIO
        ),
        _is_other(asked).label("other"),
    )
    facts = inner.subquery()
    keys = [facts.c[f"g{at}"] for at in range(len(groups))]
    columns: list[ColumnElement[Any]] = [*keys]
    for at, measure in enumerate(measures):
        if measure["function"] != RATIO:
            columns += [part.label(f"{name}{at}") for name, part in _aggregates(measure, facts.c[f"m{at}"])]
    statement = select(*columns, func.count().label("rows"), func.sum(facts.c.other).label("others"))
    rows = session.execute(statement.group_by(*keys) if keys else statement).all()
    shown = [
        _row({str(name): value for name, value in row._mapping.items()}, groups, measures, asked)
        for row in rows
        if row.rows
    ]
    kept = [row for row in shown if _is_kept(row, measures)]
    kept.sort(key=_order(definition, groups, measures))
    return {
        "columns": [
            *({"name": field.name, "type": field.type} for field in groups),
            *({"name": measure["name"], "type": _type(asked, measure)} for measure in measures),
        ],
        "data": [_wire(row, groups, measures) for row in kept[: definition["limit"]]],
        "groups": len(kept),
        "row_count": sum(row.rows for row in rows),
        "rows_in_other_currencies": sum(int(row.others or 0) for row in rows),
        "currency": currency,
        "watermark": mark,
    }


def _field(catalogue: Catalogue, name: str, pointer: str) -> Field:
    if name not in catalogue:
        known = ", ".join(field.name for field in catalogue)
        raise _unfit(pointer, f"There is no field {name} here; there are {known}.")
    return catalogue.field(name)


def _unfit(pointer: str, problem: str) -> ReportUnfit:
    error: FieldError = {"pointer": pointer, "code": ReportUnfit.code, "message": problem}
    return ReportUnfit(problem=problem, errors=[error])


def _check_names(measures: Sequence[Mapping[str, Any]]) -> None:
    """Every measure has a name of its own, and a ratio is one of two measures that are none."""
    plain = {measure["name"] for measure in measures if measure["function"] != RATIO}
    if len({measure["name"] for measure in measures}) < len(measures):
        raise _unfit("/measures", "Two measures have the same name.")
    for at, measure in enumerate(measures):
        if measure["function"] == RATIO:
            for part in ("of", "to"):
                if measure.get(part) not in plain:
                    raise _unfit(
                        f"/measures/{at}/{part}", "A ratio is of one measure to another, by their names."
                    )


def _column(field: Field) -> ColumnElement[Any]:
    assert field.column is not None
    column: ColumnElement[Any] = field.column  # type: ignore[assignment]
    return column


def _measured(asked: Asked, measure: Mapping[str, Any], at: int) -> ColumnElement[Any]:
    """What is aggregated: 1 to count, a value otherwise; nothing where the measure's own filter does not hold."""
    condition: ColumnElement[bool] = true()
    if measure.get("filter"):
        condition = filters.to_sql(filters.parse(measure["filter"], asked.catalogue), asked.here)
    if measure["function"] == COUNT:
        return case((condition, literal(1)))
    name = measure.get("field")
    if not name:
        raise _unfit(f"/measures/{at}/field", f"{measure['function']} needs a field.")
    field = _field(asked.catalogue, name, f"/measures/{at}/field")
    if measure["function"] == DISTINCT:
        return case((condition, _column(field)))
    if field.type not in MEASURED:
        raise _unfit(
            f"/measures/{at}/field", f"{measure['function']} is for numbers and amounts, not for {name}."
        )
    if field.type != "money":
        return case((condition, _column(field)))
    table = asked.dataset.table
    return case((condition & (table.currency == asked.currency), units(_column(field))))


def _is_other(asked: Asked) -> ColumnElement[int]:
    """1 for a fact whose amount no sum contains because it is in another currency."""
    table = asked.dataset.table
    if not hasattr(table, "currency"):
        return literal(0)
    return case((table.currency != asked.currency, 1), else_=0)


def _aggregates(measure: Mapping[str, Any], column: Any) -> list[tuple[str, ColumnElement[Any]]]:
    match measure["function"]:
        case "count":
            return [("v", func.count(column))]
        case "count_distinct":
            return [("v", func.count(column.distinct()))]
        case "average":
            return [("s", func.sum(column)), ("n", func.count(column))]
        case "sum":
            return [("v", func.sum(column))]
        case other:
            aggregate: ColumnElement[Any] = getattr(func, other)(column)
            return [("v", aggregate)]


Row = dict[str, Any]


def _row(
    found: Mapping[str, Any], groups: Sequence[Field], measures: Sequence[Mapping[str, Any]], asked: Asked
) -> Row:
    row: Row = {field.name: found[f"g{at}"] for at, field in enumerate(groups)}
    for at, measure in enumerate(measures):
        function = measure["function"]
        if function == RATIO:
            continue
        if function == "average":
            number = found[f"n{at}"]
            value = Fraction(int(found[f"s{at}"]), number) if number else None
        else:
            raw = found[f"v{at}"]
            value = None if raw is None else Fraction(raw)
        if value is not None and _type(asked, measure) == "money":
            value /= SCALE
        row[measure["name"]] = value
    for measure in measures:
        if measure["function"] == RATIO:
            part, whole = row[measure["of"]], row[measure["to"]]
            row[measure["name"]] = part / whole * 100 if part is not None and whole else None
    row["\0currency"] = asked.currency
    row["\0types"] = {measure["name"]: _type(asked, measure) for measure in measures}
    return row


def _type(asked: Asked, measure: Mapping[str, Any]) -> str:
    function = measure["function"]
    if function in (COUNT, DISTINCT):
        return "count"
    if function == RATIO:
        return "percent"
    return str(asked.catalogue.field(measure["field"]).type)


def _is_kept(row: Row, measures: Sequence[Mapping[str, Any]]) -> bool:
    """Whether every measure is as large as it is to be."""
    for measure in measures:
        least = measure.get("at_least")
        if least is not None and (
            row[measure["name"]] is None or row[measure["name"]] < Fraction(str(least))
        ):
            return False
    return True


def _order(
    definition: Mapping[str, Any], groups: Sequence[Field], measures: Sequence[Mapping[str, Any]]
) -> Any:
    sort = definition.get("sort") or f"-{measures[0]['name']}"
    name, is_down = sort.lstrip("-"), sort.startswith("-")
    known = [field.name for field in groups] + [measure["name"] for measure in measures]
    if name not in known:
        raise _unfit("/sort", f"Sort by one of {', '.join(known)}.")
    ties = [field.name for field in groups]

    def key(row: Row) -> tuple[Any, ...]:
        value = row[name]
        if isinstance(value, Fraction):
            value = -value if is_down else value
        return (
            value is None,
            0 if value is None else value,
            *((row[tie] is None, str(row[tie])) for tie in ties),
        )

    return key


def _wire(row: Row, groups: Sequence[Field], measures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    shown = {field.name: row[field.name] for field in groups}
    for measure in measures:
        name = measure["name"]
        shown[name] = _value(row[name], row["\0types"][name], row["\0currency"])
    return shown


def _value(value: Fraction | None, kind: str, currency: str | None) -> Any:
    if value is None:
        return None
    if kind == "count":
        return int(value)
    if kind != "money":
        return round(float(value), 6)
    amount = Decimal(value.numerator) / Decimal(value.denominator)
    return (
        None
        if currency is None
        else Money(amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN), currency)
    )
