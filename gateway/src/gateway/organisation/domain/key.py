"""API keys: machines that act for a person, with a role of their own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.guard import ACROSS
from chassis.record import Record
from gateway.organisation.domain.base import Base


class Key(Record, Base):
    """Only the SHA-256 of the secret is kept; it has 256 bits, so nothing slower is needed."""

    __tablename__ = "api_key"
    __table_args__ = (Index("uq_api_key_id", "id", unique=True, info=ACROSS),)
    noun = "key"
    prefix = "key"
    hidden_columns = frozenset({"secret_hash"})

    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[str] = mapped_column(String(40))
    expires_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    secret_hash: Mapped[str] = mapped_column(String(64))
