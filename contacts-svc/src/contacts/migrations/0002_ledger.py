"""What the ledger reads: what was not done again, and whom held and parked events concern."""

from __future__ import annotations

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.create_2()
