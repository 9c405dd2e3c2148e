"""A workspace: one organisation's closed world, with its currency and time zone."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Record
from gateway.organisation.domain.base import Base


class Workspace(Record, Base):
    """Its own id is also the workspace id of everything in it."""

    __tablename__ = "workspace"
    noun = "workspace"
    prefix = "workspace"

    name: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
