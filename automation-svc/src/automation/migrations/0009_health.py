"""Scores of any kind of record: the health of customers beside the scores of leads; both move as time passes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis.clock import Instant


def upgrade() -> None:
    op.drop_index("ix_scored_signal_at", "scored_signal")
    op.drop_index("ix_lead_score_untold", "lead_score")
    op.rename_table("scored_signal", "scored_fact")
    op.rename_table("lead_score", "score")
    op.execute("ALTER TABLE scored_fact RENAME COLUMN lead_id TO record_id")
    op.execute("ALTER TABLE scored_fact RENAME COLUMN signal_id TO fact_id")
    op.execute("ALTER TABLE score RENAME COLUMN lead_id TO record_id")
    op.add_column("score", sa.Column("again_at", Instant(), nullable=True))
    # Leads that have a score are folded anew at once, and then know when they move.
    op.execute("UPDATE score SET again_at = next_at")
    op.create_index("ix_scored_fact_at", "scored_fact", ["workspace_id", "record_id", "at"])
    op.create_index("ix_score_untold", "score", ["is_told", "next_at"])
    op.create_index("ix_score_again", "score", ["again_at"])
