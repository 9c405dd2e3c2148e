"""Facts that workflows count, and for which records they have fired."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    op.create_table(
        "counted_fact",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("fact_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "workflow_id", "record_id", "fact_id"),
    )
    op.create_index("ix_counted_fact_at", "counted_fact", ["workspace_id", "workflow_id", "record_id", "at"])
    op.create_table(
        "counted",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("fired_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "workflow_id", "record_id"),
    )
