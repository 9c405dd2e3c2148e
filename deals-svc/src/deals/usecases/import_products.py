"""Create or update products from an import."""

from __future__ import annotations

from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from deals.domain.product import Product

_SCHEMA = contracts.module_of("deals").ProductImportRow()


def import_products(uow: UnitOfWork, ctx: Context, **chunk: Any) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`, one for each row."""

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Product:
        product = Product(id=Product.new_id())
        product.set(values)
        return product

    def change(uow: UnitOfWork, product: Product, values: dict[str, Any]) -> None:
        product.set(values)

    return Importer(cls=Product, schema=_SCHEMA, make=make, change=change).run(uow, **chunk)
