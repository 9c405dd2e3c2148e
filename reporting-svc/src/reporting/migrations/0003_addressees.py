"""The one user who may read an event that is addressed to somebody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("archived_event", sa.Column("addressee", sa.String(length=40), nullable=True))
