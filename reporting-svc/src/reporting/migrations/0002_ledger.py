"""What the ledger reads: what was not done again, and the archive by request and by cause."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.create_2()
    op.add_column("archived_event", sa.Column("request_id", sa.String(length=80), nullable=True))
    op.add_column("archived_event", sa.Column("cause_id", sa.String(length=40), nullable=True))
    archived = sa.table("archived_event", *map(sa.column, ("payload", "request_id", "cause_id")))
    said = sa.cast(archived.c.payload, sa.JSON) if op.get_bind().dialect.name == "postgresql" else None

    def attribute(name: str) -> Any:
        """An attribute of the stored envelope; SQLite reads JSON out of plain text."""
        if said is not None:
            return said[name].as_string()
        return sa.func.json_extract(archived.c.payload, f"$.{name}")

    op.execute(
        sa.update(archived).values(
            request_id=sa.func.substr(attribute("requestid"), 1, 80), cause_id=attribute("causeid")
        )
    )
    op.create_index(
        "ix_archived_event_request",
        "archived_event",
        ["workspace_id", "request_id", "position"],
        unique=False,
    )
    op.create_index(
        "ix_archived_event_cause",
        "archived_event",
        ["workspace_id", "cause_id", "position"],
        unique=False,
        sqlite_where=sa.text("cause_id IS NOT NULL"),
        postgresql_where=sa.text("cause_id IS NOT NULL"),
    )
