"""The recipes: workflows that every workspace begins with, shown and switchable like any other."""

from __future__ import annotations

from typing import Any

RECIPES: dict[str, dict[str, Any]] = {
    "missed_call_follow_up": {
        "name": "Missed call follow-up",
        "description": "When a call ends unanswered, its owner gets a task to follow up by email within two hours.",
        "trigger": {"event": "call.missed.v1"},
        "filter": None,
        "actions": [
            {
                "type": "create_task",
                "subject": "Follow up via email within 2 hours",
                "due_in": "2h",
                "assignee": "owner",
                "priority": "high",
            }
        ],
    },
    "large_deal_in_proposal": {
        "name": "Large deal enters Proposal",
        "description": "When a deal of 50,000 or more enters the stage Proposal, its owner gets a task to review it.",
        "trigger": {"event": "deal.stage_moved.v1", "stage": "Proposal"},
        "filter": "amount >= 50000",
        "actions": [
            {
                "type": "create_task",
                "subject": "Review large deal {name} ({amount})",
                "due_in": "1d",
                "assignee": "owner",
                "priority": "high",
            }
        ],
    },
}
