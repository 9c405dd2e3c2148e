"""Facts about purchases, quotas, forecasts, spend, leads and contracts; reports that people keep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant
from chassis.money import Amount


def upgrade() -> None:
    _facts(
        "purchase",
        ("kind", sa.String(length=12), False),
        ("account_id", sa.String(length=40), False),
        ("deal_id", sa.String(length=40), True),
        ("product_id", sa.String(length=40), True),
        ("amount", Amount(), True),
        ("currency", sa.String(length=3), True),
        ("billing", sa.String(length=12), False),
        ("purchased_on", sa.Date(), True),
    )
    op.create_index(
        "ix_purchase_fact_day", "purchase_fact", ["workspace_id", "is_deleted", "kind", "purchased_on"]
    )
    _facts("quota", *_PERIOD, ("team_id", sa.String(length=40), True))
    op.create_index("ix_quota_fact_period", "quota_fact", ["workspace_id", "is_deleted", "from_on"])
    _facts(
        "forecast", *_PERIOD, ("category", sa.String(length=12), False), ("submitted_at", Instant(), False)
    )
    op.create_index("ix_forecast_fact_period", "forecast_fact", ["workspace_id", "is_deleted", "from_on"])
    _facts(
        "spend",
        ("spent_on", sa.Date(), True),
        ("channel", sa.String(length=120), False),
        ("kind", sa.String(length=12), False),
        ("campaign", sa.String(length=200), True),
        ("amount", Amount(), True),
        ("currency", sa.String(length=3), True),
    )
    op.create_index("ix_spend_fact_day", "spend_fact", ["workspace_id", "is_deleted", "spent_on"])
    _facts(
        "lead",
        ("owner_id", sa.String(length=40), True),
        ("source", sa.String(length=120), True),
        ("country", sa.String(length=80), True),
        ("industry", sa.String(length=120), True),
        ("status", sa.String(length=12), False),
        ("created_on", sa.Date(), False),
        ("converted_on", sa.Date(), True),
        ("account_id", sa.String(length=40), True),
        ("deal_id", sa.String(length=40), True),
    )
    op.create_index("ix_lead_fact_created", "lead_fact", ["workspace_id", "is_deleted", "created_on"])

    _facts(
        "contract",
        ("account_id", sa.String(length=40), False),
        ("owner_id", sa.String(length=40), True),
        ("status", sa.String(length=12), False),
        ("amount", Amount(), False),
        ("currency", sa.String(length=3), False),
        ("term", sa.Integer(), False),
        ("starts_on", sa.Date(), False),
        ("ends_on", sa.Date(), False),
        ("renews_on", sa.Date(), False),
        ("cancelled_on", sa.Date(), True),
    )
    op.create_index("ix_contract_fact_account", "contract_fact", ["workspace_id", "is_deleted", "account_id"])
    op.create_table(
        "caught_up",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("projection", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "projection"),
    )
    op.create_table(
        "custom_report",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.Column("definition", sa.JSON(), nullable=False),
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
    op.create_index("ix_custom_report_name", "custom_report", ["workspace_id", "name"])
    op.create_table(
        "arr_movement_fact",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("moved_on", sa.Date(), nullable=False),
        sa.Column("arr_before", Amount(), nullable=False),
        sa.Column("arr_after", Amount(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "sequence"),
    )
    op.create_index("ix_arr_movement_fact_day", "arr_movement_fact", ["workspace_id", "moved_on"])
    op.create_table(
        "term_fact",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("is_renewed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "term"),
    )
    op.create_index("ix_term_fact_due", "term_fact", ["workspace_id", "due_on"])


_PERIOD = (
    ("owner_id", sa.String(length=40), True),
    ("period", sa.String(length=7), False),
    ("from_on", sa.Date(), False),
    ("to_on", sa.Date(), False),
    ("amount", Amount(), True),
    ("currency", sa.String(length=3), True),
)


def _facts(noun: str, *columns: tuple[str, Any, bool]) -> None:
    """The table of what is true now, and the one of what was true before."""

    def told() -> Sequence[sa.Column[Any]]:
        return [
            sa.Column("workspace_id", sa.String(length=40), nullable=False),
            sa.Column("record_id", sa.String(length=40), nullable=False),
            sa.Column("sequence", sa.Integer(), nullable=False),
            sa.Column("valid_from", Instant(), nullable=False),
            sa.Column("is_deleted", sa.Boolean(), nullable=False),
            *(sa.Column(name, kind, nullable=may_be_null) for name, kind, may_be_null in columns),
            sa.Column("version", sa.Integer(), nullable=False),
        ]

    op.create_table(f"{noun}_fact", *told(), sa.PrimaryKeyConstraint("workspace_id", "record_id"))
    op.create_table(
        f"{noun}_version",
        *told(),
        sa.Column("valid_to", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "version"),
    )
