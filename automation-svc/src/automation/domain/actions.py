"""Actions: what a workflow does, planned to the last word when its trigger fires, so that a retry does the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from automation.domain import placeholders
from automation.domain.conditions import CONTRACT, catalogue_of, subject_of
from automation.domain.errors import ActionUnfit, AssigneeUnknown, PoolUnknown, RecipientUnknown
from automation.domain.fact import Fact
from automation.domain.people import NOBODY, People
from automation.domain.recipients import recipients
from chassis import clock, ids
from messages.automation import ADMINS, MANAGER, OWNER, TEAM

CREATE_TASK, CREATE_MEETING, CREATE_DEAL = "create_task", "create_meeting", "create_deal"
OPEN_RENEWAL, NOTIFY, ASSIGN = "open_renewal", "notify", "assign_owner"
SET_LIFECYCLE, WAIT = "set_lifecycle", "wait"
LONGEST_SUBJECT = 300
LONGEST_NAME = 200
LONGEST_BODY = 2000
MOST_RECORDS = 50
APART = " · "
SOLD_TO = ("account", "contact", "lead")
NOT_ONE_BY_ONE = "An import does not notify for each of its records."
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True)
class Plan:
    """The arguments of the operation that has the effect; None when there is nothing to do.

    `reason` says why there is not, or who is left out.
    """

    input: dict[str, Any] | None
    reason: str | None = None


def effect_key(workflow_id: str, revision: int, event_id: str, position: int) -> str:
    """What makes an effect the same effect: the workflow at its revision, the event that triggered it, the step.

    For what stands for many events alike, the run takes the event's place.
    """
    return f"{workflow_id}:{revision}:{event_id}:{position}"


def check(action: Mapping[str, Any], event_type: str) -> None:
    """Refuse an action that could not be done for records of this event."""
    if action["type"] in (ASSIGN, SET_LIFECYCLE) and subject_of(event_type) != "lead":
        raise ActionUnfit(action=action["type"], fitting="leads", event=event_type)
    pool = action.get("pool")
    if pool is not None and (not pool.startswith(TEAM) or pool == TEAM):
        raise PoolUnknown(pool=pool)
    if action["type"] == OPEN_RENEWAL and subject_of(event_type) != CONTRACT:
        raise ActionUnfit(action=OPEN_RENEWAL, fitting="contracts", event=event_type)
    for text in ("subject", "name", "title", "body", "title_of_many"):
        placeholders.check(action.get(text) or "", catalogue_of(event_type), subject_of(event_type))
    assignee = action.get("assignee") or OWNER
    if assignee != OWNER and not ids.is_id(assignee, "user"):
        raise AssigneeUnknown(assignee=assignee)
    for wanted in action.get("to") or ():
        is_team = wanted.startswith(TEAM) and wanted != TEAM
        if wanted not in (OWNER, MANAGER, ADMINS) and not is_team and not ids.is_id(wanted, "user"):
            raise RecipientUnknown(recipient=wanted)


def due_at(action: str, planned: Mapping[str, Any], moment: datetime) -> datetime:
    """When a step that may begin at a moment is to be done: at once, but for one that waits."""
    return moment + duration(planned["duration"]) if action == WAIT and planned else moment


def plan(
    action: Mapping[str, Any],
    fact: Fact,
    key: str,
    run_id: str,
    workflow_id: str = "",
    people: People = NOBODY,
) -> Plan:
    """What a step is to do. The ids of what it makes follow from the effect key."""
    if action["type"] == CREATE_TASK:
        return Plan(_task(action, fact, key, run_id))
    if action["type"] == CREATE_MEETING:
        return Plan(_meeting(action, fact, key, run_id))
    if action["type"] == CREATE_DEAL:
        return Plan(_deal(action, fact, key))
    if action["type"] == SET_LIFECYCLE:
        return Plan({"lead_id": fact.record_id, "stage": action["stage"], "reason": action.get("reason")})
    if action["type"] == WAIT:
        return Plan({"duration": action["duration"]})
    if action["type"] == OPEN_RENEWAL:
        return Plan({"contract_id": fact.record_id, "owner_id": assignee(action, fact)})
    return _notification(action, fact, key, run_id, workflow_id, people)


def plan_for_many(
    action: Mapping[str, Any], fact: Fact, key: str, run_id: str, workflow_id: str, people: People
) -> Plan:
    """The notification of what an import did to many records alike, of which `fact` is the first."""
    title = action.get("title_of_many") or "An import concerns records of yours"
    of_many = {**action, "title": title, "body": None}
    planned = _notification(of_many, fact, key, run_id, workflow_id, people)
    if planned.input is None:
        return planned
    return Plan({**planned.input, "target_id": None}, planned.reason)


def _activity(action: Mapping[str, Any], fact: Fact, key: str, run_id: str) -> dict[str, Any]:
    return {
        "activity_id": ids.derive("activity", fact.told_at, key),
        "subject": placeholders.filled(action["subject"], fact.record, longest=LONGEST_SUBJECT)
        or "Follow up",
        "record_ids": fact.about[:MOST_RECORDS],
        "owner_id": assignee(action, fact),
        "workflow_run_id": run_id,
    }


def _meeting(action: Mapping[str, Any], fact: Fact, key: str, run_id: str) -> dict[str, Any]:
    starts_at = fact.at + duration(action.get("starts_in") or "7d")
    meeting = _activity(action, fact, key, run_id)
    return {**meeting, "kind": "meeting", "occurred_at": clock.to_text(starts_at)}


def _task(action: Mapping[str, Any], fact: Fact, key: str, run_id: str) -> dict[str, Any]:
    task = _activity(action, fact, key, run_id)
    task |= {"kind": "task", "priority": action.get("priority") or "medium"}
    if action.get("due_in"):
        task["due_at"] = clock.to_text(fact.at + duration(action["due_in"]))
    return task


def _deal(action: Mapping[str, Any], fact: Fact, key: str) -> dict[str, Any]:
    """With the account, contact or lead that the record is, or that it belongs to."""
    sold_to = {f"{noun}_id": fact.record.get(f"{noun}_id") for noun in SOLD_TO}
    if fact.record_type in SOLD_TO:
        sold_to[f"{fact.record_type}_id"] = fact.record_id
    return {
        "deal_id": ids.derive("deal", fact.told_at, key),
        "name": placeholders.filled(action["name"], fact.record, longest=LONGEST_NAME) or "New deal",
        "type": action.get("deal_type") or "new",
        "owner_id": assignee(action, fact),
        **{name: value for name, value in sold_to.items() if value},
    }


def _notification(
    action: Mapping[str, Any], fact: Fact, key: str, run_id: str, workflow_id: str, people: People
) -> Plan:
    to = recipients(action, fact, people)
    if not to.user_ids:
        return Plan(None, to.left_out)
    account_id = fact.record.get("account_id")
    doer = fact.doer
    return Plan(
        {
            "user_ids": list(to.user_ids),
            "key": key,
            "kind": action.get("kind") or "workflow",
            "title": placeholders.filled(action["title"], fact.record, longest=LONGEST_SUBJECT) or "News",
            "body": _parts(action.get("body"), fact),
            "record_ids": list(dict.fromkeys([*fact.about, *([account_id] if account_id else [])]))[
                :MOST_RECORDS
            ],
            "target_id": fact.target,
            "actor_id": doer if doer is not None and ids.is_id(doer, "user") else None,
            "workflow_id": workflow_id,
            "workflow_run_id": run_id,
            "happened_at": clock.to_text(fact.at),
        },
        to.left_out,
    )


def _parts(text: str | None, fact: Fact) -> str | None:
    """The text without the parts that would say nothing: of fields that are empty, of counts that are nought."""
    parts = [part for part in (text or "").split(APART) if placeholders.says_something(part, fact.record)]
    return placeholders.filled(APART.join(parts), fact.record, longest=LONGEST_BODY) or None


def assignee(action: Mapping[str, Any], fact: Fact) -> str | None:
    """Who gets the task: the user named, else the record's owner, else the person who acted."""
    wanted = action.get("assignee") or OWNER
    if wanted != OWNER:
        return str(wanted)
    return fact.owner_id or (None if fact.actor.startswith("system:") else fact.actor)


def duration(text: str) -> timedelta:
    """`30m`, `2h`, `7d`: days are of 24 hours."""
    return int(text[:-1]) * _UNITS[text[-1]]
