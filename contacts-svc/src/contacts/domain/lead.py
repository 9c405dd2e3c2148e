"""The lead: somebody who may become a customer, kept apart from contacts until qualified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Shown
from chassis.words import Searched
from contacts.domain.base import Base
from contacts.domain.errors import LeadNotConverted
from contacts.domain.person import Person

NEW, CONVERTED = "new", "converted"


class Lead(Person, Base):
    """A person of whom it is not known yet whether they will buy."""

    __tablename__ = "lead"
    __table_args__ = (
        Index("uq_lead_external", "workspace_id", "external_id", unique=True),
        Index("ix_lead_created", "workspace_id", "created_at"),
        Index("ix_lead_name", "workspace_id", "name"),
        Index("ix_lead_email", "workspace_id", "email"),
        Index("ix_lead_status", "workspace_id", "status", "created_at"),
        Index("ix_lead_owner", "workspace_id", "owner_id"),
    )
    noun = "lead"
    prefix = "lead"
    searched = Searched(
        "name",
        by={"company": "text", "email": "text", "phone": "number", "external_id": "code"},
        detail=("company", "email", "phone"),
    )
    shown_to_partners = Shown.GRANTED

    company: Mapped[str | None] = mapped_column(String(200), default=None)
    status: Mapped[str] = mapped_column(String(12), default=NEW)
    industry: Mapped[str | None] = mapped_column(String(120), default=None)
    country: Mapped[str | None] = mapped_column(String(80), default=None)

    def set(self, values: Mapping[str, Any]) -> None:
        """Assign plain properties. A lead becomes converted only by converting it."""
        if values.get("status") == CONVERTED and self.status != CONVERTED:
            raise LeadNotConverted()
        super().set(values)
