"""What brought the revenue in: the value of won deals, divided among the touches that led to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from chassis.context import Context
from chassis.money import Money, from_units, units
from reporting.domain.attribution import FORMULAS, ORIGINAL, Way, divided, shares
from reporting.domain.deal_fact import WON, DealFact
from reporting.domain.marketing_facts import LeadFact, SpendFact
from reporting.domain.touch_facts import TouchFact
from reporting.queries.report import Scope, Totals, answer, currency_of, watermark

SOURCE_FIELDS = (
    *("deal.status", "deal.amount", "deal.closed_on", "deal.source", "lead.created_at", "lead.source"),
    *("signal.occurred_at", "signal.source", "signal.campaign", "spend.amount"),
)
AT_ONCE = 400
NO_SPEND = "Nothing was spent here in this period."


@dataclass
class _Deal:
    """A won deal with the way that led to it."""

    row: Any
    leads: list[Any] = field(default_factory=list)
    touches: list[Any] = field(default_factory=list)

    @property
    def lead(self) -> Any | None:
        """The lead it came from: its own, else the first that became its contact or account."""
        own = [lead for lead in self.leads if lead.record_id == self.row.lead_id]
        return min(own or self.leads, key=lambda lead: lead.created_at, default=None)

    @property
    def source(self) -> str | None:
        lead = self.lead
        found: str | None = (lead.source if lead is not None else None) or self.row.source
        return found

    @property
    def way(self) -> Way:
        row, lead = self.row, self.lead
        # What is brought in afterwards was opened on the day that it says.
        is_late = row.opened_on is not None and row.created_at.date() > row.opened_on
        deal_at = _end_of(row.opened_on) if is_late else row.created_at
        return Way(None if lead is None else lead.created_at, deal_at, _end_of(row.closed_on))


@dataclass
class _Credit:
    amount: Decimal = Decimal(0)
    deals: set[str] = field(default_factory=set)
    touches: int = 0


def attribution(
    session: Session,
    ctx: Context,
    *,
    model: str = "linear",
    group_by: str = "source",
    from_on: date | None = None,
    to_on: date | None = None,
) -> dict[str, Any]:
    """Rows by credit, highest first; they add up to the value of the won deals, to the cent.

    The people of a deal are its lead, its contact, and the leads that became its contact or its account.
    """
    scope = Scope(ctx.workspace_id, (WON,), None, from_on, to_on)
    mark, currency = watermark(session, ctx), currency_of(session, ctx)
    credits: dict[str | None, _Credit] = defaultdict(_Credit)
    totals = Totals()
    for deal in _won(session, scope):
        totals.rows += 1
        if deal.row.amount is None:
            totals.without_amount += 1
        elif deal.row.currency != currency:
            totals.in_other_currencies += 1
        else:
            _credit(deal, model, group_by, credits)
    spent = _spent(session, scope, group_by, currency)
    rows = [
        _row(key, credits.get(key, _Credit()), spent.get(key), currency)
        for key in dict.fromkeys((*credits, *spent))
    ]
    found = answer(
        sorted(rows, key=lambda row: (-row["sort"], row["key"] is None, row["key"] or "")),
        formula=f"{FORMULAS[model]}; roas = credit / spend; roi = (credit - spend) / spend",
        source_fields=SOURCE_FIELDS,
        scope=scope,
        totals=totals,
        currency=currency,
        mark=mark,
        records=scope.records(),
    )
    for row in found["data"]:
        del row["sort"]
    total = sum((one.amount for one in credits.values()), Decimal(0))
    return {**found, "model": model, "total": None if currency is None else Money(total, currency)}


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)


def _won(session: Session, scope: Scope) -> Iterable[_Deal]:
    """The won deals of the period, each with its leads and touches."""
    rows = session.execute(
        select(
            DealFact.deal_id,
            DealFact.account_id,
            DealFact.contact_id,
            DealFact.lead_id,
            DealFact.source,
            DealFact.amount,
            DealFact.currency,
            DealFact.created_at,
            DealFact.opened_on,
            DealFact.closed_on,
        )
        .where(*scope.conditions(), DealFact.closed_on.is_not(None))
        .order_by(DealFact.closed_on, DealFact.deal_id)
    ).all()
    for begin in range(0, len(rows), AT_ONCE):
        deals = [_Deal(row) for row in rows[begin : begin + AT_ONCE]]
        _add_leads(session, scope.workspace_id, deals)
        _add_touches(session, scope.workspace_id, deals)
        yield from deals


def _add_leads(session: Session, workspace_id: str, deals: Sequence[_Deal]) -> None:
    named = {
        column: {value for deal in deals if (value := getattr(deal.row, name))}
        for column, name in (
            (LeadFact.record_id, "lead_id"),
            (LeadFact.deal_id, "deal_id"),
            (LeadFact.contact_id, "contact_id"),
            (LeadFact.account_id, "account_id"),
        )
    }
    leads = session.execute(
        select(
            LeadFact.record_id,
            LeadFact.deal_id,
            LeadFact.contact_id,
            LeadFact.account_id,
            LeadFact.source,
            LeadFact.created_at,
        ).where(
            LeadFact.workspace_id == workspace_id,
            or_(*(column.in_(sorted(values)) for column, values in named.items())),
        )
    ).all()
    by: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for lead in leads:
        for name, value in (
            ("lead_id", lead.record_id),
            ("deal_id", lead.deal_id),
            ("contact_id", lead.contact_id),
            ("account_id", lead.account_id),
        ):
            if value:
                by[name, value].append(lead)
    for deal in deals:
        found = {
            lead.record_id: lead
            for name in ("lead_id", "deal_id", "contact_id", "account_id")
            for lead in by.get((name, getattr(deal.row, name) or ""), ())
        }
        deal.leads = list(found.values())


def _add_touches(session: Session, workspace_id: str, deals: Sequence[_Deal]) -> None:
    people = {
        person
        for deal in deals
        for person in (deal.row.contact_id, deal.row.lead_id, *(lead.record_id for lead in deal.leads))
        if person
    }
    by_person: dict[str, list[Any]] = defaultdict(list)
    wanted = sorted(people)
    for begin in range(0, len(wanted), AT_ONCE):
        rows = session.execute(
            select(TouchFact.person_id, TouchFact.occurred_at, TouchFact.source, TouchFact.campaign).where(
                TouchFact.workspace_id == workspace_id,
                TouchFact.person_id.in_(wanted[begin : begin + AT_ONCE]),
                TouchFact.is_deleted.is_(False),
            )
        )
        for row in rows:
            by_person[row.person_id].append(row)
    for deal in deals:
        mine = {deal.row.contact_id, deal.row.lead_id, *(lead.record_id for lead in deal.leads)}
        touches = [touch for person in mine if person for touch in by_person[person]]
        deal.touches = sorted(
            touches, key=lambda touch: (touch.occurred_at, touch.source or "", touch.campaign or "")
        )


def _credit(deal: _Deal, model: str, group_by: str, credits: dict[str | None, _Credit]) -> None:
    parts: list[Fraction] = []
    if model != ORIGINAL:
        parts = shares(model, [touch.occurred_at for touch in deal.touches], deal.way)
    if not any(parts):
        # Nobody was seen: all that is known is what the lead or the deal says of itself.
        key = deal.source if group_by == "source" else None
        credits[key].amount += deal.row.amount
        credits[key].deals.add(deal.row.deal_id)
        return
    for touch, amount, part in zip(deal.touches, divided(deal.row.amount, parts), parts, strict=True):
        if part:
            key = (touch.source or deal.source) if group_by == "source" else touch.campaign
            credits[key].amount += amount
            credits[key].deals.add(deal.row.deal_id)
            credits[key].touches += 1


def _spent(session: Session, scope: Scope, group_by: str, currency: str | None) -> dict[str | None, Decimal]:
    """What was spent in the period, by channel or by campaign, in the currency of the workspace."""
    key = SpendFact.channel if group_by == "source" else SpendFact.campaign
    spent = func.sum(case((SpendFact.currency == currency, units(SpendFact.amount)), else_=0))
    statement = (
        select(key.label("key"), spent.label("units"))
        .where(SpendFact.workspace_id == scope.workspace_id, SpendFact.is_deleted.is_(False))
        .group_by(key)
    )
    if scope.from_on is not None:
        statement = statement.where(SpendFact.spent_on >= scope.from_on)
    if scope.to_on is not None:
        statement = statement.where(SpendFact.spent_on <= scope.to_on)
    found = {row.key: from_units(row.units) or Decimal(0) for row in session.execute(statement)}
    return {key: amount for key, amount in found.items() if amount}


def _row(key: str | None, credit: _Credit, spent: Decimal | None, currency: str | None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "key": key,
        "credit": None if currency is None else Money(credit.amount, currency),
        "deals": len(credit.deals),
        "touches": credit.touches,
        "spend": None if currency is None or spent is None else Money(spent, currency),
        "roas": None if spent is None else round(float(credit.amount / spent), 6),
        "roi": None if spent is None else round(float((credit.amount - spent) / spent), 6),
        "sort": credit.amount,
    }
    return row if spent is not None else {**row, "reason": NO_SPEND}
