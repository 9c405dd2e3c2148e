"""The account: an organisation that one sells to, buys from or works with, and its place in a hierarchy."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount
from chassis.record import Shown
from chassis.searching import Searchable
from chassis.words import Searched
from contacts.domain.base import Base
from contacts.domain.errors import AccountAboveItself
from messages.contacts import HEALTH_MODEL


class Account(Searchable, Base):
    """An organisation. `parent_id` is the account it belongs to."""

    __tablename__ = "account"
    __table_args__ = (
        # Checked at commit, so that the accounts of an import may come in any order.
        ForeignKeyConstraint(
            ["workspace_id", "parent_id"],
            ["account.workspace_id", "account.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        Index("uq_account_external", "workspace_id", "external_id", unique=True),
        Index("ix_account_created", "workspace_id", "created_at"),
        Index("ix_account_name", "workspace_id", "name"),
        Index("ix_account_domain", "workspace_id", "domain"),
        Index("ix_account_parent", "workspace_id", "parent_id"),
        Index("ix_account_owner", "workspace_id", "owner_id"),
    )
    noun = "account"
    prefix = "account"
    shown_to_partners = Shown.GRANTED
    money_columns = {"annual_revenue": "annual_revenue_currency"}
    hidden_columns = frozenset({"health_revision"})
    searched = Searched(
        "name", by={"domain": "text", "external_id": "code"}, detail=("domain", "industry", "city")
    )

    name: Mapped[str] = mapped_column(String(200))
    domain: Mapped[str | None] = mapped_column(String(253), default=None)
    website: Mapped[str | None] = mapped_column(String(310), default=None)
    industry: Mapped[str | None] = mapped_column(String(120), default=None)
    employee_count: Mapped[int | None] = mapped_column(Integer, default=None)
    annual_revenue: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    annual_revenue_currency: Mapped[str | None] = mapped_column(String(3), default=None)
    founded_year: Mapped[int | None] = mapped_column(Integer, default=None)
    country: Mapped[str | None] = mapped_column(String(80), default=None)
    city: Mapped[str | None] = mapped_column(String(120), default=None)
    address: Mapped[str | None] = mapped_column(String(500), default=None)
    parent_id: Mapped[str | None] = mapped_column(String(40), default=None)
    tier: Mapped[str | None] = mapped_column(String(12), default=None)
    relationship: Mapped[str | None] = mapped_column(String(12), default=None)
    lifecycle_stage: Mapped[str | None] = mapped_column(String(12), default=None)
    health: Mapped[int | None] = mapped_column(Integer, default=None)
    health_source: Mapped[str | None] = mapped_column(String(120), default=None)
    health_revision: Mapped[int] = mapped_column(Integer, default=0)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    team_id: Mapped[str | None] = mapped_column(String(40), default=None)
    source: Mapped[str | None] = mapped_column(String(120), default=None)
    description: Mapped[str | None] = mapped_column(Text, default=None)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)

    def set(self, values: Mapping[str, Any]) -> None:
        """A health that somebody says in place of the model's does not come from the model any more."""
        if self._is_of_the_model and values.get("health", self.health) != self.health:
            values = {"health_source": None, **values}
        super().set(values)

    @property
    def _is_of_the_model(self) -> bool:
        return (self.health_source or "").startswith(HEALTH_MODEL)

    def take_health(self, health: int, source: str, revision: int) -> None:
        """Keep the newest that the model found; who has a health from anywhere else keeps that."""
        if revision <= (self.health_revision or 0):
            return
        self.health_revision = revision
        if self.health is None or self._is_of_the_model:
            self.set({"health": health, "health_source": source})

    def move_under(self, parent_id: str | None, lineage: Mapping[str, str | None]) -> None:
        """Belong to another account, or to none. No account stands above itself, however far up.

        `lineage` holds the parent of that account and of every account above it.
        """
        above = parent_id
        while above is not None:
            if above == self.id:
                raise AccountAboveItself(name=self.name)
            above = lineage.get(above)
        self.parent_id = parent_id
