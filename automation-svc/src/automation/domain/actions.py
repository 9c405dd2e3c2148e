"""Actions: what a workflow does, planned to the last word when its trigger fires, so that a retry does the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from automation.domain import placeholders
from automation.domain.conditions import catalogue_of, subject_of
from automation.domain.errors import AssigneeUnknown
from automation.domain.fact import Fact
from chassis import clock, ids

OWNER = "owner"
LONGEST_SUBJECT = 300
MOST_RECORDS = 50
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def effect_key(workflow_id: str, revision: int, event_id: str, position: int) -> str:
    """What makes an effect the same effect: the workflow at its revision, the event that triggered it, the step."""
    return f"{workflow_id}:{revision}:{event_id}:{position}"


def check(action: Mapping[str, Any], event_type: str) -> None:
    """Refuse an action that could not be done for records of this event."""
    placeholders.check(action["subject"], catalogue_of(event_type), subject_of(event_type))
    assignee = action.get("assignee") or OWNER
    if assignee != OWNER and not ids.is_id(assignee, "user"):
        raise AssigneeUnknown(assignee=assignee)


def plan(action: Mapping[str, Any], fact: Fact, key: str, run_id: str) -> dict[str, Any]:
    """The arguments of the operation that has the effect; the id of what it makes follows from the effect key."""
    task: dict[str, Any] = {
        "activity_id": ids.derive("activity", fact.told_at, key),
        "kind": "task",
        "subject": placeholders.filled(action["subject"], fact.record, longest=LONGEST_SUBJECT)
        or "Follow up",
        "priority": action.get("priority") or "medium",
        "record_ids": fact.about[:MOST_RECORDS],
        "owner_id": assignee(action, fact),
        "workflow_run_id": run_id,
    }
    if action.get("due_in"):
        task["due_at"] = clock.to_text(fact.at + duration(action["due_in"]))
    return task


def assignee(action: Mapping[str, Any], fact: Fact) -> str | None:
    """Who gets the task: the user named, else the record's owner, else the person who acted."""
    wanted = action.get("assignee") or OWNER
    if wanted != OWNER:
        return str(wanted)
    return fact.owner_id or (None if fact.actor.startswith("system:") else fact.actor)


def duration(text: str) -> timedelta:
    """`30m`, `2h`, `7d`: days are of 24 hours."""
    return int(text[:-1]) * _UNITS[text[-1]]
