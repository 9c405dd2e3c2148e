"""Partners: other organisations whose programs come in by the partner interface, and their keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.guard import ACROSS
from chassis.record import Record
from gateway.organisation.domain.base import Base

ACTIVE_KEYS = 2


class Partner(Record, Base):
    """Another organisation. It sees what it made and what is shared with it, without masked fields.

    `shown_fields` are masked fields (`deals.owner_id`) that this one sees all the same.
    """

    __tablename__ = "partner"
    __table_args__ = (Index("ix_partner_created", "workspace_id", "created_at"),)
    noun = "partner"
    prefix = "partner"

    name: Mapped[str] = mapped_column(String(120))
    is_active: Mapped[bool] = mapped_column(default=True)
    shown_fields: Mapped[list[str]] = mapped_column(JSON, default=list)
    requests_per_second: Mapped[int] = mapped_column(Integer, default=50)
    streams: Mapped[int] = mapped_column(Integer, default=20)


class PartnerKey(Record, Base):
    """Only the SHA-256 of the secret is kept; it has 256 bits, so nothing slower is needed."""

    __tablename__ = "partner_key"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "partner_id"], ["partner.workspace_id", "partner.id"]),
        Index("uq_partner_key_id", "id", unique=True, info=ACROSS),
        Index("ix_partner_key_partner", "workspace_id", "partner_id"),
    )
    noun = "partner_key"
    prefix = "partner_key"
    hidden_columns = frozenset({"secret_hash"})

    partner_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    expires_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    secret_hash: Mapped[str] = mapped_column(String(64))

    def is_active(self, now: datetime) -> bool:
        """Whether it lets anybody in."""
        return self.deleted_at is None and (self.expires_at is None or self.expires_at > now)
