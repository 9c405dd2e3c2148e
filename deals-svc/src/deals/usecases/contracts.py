"""Begin a contract, change what it brings, renew it, cancel it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from chassis import ids
from chassis.context import Context
from chassis.money import Money
from chassis.unit_of_work import UnitOfWork
from deals.domain.contract import ArrMovement, Contract
from deals.domain.deal import Deal
from deals.domain.errors import ArrMoves, DealNotWon, DealWithoutAccount, MoveOutOfOrder, NothingRecurs
from deals.domain.line_item import CENT, LineItem
from deals.domain.pipeline import WON
from deals.usecases.references import require_own

TIMES_A_YEAR = {"monthly": 12, "quarterly": 4, "yearly": 1}


def create_contract(
    uow: UnitOfWork, ctx: Context, *, contract_id: str | None = None, arr: Money, **values: Any
) -> Contract:
    """It renews the day after it ends unless told otherwise, and belongs to the caller."""
    require_own(uow, values, "")
    contract = uow.add(Contract(id=contract_id))
    values.setdefault("owner_id", ctx.caller if ids.is_id(ctx.caller, "user") else None)
    if values.get("renews_on") is None:
        values["renews_on"] = values["ends_on"] + timedelta(days=1)
    contract.set(values)
    uow.append(ArrMovement, contract.begin(arr))
    return contract


def update_contract(
    uow: UnitOfWork, ctx: Context, *, contract_id: str, expected_version: int, changes: dict[str, Any]
) -> Contract:
    contract = uow.get(Contract, contract_id, expected_version)
    if "arr" in changes:
        raise ArrMoves()
    require_own(uow, changes, "/changes")
    contract.edit(changes)
    return contract


def change_arr(
    uow: UnitOfWork,
    ctx: Context,
    *,
    contract_id: str,
    expected_version: int,
    arr: Money,
    on: date | None,
    reason: str | None,
) -> Contract:
    contract = uow.get(Contract, contract_id, expected_version)
    _require_latest(uow, contract, on or ctx.now.date())
    uow.append(ArrMovement, contract.change_arr(arr, on=on or ctx.now.date(), reason=reason))
    return contract


def cancel_contract(
    uow: UnitOfWork, ctx: Context, *, contract_id: str, expected_version: int, on: date | None, reason: str
) -> Contract:
    contract = uow.get(Contract, contract_id, expected_version)
    _require_latest(uow, contract, on or ctx.now.date())
    uow.append(ArrMovement, contract.cancel(on=on or ctx.now.date(), reason=reason))
    return contract


def _require_latest(uow: UnitOfWork, contract: Contract, on: date) -> None:
    """Refuse a movement that is dated before the one before it: it would count what came later."""
    contract.require_active()
    last = uow.session.scalar(
        select(func.max(ArrMovement.moved_on)).where(
            ArrMovement.workspace_id == uow.ctx.workspace_id, ArrMovement.contract_id == contract.id
        )
    )
    if last is not None and on < last:
        raise MoveOutOfOrder(last=last)


def renew_contract(
    uow: UnitOfWork,
    ctx: Context,
    *,
    contract_id: str,
    expected_version: int,
    ends_on: date | None,
    arr: Money | None,
) -> Contract:
    """The next term is as long as the one before unless its end is given."""
    contract = uow.get(Contract, contract_id, expected_version)
    end = ends_on or _as_long(contract)
    movement = contract.renew(ends_on=end, arr=arr)
    if movement is not None:
        uow.append(ArrMovement, movement)
    return contract


def _as_long(contract: Contract) -> date:
    """The end of a next term of as many months, or of as many days where the term is not of whole months."""
    first, following = contract.starts_on, contract.ends_on + timedelta(days=1)
    months = (following.year - first.year) * 12 + following.month - first.month
    if following.day != first.day or months == 0:
        return contract.renews_on + (contract.ends_on - contract.starts_on)
    index = contract.renews_on.year * 12 + contract.renews_on.month - 1 + months
    month = date(index // 12, index % 12 + 1, 1)
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return month.replace(day=min(contract.renews_on.day, last.day)) - timedelta(days=1)


def make_contract(
    uow: UnitOfWork,
    ctx: Context,
    *,
    deal_id: str,
    expected_version: int,
    starts_on: date | None,
    ends_on: date,
    arr: Money | None,
) -> Contract:
    """The contract of a won deal: exactly one, whoever asks how often. What recurs in its lines is the ARR.

    Raises `Gone` when its contract was deleted: it is to be restored, not made again.
    """
    deal = uow.get(Deal, deal_id, expected_version)
    contract_id = ids.derive("contract", deal.created_at, deal.id)
    there = uow.first(
        select(Contract).where(Contract.workspace_id == ctx.workspace_id, Contract.id == contract_id)
    )
    if there is not None:
        return uow.get(Contract, there.id)
    if deal.status != WON:
        raise DealNotWon()
    if deal.account_id is None:
        raise DealWithoutAccount()
    return create_contract(
        uow,
        ctx,
        contract_id=contract_id,
        arr=arr or _recurring(uow, deal),
        name=deal.name,
        account_id=deal.account_id,
        deal_id=deal.id,
        owner_id=deal.owner_id,
        starts_on=starts_on or deal.closed_on or ctx.now.date(),
        ends_on=ends_on,
    )


def _recurring(uow: UnitOfWork, deal: Deal) -> Money:
    """What the lines with a recurring price bring in a year, after discounts."""
    lines = uow.session.scalars(
        select(LineItem).where(
            LineItem.workspace_id == uow.ctx.workspace_id,
            LineItem.deal_id == deal.id,
            LineItem.billing.in_(TIMES_A_YEAR),
        )
    ).all()
    if not lines:
        raise NothingRecurs()
    yearly = sum((line.net / line.periods * TIMES_A_YEAR[line.billing] for line in lines), Fraction(0))
    exact = Decimal(yearly.numerator) / Decimal(yearly.denominator)
    return Money(exact.quantize(CENT, rounding=ROUND_HALF_EVEN), lines[0].currency)
