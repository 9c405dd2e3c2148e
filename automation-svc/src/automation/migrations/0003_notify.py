"""Why a step had nothing to do, and how many events a run stands for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    op.add_column("step", sa.Column("reason", sa.Text(), nullable=True))
    op.add_column("workflow_run", sa.Column("events", sa.Integer(), nullable=False, server_default="1"))
