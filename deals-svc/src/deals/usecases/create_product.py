"""Add a product to the catalogue."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from deals.domain.product import Product


def create_product(uow: UnitOfWork, ctx: Context, *, product_id: str | None = None, **values: Any) -> Product:
    product = Product(id=product_id)
    product.set(values)
    return uow.add(product)
