"""Stages say what they ask of the deals that enter them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("stage", sa.Column("required_fields", sa.JSON(), nullable=False, server_default="[]"))
