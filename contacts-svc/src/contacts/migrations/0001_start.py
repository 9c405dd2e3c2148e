"""Accounts, contacts, leads, their figures, and the tables of the bus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema
from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    bus_schema.create_1()
    op.create_table(
        "account",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("website", sa.String(length=310), nullable=True),
        sa.Column("industry", sa.String(length=120), nullable=True),
        sa.Column("employee_count", sa.Integer(), nullable=True),
        sa.Column("annual_revenue", Amount(), nullable=True),
        sa.Column("annual_revenue_currency", sa.String(length=3), nullable=True),
        sa.Column("founded_year", sa.Integer(), nullable=True),
        sa.Column("country", sa.String(length=80), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("address", sa.String(length=500), nullable=True),
        sa.Column("parent_id", sa.String(length=40), nullable=True),
        sa.Column("tier", sa.String(length=12), nullable=True),
        sa.Column("relationship", sa.String(length=12), nullable=True),
        sa.Column("lifecycle_stage", sa.String(length=12), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("custom", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "parent_id"],
            ["account.workspace_id", "account.id"],
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("ix_account_created", "account", ["workspace_id", "created_at"], unique=False)
    op.create_index("ix_account_domain", "account", ["workspace_id", "domain"], unique=False)
    op.create_index("ix_account_name", "account", ["workspace_id", "name"], unique=False)
    op.create_index("ix_account_owner", "account", ["workspace_id", "owner_id"], unique=False)
    op.create_index("ix_account_parent", "account", ["workspace_id", "parent_id"], unique=False)
    op.create_index("uq_account_external", "account", ["workspace_id", "external_id"], unique=True)
    op.create_table(
        "account_deal",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "deal_id"),
    )
    op.create_index(
        "ix_account_deal_account", "account_deal", ["workspace_id", "account_id", "is_open"], unique=False
    )
    op.create_table(
        "awaited_parent",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("job_id", sa.String(length=40), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("parent_external_id", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "job_id", "row"),
    )
    op.create_index(
        "ix_awaited_parent_external",
        "awaited_parent",
        ["workspace_id", "state", "parent_external_id"],
        unique=False,
    )
    op.create_table(
        "last_activity",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id"),
    )
    op.create_table(
        "lead",
        sa.Column("company", sa.String(length=200), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("industry", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=80), nullable=True),
        sa.Column("first_name", sa.String(length=120), nullable=True),
        sa.Column("last_name", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=241), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
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
    op.create_index("ix_lead_created", "lead", ["workspace_id", "created_at"], unique=False)
    op.create_index("ix_lead_email", "lead", ["workspace_id", "email"], unique=False)
    op.create_index("ix_lead_name", "lead", ["workspace_id", "name"], unique=False)
    op.create_index("ix_lead_owner", "lead", ["workspace_id", "owner_id"], unique=False)
    op.create_index("ix_lead_status", "lead", ["workspace_id", "status", "created_at"], unique=False)
    op.create_index("uq_lead_external", "lead", ["workspace_id", "external_id"], unique=True)
    op.create_table(
        "contact",
        sa.Column("account_id", sa.String(length=40), nullable=True),
        sa.Column("lifecycle_stage", sa.String(length=12), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("time_zone", sa.String(length=60), nullable=True),
        sa.Column("first_name", sa.String(length=120), nullable=True),
        sa.Column("last_name", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=241), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("custom", sa.JSON(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "account_id"],
            ["account.workspace_id", "account.id"],
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("ix_contact_account", "contact", ["workspace_id", "account_id"], unique=False)
    op.create_index("ix_contact_created", "contact", ["workspace_id", "created_at"], unique=False)
    op.create_index("ix_contact_email", "contact", ["workspace_id", "email"], unique=False)
    op.create_index("ix_contact_name", "contact", ["workspace_id", "name"], unique=False)
    op.create_index("ix_contact_owner", "contact", ["workspace_id", "owner_id"], unique=False)
    op.create_index("uq_contact_external", "contact", ["workspace_id", "external_id"], unique=True)
