"""Notifications, and whether the due date of a task was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import clock
from chassis.clock import Instant


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("records", sa.JSON(), nullable=False),
        sa.Column("target_id", sa.String(length=40), nullable=True),
        sa.Column("actor_id", sa.String(length=40), nullable=True),
        sa.Column("workflow_id", sa.String(length=40), nullable=True),
        sa.Column("workflow_run_id", sa.String(length=40), nullable=True),
        sa.Column("happened_at", Instant(), nullable=False),
        sa.Column("read_at", Instant(), nullable=True),
        sa.Column("archived_at", Instant(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
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
    op.create_index(
        "ix_notification_user", "notification", ["workspace_id", "user_id", "created_at"], unique=False
    )
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["workspace_id", "user_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_index("ix_notification_read", "notification", ["read_at"], unique=False)
    op.add_column(
        "activity", sa.Column("is_due_told", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    activity = sa.table("activity", sa.column("due_at", Instant()), sa.column("is_due_told", sa.Boolean()))
    # What fell due before anybody was reminded of anything is no news now.
    op.execute(sa.update(activity).where(activity.c.due_at <= clock.now()).values(is_due_told=True))
    op.create_index(
        "ix_activity_due_untold",
        "activity",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL AND is_due_told = 0"),
        postgresql_where=sa.text("due_at IS NOT NULL AND NOT is_due_told"),
    )
