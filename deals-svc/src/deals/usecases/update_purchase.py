"""Correct a purchase."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.purchase import Purchase
from deals.usecases.references import require_own


def update_purchase(
    uow: UnitOfWork, ctx: Context, *, purchase_id: str, expected_version: int, changes: dict[str, Any]
) -> Purchase:
    purchase = uow.get(Purchase, purchase_id, expected_version)
    require_own(uow, changes, "/changes")
    purchase.set(changes)
    return purchase
