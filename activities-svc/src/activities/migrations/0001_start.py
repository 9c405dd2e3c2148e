"""Activities, their links, timeline entries, and the tables of the bus."""

from __future__ import annotations

from alembic import op

from activities.domain import activity, timeline
from activities.domain.base import Base
from chassis.tables import metadata as bus

TABLES = (activity, timeline)


def upgrade() -> None:
    bus.create_all(op.get_bind())
    Base.metadata.create_all(op.get_bind())
