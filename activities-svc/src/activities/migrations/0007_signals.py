"""Signals, who visitors turned out to be, and what calls are for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    op.add_column("activity", sa.Column("purpose", sa.String(length=12), nullable=True))
    op.create_table(
        "signal",
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("visitor_id", sa.String(length=200), nullable=True),
        sa.Column("record_id", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("campaign", sa.String(length=200), nullable=True),
        sa.Column("properties", sa.JSON(), nullable=False),
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
    op.create_index("ix_signal_record", "signal", ["workspace_id", "record_id", "occurred_at"])
    op.create_index("ix_signal_visitor", "signal", ["workspace_id", "visitor_id", "occurred_at"])
    op.create_index("ix_signal_occurred", "signal", ["workspace_id", "occurred_at"])
    op.create_table(
        "signal_key",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "event_id"),
    )
    op.create_table(
        "visitor",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("visitor_id", sa.String(length=200), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("identified_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "visitor_id"),
    )
    op.create_index("ix_visitor_record", "visitor", ["workspace_id", "record_id"])
