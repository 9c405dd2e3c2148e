"""Facts that workflows count, scores of leads, territories, and whose turn it is."""

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
    op.create_table(
        "scored_signal",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.Column("signal_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "lead_id", "signal_id"),
    )
    op.create_index("ix_scored_signal_at", "scored_signal", ["workspace_id", "lead_id", "at"])
    op.create_table(
        "lead_score",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "lead_id"),
    )
    op.create_index("ix_lead_score_untold", "lead_score", ["is_told", "next_at"])
    op.create_table(
        "territory",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=False),
        sa.Column("user_ids", sa.JSON(), nullable=False),
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
    op.create_index("ix_territory_position", "territory", ["workspace_id", "position"])
    op.create_table(
        "turn",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("pool", sa.String(length=140), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "pool"),
    )
