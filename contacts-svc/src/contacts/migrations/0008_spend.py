"""What winning customers costs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    op.create_table(
        "spend",
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("campaign", sa.String(length=200), nullable=True),
        sa.Column("amount", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("custom", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("uq_spend_external", "spend", ["workspace_id", "external_id"], unique=True)
    op.create_index("ix_spend_day", "spend", ["workspace_id", "spent_on", "channel"])
