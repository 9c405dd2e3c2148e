"""Workflows, runs, steps, and the tables of the bus."""

from __future__ import annotations

from alembic import op

from automation.domain import run, workflow
from automation.domain.base import Base
from chassis.tables import metadata as bus

TABLES = (workflow, run)


def upgrade() -> None:
    bus.create_all(op.get_bind())
    Base.metadata.create_all(op.get_bind())
