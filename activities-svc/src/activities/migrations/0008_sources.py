"""Signals say which channel brought somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("signal", sa.Column("source", sa.String(length=120), nullable=True))
    op.add_column("signal", sa.Column("medium", sa.String(length=120), nullable=True))
