"""Note a purchase."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.purchase import Purchase
from deals.usecases.references import require_own
from deals.usecases.won_purchases import ORDER, withdraw_purchase


def create_purchase(
    uow: UnitOfWork, ctx: Context, *, purchase_id: str | None = None, **values: Any
) -> Purchase:
    """An order of a won deal takes the place of the one that the deal made by itself."""
    require_own(uow, values, "")
    if values.get("deal_id") and values.get("kind", ORDER) == ORDER:
        withdraw_purchase(uow, uow.get(Deal, values["deal_id"]))
    purchase = Purchase(id=purchase_id)
    purchase.set(values)
    return uow.add(purchase)
