"""Wake live streams: tell whoever listens right now how far the archives have grown."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.bus.connection import NUDGE_EXCHANGE
from chassis.operation import Runtime


def announce_positions(runtime: Runtime, grown: Mapping[str, int]) -> None:
    """Hint at the newest position of each workspace in `grown`; nobody waits for it, nothing depends on it."""
    for workspace_id, position in grown.items():
        body = {"workspace_id": workspace_id, "position": position}
        runtime.broadcast(NUDGE_EXCHANGE, workspace_id, body)
