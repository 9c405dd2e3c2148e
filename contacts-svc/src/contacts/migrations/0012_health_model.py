"""Which health of the model an account has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("account", sa.Column("health_revision", sa.Integer(), nullable=False, server_default="0"))
