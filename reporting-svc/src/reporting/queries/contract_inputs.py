"""What metrics read of contracts: the terms that were due, and how recurring revenue moved in a period."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from reporting.domain.contract_facts import ArrMovementFact, ContractFact, TermFact
from reporting.domain.metrics import COUNT, MONEY, Unit
from reporting.queries.inputs import ALL, Input, Reading, Readings, Span, add

_KEPT = "rapport_arr"


def _terms(session: Session, span: Span) -> tuple[Reading, Reading]:
    """Terms whose day of renewal lies in the period and has come, and those of them that were renewed."""
    row = session.execute(
        select(func.count(), func.sum(case((TermFact.is_renewed, 1), else_=0)))
        .select_from(TermFact)
        .join(ContractFact, _of(TermFact))
        .where(
            TermFact.workspace_id == span.workspace_id,
            ContractFact.is_deleted.is_(False),
            TermFact.due_on >= span.from_on,
            TermFact.due_on <= min(span.to_on, span.today),
        )
    ).one()
    return Reading(Fraction(row[0]), row[0]), Reading(Fraction(int(row[1] or 0)), row[0])


def _of(fact: Any) -> Any:
    return and_(ContractFact.workspace_id == fact.workspace_id, ContractFact.record_id == fact.record_id)


@dataclass
class Recurring:
    """Annual recurring revenue in a period, contract by contract; amounts in the currency of the workspace.

    A contract counts from the first day of the period on which it runs. What it brings then, and what it brings on the
    last day, make churn (nothing is left), contraction or expansion of those that ran before the period.
    """

    contracts: int = 0
    others: int = 0
    contract_value: Fraction = Fraction(0)
    contracts_expanded: int = 0
    expansion: Fraction = Fraction(0)
    start: Fraction = Fraction(0)
    churned: Fraction = Fraction(0)
    contraction: Fraction = Fraction(0)
    retained_expansion: Fraction = Fraction(0)
    end: Fraction = Fraction(0)
    customers_at_start: int = 0
    customers_lost: int = 0
    customers_at_end: int = 0


def recurring(session: Session, span: Span) -> Recurring:
    """The figures of a period, read once in a session."""
    known: dict[Span, Recurring] = session.info.setdefault(_KEPT, {})
    if span not in known:
        known[span] = _recurring(session, span)
    return known[span]


def _recurring(session: Session, span: Span) -> Recurring:
    rows = session.execute(
        select(
            ArrMovementFact.record_id,
            ArrMovementFact.kind,
            ArrMovementFact.moved_on,
            ArrMovementFact.arr_before,
            ArrMovementFact.arr_after,
            ArrMovementFact.currency,
            ContractFact.account_id,
        )
        .join(ContractFact, _of(ArrMovementFact))
        .where(
            ArrMovementFact.workspace_id == span.workspace_id,
            ContractFact.is_deleted.is_(False),
            ArrMovementFact.moved_on <= span.to_on,
        )
        .order_by(ArrMovementFact.record_id, ArrMovementFact.moved_on, ArrMovementFact.sequence)
    )
    found = Recurring()
    start_of: dict[str, Fraction] = {}
    end_of: dict[str, Fraction] = {}
    for _, grouped in groupby(rows, key=lambda row: row.record_id):
        moves = list(grouped)
        if moves[0].currency != span.currency:
            found.others += 1
            continue
        _count(found, span, moves, start_of, end_of)
    found.customers_at_start = sum(value > 0 for value in start_of.values())
    found.customers_at_end = sum(value > 0 for value in end_of.values())
    found.customers_lost = sum(value > 0 and not end_of[account] for account, value in start_of.items())
    return found


def _count(
    found: Recurring,
    span: Span,
    moves: list[Any],
    start_of: dict[str, Fraction],
    end_of: dict[str, Fraction],
) -> None:
    """Add one contract, whose movements are in order of their days."""
    start = _after(moves, lambda move: move.moved_on < span.from_on)
    end = _after(moves, lambda move: True)
    account = moves[0].account_id
    start_of[account] = start_of.get(account, Fraction(0)) + start
    end_of[account] = end_of.get(account, Fraction(0)) + end
    inside = [move for move in moves if move.moved_on >= span.from_on]
    began_inside = start == 0 and any(move.kind == "new" for move in inside)
    if start or began_inside:
        found.contracts += 1
        found.contract_value += start or Fraction(inside[0].arr_after)
        grown = [move for move in inside if move.kind == "expansion"]
        found.contracts_expanded += bool(grown)
        found.expansion += sum(
            (Fraction(move.arr_after) - Fraction(move.arr_before) for move in grown), Fraction(0)
        )
    found.start += start
    found.end += end
    if not start:
        return
    if not end:
        found.churned += start
    else:
        found.contraction += max(start - end, Fraction(0))
        found.retained_expansion += max(end - start, Fraction(0))


def _after(moves: list[Any], counts: Callable[[Any], bool]) -> Fraction:
    """What the contract brings after those of its movements that count."""
    counted = [move for move in moves if counts(move)]
    return Fraction(counted[-1].arr_after) if counted else Fraction(0)


def _input(
    name: str, label: str, unit: Unit, value: Callable[[Recurring], Fraction | int], *fields: str
) -> Input:
    def read(session: Session, span: Span) -> Readings:
        found = recurring(session, span)
        return {ALL: Reading(Fraction(value(found)), found.contracts, found.others)}

    return Input(name, label, unit, fields, read)


_MOVED = ("contract.arr", "arr_movement.moved_on", "arr_movement.kind")

add(
    Input(
        "terms_due",
        "Terms that were due",
        COUNT,
        ("contract.renews_on", "contract.term"),
        lambda session, span: {ALL: _terms(session, span)[0]},
    ),
    Input(
        "terms_renewed",
        "Terms renewed",
        COUNT,
        ("contract.renews_on", "contract.term"),
        lambda session, span: {ALL: _terms(session, span)[1]},
    ),
    _input("contracts", "Contracts", COUNT, lambda found: found.contracts, *_MOVED),
    _input("contract_value", "Annual value of contracts", MONEY, lambda found: found.contract_value, *_MOVED),
    _input(
        "contracts_expanded", "Contracts expanded", COUNT, lambda found: found.contracts_expanded, *_MOVED
    ),
    _input("expansion_arr", "Annual value added", MONEY, lambda found: found.expansion, *_MOVED),
    _input("start_arr", "Annual recurring revenue at the start", MONEY, lambda found: found.start, *_MOVED),
    _input("churned_arr", "Churn", MONEY, lambda found: found.churned, *_MOVED),
    _input("contraction_arr", "Contraction", MONEY, lambda found: found.contraction, *_MOVED),
    _input("retained_expansion_arr", "Expansion", MONEY, lambda found: found.retained_expansion, *_MOVED),
    _input("end_arr", "Annual recurring revenue at the end", MONEY, lambda found: found.end, *_MOVED),
    _input(
        "customers_at_start",
        "Customers at the start",
        COUNT,
        lambda found: found.customers_at_start,
        *_MOVED,
        "contract.account_id",
    ),
    _input(
        "customers_lost",
        "Customers lost",
        COUNT,
        lambda found: found.customers_lost,
        *_MOVED,
        "contract.account_id",
    ),
    _input(
        "contract_customers",
        "Customers with a contract",
        COUNT,
        lambda found: found.customers_at_end,
        *_MOVED,
        "contract.account_id",
    ),
)
