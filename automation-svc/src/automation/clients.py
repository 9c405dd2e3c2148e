"""What automation-svc has others do: each action is one operation of one service, safe to repeat."""

from __future__ import annotations

from typing import Any

from automation.domain.actions import WAIT
from chassis.clients import Client
from chassis.context import Context

OPERATIONS = {
    "create_task": ("activities", "log_activity"),
    "create_meeting": ("activities", "log_activity"),
    "create_deal": ("deals", "open_deal"),
    "set_lifecycle": ("contacts", "set_lifecycle"),
    "assign_owner": ("contacts", "assign_lead"),
    "open_renewal": ("deals", "open_renewal"),
    "notify": ("activities", "notify"),
}


def perform(client: Client, action: str, ctx: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Have the effect, kept single by the command id in `ctx` and the id in `arguments`; returns what to remember."""
    if action == WAIT:
        # Its time has come: that was all.
        return {}
    service, operation = OPERATIONS[action]
    answer = client.call(service, operation, ctx, **arguments)
    if "data" in answer:
        return {"ids": [made["id"] for made in answer["data"]]}
    return {"id": answer["id"], "version": answer["version"]}
