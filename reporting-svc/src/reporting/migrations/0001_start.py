"""The archive, facts about deals, and the tables of the bus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema
from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    bus_schema.create_1()
    op.create_table(
        "archive",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id"),
    )
    op.create_table(
        "archived_event",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.String(length=40), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "position"),
    )
    op.create_index(
        "ix_archived_event_subject",
        "archived_event",
        ["workspace_id", "subject_id", "position"],
        unique=False,
    )
    op.create_index(
        "ix_archived_event_type", "archived_event", ["workspace_id", "type", "position"], unique=False
    )
    op.create_index("uq_archived_event_id", "archived_event", ["workspace_id", "event_id"], unique=True)
    op.create_table(
        "archived_record",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("highest", sa.Integer(), nullable=False),
        sa.Column("archived", sa.Integer(), nullable=False),
        sa.Column("gap_since", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "subject_id"),
    )
    op.create_index(
        "ix_archived_record_gap",
        "archived_record",
        ["workspace_id", "gap_since"],
        unique=False,
        sqlite_where=sa.text("gap_since IS NOT NULL"),
        postgresql_where=sa.text("gap_since IS NOT NULL"),
    )
    op.create_table(
        "deal_fact",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("lead_id", sa.String(length=40), nullable=True),
        sa.Column("product_id", sa.String(length=40), nullable=True),
        sa.Column("pipeline_id", sa.String(length=40), nullable=False),
        sa.Column("stage_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("amount", Amount(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("forecast_category", sa.String(length=12), nullable=True),
        sa.Column("type", sa.String(length=12), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("lost_reason", sa.String(length=200), nullable=True),
        sa.Column("competitor", sa.String(length=200), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("stage_entered_at", Instant(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("expected_close_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_quarter", sa.String(length=7), nullable=True),
        sa.Column("cycle_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "deal_id"),
    )
    op.create_index(
        "ix_deal_fact_closed",
        "deal_fact",
        [
            "workspace_id",
            "is_deleted",
            "status",
            "closed_on",
            "pipeline_id",
            "owner_id",
            "account_id",
            "product_id",
            "closed_quarter",
            "cycle_days",
            "currency",
            "amount",
        ],
        unique=False,
    )
    op.create_index(
        "ix_deal_fact_stage",
        "deal_fact",
        [
            "workspace_id",
            "is_deleted",
            "pipeline_id",
            "stage_id",
            "status",
            "currency",
            "amount",
            "probability",
        ],
        unique=False,
    )
    op.create_table(
        "deal_version",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("lead_id", sa.String(length=40), nullable=True),
        sa.Column("product_id", sa.String(length=40), nullable=True),
        sa.Column("pipeline_id", sa.String(length=40), nullable=False),
        sa.Column("stage_id", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("amount", Amount(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("forecast_category", sa.String(length=12), nullable=True),
        sa.Column("type", sa.String(length=12), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("lost_reason", sa.String(length=200), nullable=True),
        sa.Column("competitor", sa.String(length=200), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("stage_entered_at", Instant(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("expected_close_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_quarter", sa.String(length=7), nullable=True),
        sa.Column("cycle_days", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_to", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "deal_id", "version"),
    )
    op.create_index(
        "ix_deal_version_valid", "deal_version", ["workspace_id", "valid_to", "valid_from"], unique=False
    )
