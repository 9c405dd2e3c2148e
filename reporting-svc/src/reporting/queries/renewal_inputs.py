"""What the renewal forecast reads: recurring revenue that is due, what of it is at risk, and deals that add to it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from chassis.money import SCALE, units
from chassis.tables import reference
from reporting.domain.contract_facts import ContractFact
from reporting.domain.deal_fact import OPEN, DealFact
from reporting.domain.metrics import MONEY
from reporting.queries import links
from reporting.queries.inputs import ALL, Input, Reading, Readings, Span, add

AT_RISK_BELOW = 60
_ACTIVE = "active"
_TYPES = ("renewal", "expansion")


def _due(session: Session, span: Span, *, only_at_risk: bool) -> Readings:
    """What the active contracts bring a year whose day of renewal lies in the period."""
    health = reference.c.data["health"].as_integer()
    in_currency = ContractFact.currency == span.currency
    statement = (
        select(
            func.sum(case((in_currency, units(ContractFact.amount)), else_=0)).label("units"),
            func.count().label("rows"),
            func.sum(case((in_currency, 0), else_=1)).label("others"),
        )
        .select_from(ContractFact)
        .outerjoin(
            reference,
            and_(
                reference.c.workspace_id == ContractFact.workspace_id,
                reference.c.type == "account",
                reference.c.id == ContractFact.account_id,
            ),
        )
        .where(
            ContractFact.workspace_id == span.workspace_id,
            ContractFact.is_deleted.is_(False),
            ContractFact.status == _ACTIVE,
            ContractFact.renews_on >= span.from_on,
            ContractFact.renews_on <= span.to_on,
        )
    )
    if only_at_risk:
        statement = statement.where(health < AT_RISK_BELOW)
    row = session.execute(statement).one()
    return {ALL: Reading(Fraction(int(row.units or 0), SCALE), row.rows, int(row.others or 0))}


def _expansion(session: Session, span: Span) -> Readings:
    """(amount - annual recurring revenue of the contract that it renews) x probability, of the open deals."""
    rows = session.execute(
        select(
            DealFact.amount,
            DealFact.currency,
            DealFact.probability,
            ContractFact.amount.label("arr"),
            ContractFact.currency.label("arr_currency"),
        )
        .outerjoin(
            ContractFact,
            and_(
                ContractFact.workspace_id == DealFact.workspace_id,
                ContractFact.renewal_deal_id == DealFact.deal_id,
                ContractFact.is_deleted.is_(False),
            ),
        )
        .where(
            DealFact.workspace_id == span.workspace_id,
            DealFact.is_deleted.is_(False),
            DealFact.status == OPEN,
            DealFact.type.in_(_TYPES),
            DealFact.amount.is_not(None),
            DealFact.expected_close_on >= span.from_on,
            DealFact.expected_close_on <= span.to_on,
        )
    ).all()
    counted = [
        row for row in rows if row.currency == span.currency and row.arr_currency in (None, span.currency)
    ]
    value = sum((_added(row) for row in counted), Fraction(0))
    return {ALL: Reading(value, len(counted), len(rows) - len(counted))}


def _added(row: Any) -> Fraction:
    weight = Fraction(row.probability, 100)
    return (Fraction(row.amount) - Fraction(row.arr or 0)) * weight


def _deals(span: Span) -> str:
    return links.both(
        [
            links.compare("status", "=", OPEN),
            links.among("type", _TYPES),
            links.compare("expected_close_on", ">=", span.from_on),
            links.compare("expected_close_on", "<=", span.to_on),
        ]
    )


_FIELDS = ("contract.arr", "contract.renews_on", "contract.status")

add(
    Input(
        "arr_due",
        "Annual recurring revenue that is due",
        MONEY,
        _FIELDS,
        lambda session, span: _due(session, span, only_at_risk=False),
    ),
    Input(
        "arr_at_risk",
        "Of that, of accounts with a health below 60",
        MONEY,
        (*_FIELDS, "account.health"),
        lambda session, span: _due(session, span, only_at_risk=True),
    ),
    Input(
        "renewals_and_expansions",
        "Weighted gain of open renewal and expansion deals",
        MONEY,
        ("deal.amount", "deal.probability", "deal.type", "deal.expected_close_on", "contract.arr"),
        _expansion,
        list="deals",
        records=_deals,
    ),
)
