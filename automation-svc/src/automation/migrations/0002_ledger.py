"""What the ledger reads: what was not done again, why a workflow began, and runs by the records they concern."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema
from chassis.clock import Instant


def upgrade() -> None:
    bus_schema.create_2()
    op.add_column("workflow_run", sa.Column("verdict", sa.Text(), nullable=True))
    op.create_index("ix_run_trigger", "workflow_run", ["workspace_id", "trigger_event_id"], unique=False)
    op.create_index("ix_run_request", "workflow_run", ["workspace_id", "request_id"], unique=False)
    op.create_table(
        "run_record",
        sa.Column("workspace_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "record_id", "run_id"),
    )
    _remember()


def _remember() -> None:
    """The runs there are concern the record that began them, and those that their steps are about."""
    runs = sa.table(
        "workflow_run",
        *map(sa.column, ("workspace_id", "id", "record_id")),
        sa.column("created_at", Instant()),
    )
    steps = sa.table("step", *map(sa.column, ("workspace_id", "run_id")), sa.column("input", sa.JSON()))
    linked = sa.table(
        "run_record", *map(sa.column, ("workspace_id", "record_id", "run_id")), sa.column("at", Instant())
    )
    connection = op.get_bind()
    about: dict[tuple[str, str], set[str]] = {}
    for step in connection.execute(sa.select(steps)):
        about.setdefault((step.workspace_id, step.run_id), set()).update(step.input.get("record_ids") or [])
    rows = [
        {"workspace_id": run.workspace_id, "record_id": record_id, "run_id": run.id, "at": run.created_at}
        for run in connection.execute(sa.select(runs))
        for record_id in {run.record_id, *about.get((run.workspace_id, run.id), ())}
    ]
    if rows:
        connection.execute(sa.insert(linked), rows)
