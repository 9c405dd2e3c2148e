"""Products: what is sold."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount
from chassis.searching import Searchable
from chassis.words import Searched
from deals.domain.base import Base


class Product(Searchable, Base):
    """A product or service with its list price."""

    __tablename__ = "product"
    __table_args__ = (
        Index("uq_product_external", "workspace_id", "external_id", unique=True),
        Index("ix_product_name", "workspace_id", "name"),
    )
    noun = "product"
    prefix = "product"
    money_columns = {"list_price": "list_price_currency"}
    searched = Searched(
        "name", by={"code": "code", "family": "text", "external_id": "code"}, detail=("code", "family")
    )

    name: Mapped[str] = mapped_column(String(200))
    code: Mapped[str | None] = mapped_column(String(80), default=None)
    family: Mapped[str | None] = mapped_column(String(80), default=None)
    list_price: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    list_price_currency: Mapped[str | None] = mapped_column(String(3), default=None)
    is_active: Mapped[bool] = mapped_column(default=True)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
