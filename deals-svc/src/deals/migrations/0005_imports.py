"""What an undo of an import needs; deals are found by name."""

from __future__ import annotations

from alembic import op

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.create_3()
    op.create_index("ix_deal_name", "deal", ["workspace_id", "name"], unique=False)
