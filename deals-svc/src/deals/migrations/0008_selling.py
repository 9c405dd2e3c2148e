"""Purchases, quotas and forecasts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    op.create_table(
        "purchase",
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("contact_id", sa.String(length=40), nullable=True),
        sa.Column("deal_id", sa.String(length=40), nullable=True),
        sa.Column("product_id", sa.String(length=40), nullable=True),
        sa.Column("amount", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("billing", sa.String(length=12), nullable=False),
        sa.Column("purchased_on", sa.Date(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        *_record(),
    )
    op.create_index("uq_purchase_external", "purchase", ["workspace_id", "external_id"], unique=True)
    op.create_index("ix_purchase_account", "purchase", ["workspace_id", "account_id", "purchased_on"])
    op.create_index("ix_purchase_day", "purchase", ["workspace_id", "purchased_on"])
    op.create_table(
        "quota",
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("team_id", sa.String(length=40), nullable=True),
        sa.Column("holder", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("amount", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *_record(),
    )
    op.create_index(
        "uq_quota_holder",
        "quota",
        ["workspace_id", "holder", "period"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_table(
        "forecast",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("amount", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("submitted_by", sa.String(length=80), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=True),
        *_record(),
    )
    op.create_index("ix_forecast_owner", "forecast", ["workspace_id", "owner_id", "period", "created_at"])


def _record() -> tuple[Any, ...]:
    """The columns of every record."""
    return (
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
