"""Since when each deal is quiet. Those that are open begin now: nobody is told of a year's silence on the day of an
upgrade."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from chassis import clock
from chassis.clock import Instant


def upgrade() -> None:
    op.create_table(
        "deal_quiet",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("deal_id", sa.String(length=40), nullable=False),
        sa.Column("quiet_since", Instant(), nullable=False),
        sa.Column("stalls_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "deal_id"),
    )
    op.create_index(
        "ix_deal_quiet_due",
        "deal_quiet",
        ["stalls_at"],
        unique=False,
        sqlite_where=sa.text("stalls_at IS NOT NULL"),
        postgresql_where=sa.text("stalls_at IS NOT NULL"),
    )
    moment = clock.now()
    statement = sa.text(
        "INSERT INTO deal_quiet (workspace_id, deal_id, quiet_since, stalls_at) "
        "SELECT workspace_id, id, :begun, :due FROM deal WHERE status = 'open' AND deleted_at IS NULL"
    ).bindparams(
        sa.bindparam("begun", moment, Instant()), sa.bindparam("due", moment + timedelta(days=7), Instant())
    )
    op.execute(statement)
