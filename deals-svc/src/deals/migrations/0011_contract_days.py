"""Contracts tell that they lapsed, and their anniversaries; those that are there from their next day on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    for name in ("lapse", "anniversary"):
        op.add_column("contract", sa.Column(f"{name}_tells_on", sa.Date(), nullable=True))
        op.create_index(
            f"ix_contract_{name}",
            "contract",
            [f"{name}_tells_on"],
            sqlite_where=sa.text(f"{name}_tells_on IS NOT NULL"),
            postgresql_where=sa.text(f"{name}_tells_on IS NOT NULL"),
        )
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    day, year = (
        ("date({}, '+1 day')", "date({}, '+1 year')")
        if is_sqlite
        else (
            "({} + interval '1 day')::date",
            "({} + interval '1 year')::date",
        )
    )
    # Anniversaries long past are passed over when they are looked at.
    op.execute(
        f"UPDATE contract SET lapse_tells_on = {day.format('renews_on')}, "  # noqa: S608 - two expressions from above
        f"anniversary_tells_on = {year.format('starts_on')} WHERE status = 'active'"
    )
