"""Versions of workflows; those that are there begin with what they are now."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    op.create_table(
        "workflow_version",
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("trigger", sa.JSON(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index(
        "ix_workflow_version_at", "workflow_version", ["workspace_id", "workflow_id", "changed_at"]
    )
    op.create_index(
        "ix_workflow_version_revision", "workflow_version", ["workspace_id", "workflow_id", "revision"]
    )
    op.execute(
        "INSERT INTO workflow_version (workspace_id, id, workflow_id, changed_at, changed_by, name, status, revision, "
        '"trigger", filter, actions) '
        "SELECT workspace_id, 'version_' || substr(id, 10), id, created_at, coalesce(published_by, 'system:upgrade'), "
        'name, status, revision, "trigger", filter, actions FROM workflow'
    )
