"""Contracts, and the movements of their annual recurring revenue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    op.add_column("deal", sa.Column("contract_id", sa.String(length=40), nullable=True))
    op.create_table(
        "contract",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("deal_id", sa.String(length=40), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("arr", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("renews_on", sa.Date(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("renewal_deal_id", sa.String(length=40), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=True),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("renewal_tells_on", sa.Date(), nullable=True),
        sa.Column("review_tells_on", sa.Date(), nullable=True),
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
    op.create_index("uq_contract_external", "contract", ["workspace_id", "external_id"], unique=True)
    op.create_index("ix_contract_account", "contract", ["workspace_id", "account_id"])
    op.create_index("ix_contract_renews", "contract", ["workspace_id", "status", "renews_on"])
    for name in ("renewal", "review"):
        op.create_index(
            f"ix_contract_{name}",
            "contract",
            [f"{name}_tells_on"],
            sqlite_where=sa.text(f"{name}_tells_on IS NOT NULL"),
            postgresql_where=sa.text(f"{name}_tells_on IS NOT NULL"),
        )
    op.create_table(
        "arr_movement",
        sa.Column("contract_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("amount", Amount(), nullable=False),
        sa.Column("arr_before", Amount(), nullable=False),
        sa.Column("arr_after", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["workspace_id", "contract_id"], ["contract.workspace_id", "contract.id"]),
        sa.PrimaryKeyConstraint("workspace_id", "id"),
    )
    op.create_index("ix_arr_movement_contract", "arr_movement", ["workspace_id", "contract_id", "position"])
