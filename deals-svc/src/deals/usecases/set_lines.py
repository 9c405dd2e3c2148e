"""Say what a deal sells: its lines, from which its amount follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select

from chassis import ids
from chassis.context import Context
from chassis.money import Money
from chassis.reading import visible
from chassis.unit_of_work import UnitOfWork
from deals.domain.deal import Deal
from deals.domain.errors import CurrenciesDiffer, DealIsClosed, PriceMissing
from deals.domain.line_item import LineItem, Totals
from deals.domain.pipeline import OPEN
from deals.domain.product import Product
from deals.usecases.approving import ask_for_approval
from deals.usecases.references import require_own


def set_lines(
    uow: UnitOfWork, ctx: Context, *, deal_id: str, expected_version: int, lines: Sequence[dict[str, Any]]
) -> Deal:
    """The lines replace those before. A discount that needs approval locks the deal until it is approved."""
    deal = uow.get(Deal, deal_id, expected_version)
    deal.require_free()
    if deal.status != OPEN:
        raise DealIsClosed()
    made = _lines(uow, deal, lines)
    uow.session.execute(
        delete(LineItem).where(LineItem.workspace_id == ctx.workspace_id, LineItem.deal_id == deal.id)
    )
    for line in made:
        uow.add_row(line)
    if not made:
        deal.list_amount = deal.approval_status = deal.approval_id = None
        return deal
    totals, currency = Totals.of(made), made[0].currency
    deal.set_money("amount", Money(totals.amount, currency))
    deal.set_money("list_amount", Money(totals.list_amount, currency))
    ask_for_approval(uow, deal, totals)
    return deal


def _lines(uow: UnitOfWork, deal: Deal, lines: Sequence[Mapping[str, Any]]) -> list[LineItem]:
    for place, line in enumerate(lines):
        require_own(uow, line, f"/lines/{place}")
    products = _products(uow, {line["product_id"] for line in lines if line.get("product_id")})
    made: list[LineItem] = []
    for place, line in enumerate(lines):
        product = products.get(line.get("product_id") or "")
        price = line.get("unit_price") or _list_price(product, place, line)
        if made and price.currency != made[0].currency:
            raise _refused(CurrenciesDiffer(), f"/lines/{place}/unit_price")
        made.append(
            LineItem(
                id=ids.new("line"),
                deal_id=deal.id,
                position=place,
                product_id=line.get("product_id"),
                name=line.get("name") or (product.name if product is not None else ""),
                quantity=line["quantity"],
                unit_price=price.amount,
                currency=price.currency,
                discount=line["discount"],
                billing=line["billing"],
                periods=line["periods"],
            )
        )
    return made


def _products(uow: UnitOfWork, product_ids: set[str]) -> dict[str, Product]:
    if not product_ids:
        return {}
    found = uow.scalars(select(Product).where(*visible(Product, uow.ctx), Product.id.in_(product_ids)))
    return {product.id: product for product in found}


def _list_price(product: Product | None, place: int, line: Mapping[str, Any]) -> Money:
    if product is None or product.list_price is None or product.list_price_currency is None:
        name = product.name if product is not None else line.get("name")
        raise _refused(PriceMissing(product=name), f"/lines/{place}/unit_price")
    return Money(Decimal(product.list_price), product.list_price_currency)


def _refused(error: PriceMissing | CurrenciesDiffer, pointer: str) -> PriceMissing | CurrenciesDiffer:
    error.errors = [{"pointer": pointer, "code": error.code, "message": error.text}]
    return error
