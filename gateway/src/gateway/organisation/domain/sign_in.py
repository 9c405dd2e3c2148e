"""How people come in: one-time links, and the sessions they are spent on. Tokens are stored as hashes only."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.clock import Instant
from chassis.guard import ACROSS
from chassis.record import Row
from gateway.organisation.domain.base import Base
from gateway.organisation.domain.errors import LinkNotValid

LINK_LIFETIME = timedelta(minutes=15)
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


class SignInLink(Row, Base):
    """Signs one person in, once, within 15 minutes."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("uq_sign_in_link_token", "token_hash", unique=True, info=ACROSS),)

    user_id: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    def spend(self, now: datetime) -> None:
        """A link works once and for 15 minutes."""
        if self.used_at is not None or now >= self.expires_at:
            raise LinkNotValid()
        self.used_at = now


class BrowserSession(Row, Base):
    """A signed-in browser: ends after 30 idle minutes, and after 12 hours in any case."""

    __tablename__ = "session"
    __table_args__ = (Index("uq_session_token", "token_hash", unique=True, info=ACROSS),)

    user_id: Mapped[str] = mapped_column(String(40))
    token_hash: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)


def is_alive(started_at: datetime, seen_at: datetime, now: datetime) -> bool:
    """Whether a session started and last seen then still counts."""
    return now < seen_at + IDLE and now < started_at + LONGEST
