"""Saved views of lists: what somebody looks at again and again, for themselves or for everybody."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Record
from gateway.organisation.domain.base import Base
from gateway.organisation.domain.errors import ViewNotYours


class SavedView(Record, Base):
    """A filter, an order and columns of one list. Its owner alone changes it; a shared one is read by all."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_owner", "workspace_id", "owner_id", "resource"),
        Index("ix_saved_view_shared", "workspace_id", "is_shared", "resource"),
    )
    noun = "view"
    prefix = "view"
    is_told = False

    name: Mapped[str] = mapped_column(String(120))
    resource: Mapped[str] = mapped_column(String(40))
    filter: Mapped[str] = mapped_column(Text, default="")
    sort: Mapped[str] = mapped_column(String(200), default="")
    columns: Mapped[list[str]] = mapped_column(JSON, default=list)
    owner_id: Mapped[str] = mapped_column(String(80))
    is_shared: Mapped[bool] = mapped_column(default=False)

    def is_seen_by(self, user_id: str) -> bool:
        """A private view is there for its owner only."""
        return self.is_shared or self.owner_id == user_id

    def change(self, values: dict[str, Any], *, by: str) -> None:
        """Set properties; raises `ViewNotYours` for everybody but its owner."""
        self.require_owner(by)
        self.set(values)

    def require_owner(self, user_id: str) -> None:
        if self.owner_id != user_id:
            raise ViewNotYours(name=self.name)


class DefaultView(Base):
    """The view that a list opens with, for one person."""

    __tablename__ = "default_view"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    resource: Mapped[str] = mapped_column(String(40), primary_key=True)
    view_id: Mapped[str] = mapped_column(String(40))
