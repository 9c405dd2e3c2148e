"""The organisation, and the tables of the bus."""

from __future__ import annotations

from alembic import op

from chassis.tables import metadata as bus
from gateway.organisation.domain import key, sign_in, team, user, workspace
from gateway.organisation.domain.base import Base

TABLES = (key, sign_in, team, user, workspace)


def upgrade() -> None:
    bus.create_all(op.get_bind())
    Base.metadata.create_all(op.get_bind())
