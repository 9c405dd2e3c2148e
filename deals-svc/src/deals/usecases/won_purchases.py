"""The purchase that a won deal makes: one, as long as nobody notes the purchases of that deal by hand."""

from __future__ import annotations

from sqlalchemy import select

from chassis import ids
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import WON
from deals.domain.purchase import Purchase

ORDER = "order"


def follow_close(uow: UnitOfWork, ctx: Context, deal: Deal) -> None:
    """Note the purchase of a deal that was just won; won again after it was reopened, it is the same purchase.

    A deal without an account or an amount makes none: there is nobody, or nothing, to count.
    """
    if deal.status != WON or deal.account_id is None or deal.amount is None or _others(uow, deal):
        return
    purchase = _own(uow, deal)
    values = {
        "name": deal.name,
        "kind": ORDER,
        "account_id": deal.account_id,
        "contact_id": deal.contact_id,
        "deal_id": deal.id,
        "product_id": deal.product_id,
        "amount": deal.view()["amount"],
        "purchased_on": deal.closed_on or ctx.now.date(),
    }
    if purchase is None:
        purchase = Purchase(id=_id(deal))
        purchase.set(values)
        uow.add(purchase)
        return
    purchase.set(values)
    purchase.deleted_at = None


def withdraw_purchase(uow: UnitOfWork, deal: Deal) -> None:
    """Take back the purchase of a deal that is open again."""
    purchase = _own(uow, deal)
    if purchase is not None and purchase.deleted_at is None:
        uow.delete(purchase)


def _id(deal: Deal) -> str:
    return ids.derive("purchase", deal.created_at, deal.id, WON)


def _own(uow: UnitOfWork, deal: Deal) -> Purchase | None:
    return uow.first(
        select(Purchase).where(Purchase.workspace_id == uow.ctx.workspace_id, Purchase.id == _id(deal))
    )


def _others(uow: UnitOfWork, deal: Deal) -> bool:
    """Whether somebody noted an order of this deal."""
    found = uow.first(
        select(Purchase).where(
            Purchase.workspace_id == uow.ctx.workspace_id,
            Purchase.deal_id == deal.id,
            Purchase.kind == ORDER,
            Purchase.id != _id(deal),
            Purchase.deleted_at.is_(None),
        )
    )
    return found is not None
