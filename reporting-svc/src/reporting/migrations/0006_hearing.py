"""Since when each consumer listens to each type of event."""

from __future__ import annotations

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.hearing_1()
