"""Activities are found by their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema, searching
from chassis.words import Searched

FOUND_BY = {"activity": Searched("subject", by={})}


def upgrade() -> None:
    bus_schema.search_1()
    for name, searched in FOUND_BY.items():
        op.add_column(name, sa.Column("search_text", sa.Text(), nullable=True))
        searching.fill(op.get_bind(), name, name, searched)
