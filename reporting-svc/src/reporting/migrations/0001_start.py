"""The archive, facts about deals, and the tables of the bus."""

from __future__ import annotations

from alembic import op

from chassis.tables import metadata as bus
from reporting.domain import archive, deal_fact
from reporting.domain.base import Base

TABLES = (archive, deal_fact)


def upgrade() -> None:
    bus.create_all(op.get_bind())
    Base.metadata.create_all(op.get_bind())
