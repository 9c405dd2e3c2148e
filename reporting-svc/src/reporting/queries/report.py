"""What all reports share: which deals they look at, in which currency, and what each answer says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.money import Money, from_units, units
from chassis.tables import reference
from reporting.domain.archive import Archive
from reporting.domain.deal_fact import LOST, WON, DealFact
from reporting.queries import links

CLOSED = (WON, LOST)


@dataclass(frozen=True)
class Scope:
    """The deals a report looks at: of a workspace, with these statuses (empty: any), closed in a period."""

    workspace_id: str
    statuses: tuple[str, ...] = ()
    pipeline_id: str | None = None
    from_on: date | None = None
    to_on: date | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        found = [DealFact.workspace_id == self.workspace_id, DealFact.is_deleted.is_(False)]
        if self.statuses:
            found.append(DealFact.status.in_(self.statuses))
        if self.pipeline_id is not None:
            found.append(DealFact.pipeline_id == self.pipeline_id)
        if self.from_on is not None:
            found.append(DealFact.closed_on >= self.from_on)
        if self.to_on is not None:
            found.append(DealFact.closed_on <= self.to_on)
        return found

    def records(self, *further: str) -> str:
        """The filter that lists these deals, narrowed by `further` parts."""
        parts = [links.among("status", self.statuses)] if self.statuses else []
        if self.pipeline_id is not None:
            parts.append(links.compare("pipeline_id", "=", self.pipeline_id))
        if self.from_on is not None:
            parts.append(links.compare("closed_on", ">=", self.from_on))
        if self.to_on is not None:
            parts.append(links.compare("closed_on", "<=", self.to_on))
        return links.both([*parts, *further])


def watermark(session: Session, ctx: Context) -> dict[str, Any]:
    """The position that is certainly in what is read after this."""
    end = session.execute(
        select(Archive.position, Archive.at).where(Archive.workspace_id == ctx.workspace_id)
    ).first()
    return {"position": 0, "at": None} if end is None else {"position": end.position, "at": end.at}


def currency_of(session: Session, ctx: Context) -> str | None:
    """The currency of the sums: the workspace's, or as long as that is unknown the one most deals have."""
    data = session.scalar(
        select(reference.c.data).where(
            reference.c.workspace_id == ctx.workspace_id,
            reference.c.type == "workspace",
            reference.c.id == ctx.workspace_id,
        )
    )
    if data and data.get("currency"):
        return str(data["currency"])
    return session.scalar(
        select(DealFact.currency)
        .where(*Scope(ctx.workspace_id).conditions(), DealFact.amount.is_not(None))
        .group_by(DealFact.currency)
        .order_by(func.count().desc(), DealFact.currency)
        .limit(1)
    )


def value_in(
    currency: str | None, *, times: Any = 1, only: ColumnElement[bool] | None = None
) -> ColumnElement[Any]:
    """The sum of amounts in `currency`, in whole units, each `times` a number; of the rows that are `only`."""
    condition = DealFact.currency == currency
    if only is not None:
        condition &= only
    return func.sum(case((condition, units(DealFact.amount) * times), else_=0))


def without_amount() -> ColumnElement[int]:
    """The number of rows that no sum contains because nobody knows their amount."""
    return func.count() - func.count(DealFact.amount)


def in_other_currencies(currency: str | None) -> ColumnElement[int]:
    """The number of rows that no sum contains because their amount is in another currency."""
    return func.count(DealFact.amount) - func.count(case((DealFact.currency == currency, DealFact.amount)))


def money(number: Any, currency: str | None, *, percent: bool = False) -> Money | None:
    """An amount out of whole units (of percents of them); None as long as there is no currency."""
    amount = from_units(number or 0)
    if currency is None or amount is None:
        return None
    return Money(amount / 100 if percent else amount, currency)


@dataclass
class Totals:
    """The rows behind an answer."""

    rows: int = 0
    without_amount: int = 0
    in_other_currencies: int = 0


def answer(
    data: Any,
    *,
    formula: str,
    source_fields: Sequence[str],
    scope: Scope,
    totals: Totals,
    currency: str | None,
    mark: dict[str, Any],
    records: str,
) -> dict[str, Any]:
    """A report: its data, and everything needed to trust it."""
    return {
        "data": data,
        "formula": formula,
        "source_fields": list(source_fields),
        "period": {"from": scope.from_on, "to": scope.to_on},
        "row_count": totals.rows,
        "rows_without_amount": totals.without_amount,
        "rows_in_other_currencies": totals.in_other_currencies,
        "currency": currency,
        "watermark": mark,
        "records": records,
    }
