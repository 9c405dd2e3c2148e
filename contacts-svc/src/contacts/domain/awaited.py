"""Imported accounts that wait for their parent: which row of which job named whom, and how that ended."""

from __future__ import annotations

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from contacts.domain.base import Base

WAITING, SET, REFUSED = "waiting", "set", "refused"


class AwaitedParent(Base):
    """One row of an import. `action` is what the row did before its parent was looked for again."""

    __tablename__ = "awaited_parent"
    __table_args__ = (Index("ix_awaited_parent_external", "workspace_id", "state", "parent_external_id"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    job_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    account_id: Mapped[str] = mapped_column(String(40))
    parent_external_id: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8), default=WAITING)
