"""What other services do with a record, kept beside it: an account's deals, and when something last happened.

These rows have a clock of their own. They never raise a record's version, so that background work never makes a
person's save fail.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from contacts.domain.base import Base


class AccountDeal(Base):
    """A deal as its account sees it. Counting these rows is exact whatever the order of the news."""

    __tablename__ = "account_deal"
    __table_args__ = (Index("ix_account_deal_account", "workspace_id", "account_id", "is_open"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    deal_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(40))
    is_open: Mapped[bool]
    sequence: Mapped[int]


class LastActivity(Base):
    """When the latest activity on an account, contact or lead took place."""

    __tablename__ = "last_activity"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
