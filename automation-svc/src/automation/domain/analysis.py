"""What to know before a workflow is switched on: whether it can start itself, and who decides the same otherwise.

Actions tell events when they have their effect; a workflow that waits for such an event follows. The chain is cut off
at run time after some steps, whatever is said here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from automation.domain import actions, trigger
from automation.domain.errors import StartsItself
from automation.domain.workflow import Workflow

LOOP, CONFLICT = "loop", "conflict"
# What each action tells, and which property it changes where the event is a change; notifications start nothing.
TOLD: Mapping[str, tuple[str, str | None]] = {
    actions.CREATE_TASK: ("activity.created.v1", None),
    actions.CREATE_MEETING: ("activity.created.v1", None),
    actions.CREATE_DEAL: ("deal.created.v1", None),
    actions.OPEN_RENEWAL: ("deal.created.v1", None),
    actions.ASSIGN: ("lead.properties_changed.v1", "owner_id"),
    actions.SET_LIFECYCLE: ("lead.properties_changed.v1", "lifecycle_stage"),
}
_KINDS = {actions.CREATE_TASK: "task", actions.CREATE_MEETING: "meeting"}
# Properties of a record that only one workflow should decide on.
_DECIDES = {actions.ASSIGN: "the owner", actions.SET_LIFECYCLE: "the lifecycle stage"}


@dataclass(frozen=True)
class Finding:
    """`workflow_ids` are those concerned, in the order in which they start each other."""

    kind: str
    text: str
    workflow_ids: tuple[str, ...]


def require_no_certain_loop(workflow: Workflow) -> None:
    """Refuse a workflow whose own action starts it again each time: nothing narrows its trigger or filters."""
    if workflow.filter or workflow.trigger.keys() - {"event"}:
        return
    for action in workflow.actions:
        event, _ = TOLD.get(action["type"], (None, None))
        if event == workflow.trigger["event"]:
            raise StartsItself(action=action["type"], event=event)


def findings(workflow: Workflow, others: Sequence[Workflow]) -> list[Finding]:
    """Circles that lead back to the workflow, and others (switched on) that decide the same about the same records."""
    return [*_loops(workflow, others), *_conflicts(workflow, others)]


def _loops(workflow: Workflow, others: Sequence[Workflow]) -> Iterator[Finding]:
    everybody = [workflow, *(other for other in others if other.id != workflow.id)]
    seen: set[str] = set()
    paths: list[list[Workflow]] = [[workflow]]
    while paths:
        path = paths.pop(0)
        for follower in everybody:
            event = _leads_to(path[-1], follower)
            if event is None:
                continue
            if follower is workflow:
                yield _loop(path, event)
            elif follower.id not in seen:
                seen.add(follower.id)
                paths.append([*path, follower])


def _leads_to(one: Workflow, follower: Workflow) -> str | None:
    """The event by which an action of one may start the other."""
    waits_for = trigger.events_of(follower.trigger)
    field = follower.trigger.get("field")
    for action in one.actions:
        event, changed = TOLD.get(action["type"], (None, None))
        if event not in waits_for or (field and changed and field != changed):
            continue
        if follower.might_start_by(event, _known(action)):
            return event
    return None


def _known(action: Mapping[str, Any]) -> dict[str, Any]:
    """What is certain of the record and the event that an action tells of."""
    known: dict[str, Any] = {"event.origin": "automation"}
    if action["type"] in _KINDS:
        known |= {"kind": _KINDS[action["type"]], "purpose": None, "direction": None, "outcome": None}
    if action["type"] == actions.SET_LIFECYCLE:
        known["lifecycle_stage"] = action.get("stage")
    if action["type"] == actions.OPEN_RENEWAL:
        known["type"] = "renewal"
    if action["type"] == actions.CREATE_DEAL:
        known["type"] = action.get("deal_type") or "new"
    return known


def _loop(path: Sequence[Workflow], event: str) -> Finding:
    names = " starts ".join(f"“{one.name}”" for one in path)
    if len(path) == 1:
        text = f"It can start itself: what it does tells {event}, which it waits for."
    else:
        text = f"It can start itself in a circle: {names}, which tells {event} and starts the first again."
    return Finding(
        LOOP,
        f"{text} Its filter has to stop that; a chain is cut off after some steps anyway.",
        tuple(one.id for one in path),
    )


def _conflicts(workflow: Workflow, others: Sequence[Workflow]) -> Iterator[Finding]:
    mine = _decided(workflow)
    for other in others:
        if other.id == workflow.id or not _overlap(workflow, other):
            continue
        theirs = _decided(other)
        for action, value in mine.items():
            if action in theirs and theirs[action] != value:
                yield Finding(
                    CONFLICT,
                    f"“{other.name}” decides on {_DECIDES[action]} at the same event and otherwise; which of the two "
                    "is the last is left to chance unless their filters exclude each other.",
                    (workflow.id, other.id),
                )


def _decided(workflow: Workflow) -> dict[str, Any]:
    return {
        action["type"]: action.get("stage") or action.get("pool") or "as usual"
        for action in workflow.actions
        if action["type"] in _DECIDES
    }


def _overlap(one: Workflow, other: Workflow) -> bool:
    return bool(set(trigger.events_of(one.trigger)) & set(trigger.events_of(other.trigger)))
