"""Workflows, runs, steps, and the tables of the bus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema
from chassis.clock import Instant


def upgrade() -> None:
    bus_schema.create_1()
    op.create_table(
        "workflow",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("trigger", sa.JSON(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("recipe", sa.String(length=80), nullable=True),
        sa.Column("published_by", sa.String(length=80), nullable=True),
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
    op.create_index("ix_workflow_status", "workflow", ["workspace_id", "status"], unique=False)
    op.create_index("uq_workflow_recipe", "workflow", ["workspace_id", "recipe"], unique=True)
    op.create_table(
        "workflow_run",
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("trigger_event_id", sa.String(length=40), nullable=False),
        sa.Column("trigger_type", sa.String(length=60), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.String(length=80), nullable=False),
        sa.Column("finished_at", Instant(), nullable=True),
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
    op.create_index("ix_run_created", "workflow_run", ["workspace_id", "created_at"], unique=False)
    op.create_index(
        "ix_run_record", "workflow_run", ["workspace_id", "record_id", "created_at"], unique=False
    )
    op.create_index("ix_run_status", "workflow_run", ["workspace_id", "status", "created_at"], unique=False)
    op.create_index(
        "ix_run_workflow", "workflow_run", ["workspace_id", "workflow_id", "created_at"], unique=False
    )
    op.create_table(
        "step",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("workflow_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("effect_key", sa.String(length=120), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("claimed_until", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column("output", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["workflow_run.workspace_id", "workflow_run.id"],
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("ix_step_due", "step", ["status", "next_at"], unique=False)
    op.create_index("ix_step_run", "step", ["workspace_id", "run_id", "position"], unique=False)
    op.create_index("uq_step_effect", "step", ["workspace_id", "effect_key"], unique=True)
