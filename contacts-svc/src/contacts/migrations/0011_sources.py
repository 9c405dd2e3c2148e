"""What brought a person, in full, and what brought them first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    for table in ("contact", "lead"):
        op.add_column(table, sa.Column("original_source", sa.String(length=120), nullable=True))
        op.add_column(table, sa.Column("medium", sa.String(length=120), nullable=True))
        for name in ("campaign", "content", "term"):
            op.add_column(table, sa.Column(name, sa.String(length=200), nullable=True))
        op.execute(f"UPDATE {table} SET original_source = source")  # noqa: S608 - one of two names
