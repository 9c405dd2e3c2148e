"""How long nobody has done anything about a deal: kept beside it, so that its version does not move with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.guard import ACROSS
from deals.domain.base import Base

STALLED_AFTER = timedelta(days=7)


class Quiet(Base):
    """Since when a deal is quiet, and when that is told next; None when it was told, or nobody is to be told."""

    __tablename__ = "deal_quiet"
    __table_args__ = (
        # Without the workspace in front: the timer looks for what is due in any of them.
        Index(
            "ix_deal_quiet_due",
            "stalls_at",
            info=ACROSS,
            sqlite_where=text("stalls_at IS NOT NULL"),
            postgresql_where=text("stalls_at IS NOT NULL"),
        ),
    )

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    deal_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    quiet_since: Mapped[datetime] = mapped_column(Instant)
    stalls_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
