"""Custom reports: definitions that people keep."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Record
from reporting.domain.base import Base


class CustomReport(Record, Base):
    """A report by a definition: what is counted, by what, of which facts."""

    __tablename__ = "custom_report"
    __table_args__ = (Index("ix_custom_report_name", "workspace_id", "name"),)
    noun = "custom_report"
    prefix = "custom_report"

    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(Text, default=None)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
