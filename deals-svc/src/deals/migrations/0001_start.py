"""Pipelines, stages, products, deals, stage moves, and the tables of the bus."""

from __future__ import annotations

from alembic import op

from chassis.tables import metadata as bus
from deals.domain import deal, pipeline, product
from deals.domain.base import Base

TABLES = (deal, pipeline, product)


def upgrade() -> None:
    bus.create_all(op.get_bind())
    Base.metadata.create_all(op.get_bind())
