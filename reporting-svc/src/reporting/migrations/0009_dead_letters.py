"""Who settled a dead letter, when and why."""

from __future__ import annotations

from chassis import bus_schema


def upgrade() -> None:
    bus_schema.dead_letters_1()
