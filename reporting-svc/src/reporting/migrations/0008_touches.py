"""Facts about touches, steps of leads and first answers; leads, contracts and accounts say more than before.

What they did not say before is in the archive: facts about them are made anew from it when the service starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    for table in ("lead_fact", "lead_version"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - one of two names
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("contact_id", sa.String(length=40), nullable=True))
            batch.add_column(sa.Column("created_at", Instant(), nullable=False))
    op.execute("DELETE FROM caught_up WHERE projection = 'leads'")
    for table in ("contract_fact", "contract_version"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608 - one of two names
        op.add_column(table, sa.Column("renewal_deal_id", sa.String(length=40), nullable=True))
    op.create_index("ix_contract_fact_renewal", "contract_fact", ["workspace_id", "renewal_deal_id"])
    # Copies of accounts take their events again, to know of their health.
    op.execute("UPDATE reference SET sequence = 0 WHERE type = 'account'")
    for name in ("account", "contact", "deal"):
        op.create_index(f"ix_lead_fact_{name}", "lead_fact", ["workspace_id", f"{name}_id"])
    op.create_table("touch_fact", *_touch(), sa.PrimaryKeyConstraint("workspace_id", "record_id"))
    op.create_index("ix_touch_fact_person", "touch_fact", ["workspace_id", "person_id", "occurred_at"])
    op.create_table(
        "touch_version",
        *_touch(),
        sa.Column("valid_to", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "version"),
    )
    op.create_table(
        "lifecycle_step_fact",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("from_stage", sa.String(length=16), nullable=False),
        sa.Column("to_stage", sa.String(length=16), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("handoff", sa.String(length=12), nullable=True),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("country", sa.String(length=80), nullable=True),
        sa.Column("industry", sa.String(length=120), nullable=True),
        sa.Column("owner_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "sequence"),
    )
    for name, column in (("stage", "to_stage"), ("handoff", "handoff")):
        op.create_index(
            f"ix_lifecycle_step_fact_{name}", "lifecycle_step_fact", ["workspace_id", column, "changed_on"]
        )
    op.create_table(
        "response_fact",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("responded_at", Instant(), nullable=False),
        sa.Column("responder_id", sa.String(length=40), nullable=True),
        sa.Column("activity_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id"),
    )


def _touch() -> Sequence[sa.Column[Any]]:
    return [
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("is_deleted", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", Instant(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=True),
        sa.Column("medium", sa.String(length=120), nullable=True),
        sa.Column("campaign", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
    ]
