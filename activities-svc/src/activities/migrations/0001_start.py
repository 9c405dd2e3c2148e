"""Activities, their links, timeline entries, and the tables of the bus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema
from chassis.clock import Instant


def upgrade() -> None:
    bus_schema.create_1()
    op.create_table(
        "activity",
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("record_ids", sa.JSON(), nullable=False),
        sa.Column("direction", sa.String(length=12), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("duration_seconds", sa.Integer(), nullable=True),
        sa.Column("occurred_at", Instant(), nullable=True),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=True),
        sa.Column("priority", sa.String(length=8), nullable=True),
        sa.Column("completed_at", Instant(), nullable=True),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("workflow_run_id", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("is_missed_told", sa.Boolean(), nullable=False),
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
    op.create_index("ix_activity_created", "activity", ["workspace_id", "created_at"], unique=False)
    op.create_index("ix_activity_due", "activity", ["workspace_id", "due_at"], unique=False)
    op.create_index("ix_activity_owner", "activity", ["workspace_id", "owner_id", "due_at"], unique=False)
    op.create_table(
        "activity_link",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("activity_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "activity_id"),
    )
    op.create_index(
        "ix_activity_link_activity", "activity_link", ["workspace_id", "activity_id"], unique=False
    )
    op.create_table(
        "timeline_entry",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("type", sa.String(length=60), nullable=True),
        sa.Column("summary", sa.String(length=500), nullable=True),
        sa.Column("actor_id", sa.String(length=80), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "id"),
    )
    op.create_index(
        "ix_timeline_entry_at", "timeline_entry", ["workspace_id", "record_id", "at", "id"], unique=False
    )
    op.create_index("ix_timeline_entry_id", "timeline_entry", ["workspace_id", "id"], unique=False)
