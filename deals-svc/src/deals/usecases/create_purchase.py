"""Note a purchase."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.purchase import Purchase
from deals.usecases.references import require_own


def create_purchase(
    uow: UnitOfWork, ctx: Context, *, purchase_id: str | None = None, **values: Any
) -> Purchase:
    require_own(uow, values, "")
    purchase = Purchase(id=purchase_id)
    purchase.set(values)
    return uow.add(purchase)
