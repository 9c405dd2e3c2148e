"""The life of a lead: its score, its stage with a dated history, and what it was converted to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    op.add_column("lead", sa.Column("employee_count", sa.Integer(), nullable=True))
    op.add_column("lead", sa.Column("score", sa.Integer(), nullable=True))
    op.add_column(
        "lead", sa.Column("lifecycle_stage", sa.String(length=16), nullable=False, server_default="lead")
    )
    op.add_column("lead", sa.Column("converted_at", Instant(), nullable=True))
    for name in ("account_id", "contact_id", "deal_id"):
        op.add_column("lead", sa.Column(name, sa.String(length=40), nullable=True))
    for name in ("lifecycle_moves", "score_revision"):
        op.add_column("lead", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "lifecycle_step",
        sa.Column("lead_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("from_stage", sa.String(length=16), nullable=False),
        sa.Column("to_stage", sa.String(length=16), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("handoff", sa.String(length=12), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("ix_lifecycle_step_lead", "lifecycle_step", ["workspace_id", "lead_id", "position"])
