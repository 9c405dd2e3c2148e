"""How well each customer does, and who says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("account", sa.Column("health", sa.Integer(), nullable=True))
    op.add_column("account", sa.Column("health_source", sa.String(length=120), nullable=True))
