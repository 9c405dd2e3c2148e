"""Accounts, contacts, leads, their figures, and the tables of the bus."""

from __future__ import annotations

from alembic import op

from chassis.tables import metadata as bus
from contacts.domain import account, awaited, contact, figures, lead
from contacts.domain.base import Base

TABLES = (account, awaited, contact, figures, lead)


def upgrade() -> None:
    bus.create_all(op.get_bind())
    Base.metadata.create_all(op.get_bind())
