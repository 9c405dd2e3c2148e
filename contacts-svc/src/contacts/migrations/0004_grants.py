"""What partners may see."""

from __future__ import annotations

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.create_grants_1()
