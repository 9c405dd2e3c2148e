"""The contact: a person one deals with."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Shown
from chassis.words import Searched
from contacts.domain.base import Base
from contacts.domain.person import Person


class Contact(Person, Base):
    """A person, often of an account."""

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "account_id"], ["account.workspace_id", "account.id"]),
        Index("uq_contact_external", "workspace_id", "external_id", unique=True),
        Index("ix_contact_created", "workspace_id", "created_at"),
        Index("ix_contact_name", "workspace_id", "name"),
        Index("ix_contact_email", "workspace_id", "email"),
        Index("ix_contact_account", "workspace_id", "account_id"),
        Index("ix_contact_owner", "workspace_id", "owner_id"),
    )
    noun = "contact"
    prefix = "contact"
    searched = Searched(
        "name",
        by={"email": "text", "phone": "number", "external_id": "code"},
        detail=("email", "title", "phone"),
    )
    shown_to_partners = Shown.GRANTED

    account_id: Mapped[str | None] = mapped_column(String(40), default=None)
    lifecycle_stage: Mapped[str | None] = mapped_column(String(12), default=None)
    language: Mapped[str | None] = mapped_column(String(35), default=None)
    time_zone: Mapped[str | None] = mapped_column(String(60), default=None)
