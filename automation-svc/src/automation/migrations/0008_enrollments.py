"""Enrollments: records that workflows take up by date, by schedule or by hand. The open deals of each user."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    op.add_column("workflow", sa.Column("enrolls_at", Instant(), nullable=True))
    op.create_index("ix_workflow_enrolls", "workflow", ["enrolls_at"])
    op.create_table(
        "enrollment",
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("occasion", sa.String(length=60), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=True),
        sa.Column("request_id", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index(
        "uq_enrollment", "enrollment", ["workspace_id", "workflow_id", "record_id", "occasion"], unique=True
    )
    op.create_index("ix_enrollment_at", "enrollment", ["workspace_id", "workflow_id", "at"])
    op.create_index("ix_enrollment_due", "enrollment", ["status", "next_at"])
    op.create_table(
        "counted_deal",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "deal_id"),
    )
    op.create_index("ix_counted_deal_owner", "counted_deal", ["workspace_id", "owner_id", "is_open"])
    op.create_table(
        "counted_workspace",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id"),
    )
