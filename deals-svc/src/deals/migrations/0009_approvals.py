"""What deals sell, line by line, and who approves their discounts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    op.add_column("deal", sa.Column("list_amount", Amount(), nullable=True))
    op.add_column("deal", sa.Column("approval_status", sa.String(length=12), nullable=True))
    op.add_column("deal", sa.Column("approval_id", sa.String(length=40), nullable=True))
    op.create_table(
        "line_item",
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.String(length=40), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("billing", sa.String(length=12), nullable=False),
        sa.Column("periods", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id", "deal_id"], ["deal.workspace_id", "deal.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("ix_line_item_deal", "line_item", ["workspace_id", "deal_id", "position"])
    op.create_table(
        "approval_rule",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("discount_above", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("bands", sa.JSON(), nullable=False),
        *_record(),
    )
    op.create_table(
        "approval",
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("discount", sa.Integer(), nullable=False),
        sa.Column("amount", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("requested_by", sa.String(length=80), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        *_record(),
    )
    op.create_index("ix_approval_deal", "approval", ["workspace_id", "deal_id", "created_at"])
    op.create_index("ix_approval_owner", "approval", ["workspace_id", "owner_id", "status"])


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
