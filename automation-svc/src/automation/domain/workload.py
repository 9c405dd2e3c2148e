"""Workload: the open deals of each user. Nothing else counts as load."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain.base import Base


class CountedDeal(Base):
    """A deal as far as it is somebody's load, as newest heard of."""

    __tablename__ = "counted_deal"
    __table_args__ = (Index("ix_counted_deal_owner", "workspace_id", "owner_id", "is_open"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    deal_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    is_open: Mapped[bool] = mapped_column(Boolean)
    sequence: Mapped[int] = mapped_column(Integer)


class CountedWorkspace(Base):
    """A workspace whose deals from before anybody counted were counted too."""

    __tablename__ = "counted_workspace"

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
