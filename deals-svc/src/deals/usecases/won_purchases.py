"""The purchase that a won deal makes: one, as long as nobody notes the orders of that deal by hand.

It follows the deal: changed with it, taken back when the deal is open again or deleted, and the same one when it is won
again or restored.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis import ids
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.pipeline import WON
from deals.domain.purchase import Purchase

ORDER = "order"


def note_purchase(uow: UnitOfWork, deal: Deal) -> None:
    """Note the purchase of a deal, if it is won.

    A deal without an account or an amount makes none: there is nobody, or nothing, to count.
    """
    if not _counts(deal) or _others(uow, deal):
        return
    purchase = _own(uow, deal)
    if purchase is None:
        purchase = Purchase(id=_id(deal))
        purchase.set(_values(deal))
        uow.add(purchase)
        return
    purchase.set(_values(deal))
    purchase.deleted_at = None


def follow_deal(uow: UnitOfWork, deal: Deal) -> None:
    """Bring the purchase that a deal has made in line with it; one that was taken back stays so."""
    purchase = _own(uow, deal)
    if purchase is None or purchase.deleted_at is not None:
        return
    if _counts(deal):
        purchase.set(_values(deal))
    else:
        uow.delete(purchase)


def bring_back(uow: UnitOfWork, deal: Deal) -> None:
    """A deal that is restored has its purchase again; one that never made any, like an imported deal, makes none."""
    if _own(uow, deal) is not None:
        note_purchase(uow, deal)


def withdraw_purchase(uow: UnitOfWork, deal: Deal) -> None:
    """Take back the purchase of a deal, for another that takes its place."""
    purchase = _own(uow, deal)
    if purchase is not None and purchase.deleted_at is None:
        uow.delete(purchase)


def _counts(deal: Deal) -> bool:
    is_won = deal.status == WON and deal.deleted_at is None
    return is_won and deal.account_id is not None and deal.amount is not None


def _values(deal: Deal) -> dict[str, Any]:
    return {
        "name": deal.name,
        "kind": ORDER,
        "account_id": deal.account_id,
        "contact_id": deal.contact_id,
        "deal_id": deal.id,
        "product_id": deal.product_id,
        "amount": deal.view()["amount"],
        "purchased_on": deal.closed_on,
    }


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
