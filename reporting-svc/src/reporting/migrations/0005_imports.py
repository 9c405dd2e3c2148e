"""What an undo of an import needs."""

from __future__ import annotations

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.create_3()
