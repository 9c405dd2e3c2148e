"""What an undo of an import needs; activities have an external id."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.create_3()
    op.add_column("activity", sa.Column("external_id", sa.String(length=200), nullable=True))
    op.create_index("uq_activity_external", "activity", ["workspace_id", "external_id"], unique=True)
