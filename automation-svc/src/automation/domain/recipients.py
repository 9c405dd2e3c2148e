"""Whom a notification goes to, and who is left out with the reason: nobody is told of what they did themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from automation.domain.fact import Fact
from automation.domain.people import People
from chassis import ids
from messages.automation import ADMINS, MANAGER, OWNER, TEAM


@dataclass(frozen=True)
class Recipients:
    """Users to tell, and in words why others are not told."""

    user_ids: tuple[str, ...]
    left_out: str | None


def recipients(action: Mapping[str, Any], fact: Fact, people: People) -> Recipients:
    """Those the action names, each once."""
    found: list[str] = []
    reasons: list[str] = []
    for wanted in action.get("to") or [OWNER]:
        named, reason = _named(wanted, fact, people)
        found += named
        reasons += [reason] if reason else []
    told = []
    for user_id in dict.fromkeys(found):
        reason = _kept_from(user_id, fact, people)
        if reason is None:
            told.append(user_id)
        else:
            reasons.append(reason)
    return Recipients(tuple(told), " ".join(dict.fromkeys(reasons)) or None)


def _named(wanted: str, fact: Fact, people: People) -> tuple[list[str], str | None]:
    if wanted.startswith(TEAM):
        name = wanted.removeprefix(TEAM)
        members = people.members_of(name)
        if members is None:
            return [], f"There is no team {name}."
        return members, None if members else f"Nobody is in the team {name}."
    if wanted == ADMINS:
        return sorted(people.admins), None if people.admins else "No administrator was heard of."
    if wanted not in (OWNER, MANAGER):
        return [wanted], None
    owner = fact.owner_id
    if owner is None:
        return [], "The record has no owner."
    if wanted == OWNER:
        return [owner], None
    managers = people.managers_of(owner)
    return managers, None if managers else f"{people.name(owner)} is in no team that somebody else manages."


def _kept_from(user_id: str, fact: Fact, people: People) -> str | None:
    """Why a user is not told; None when they are."""
    if user_id == fact.doer:
        return f"{people.name(user_id)} did it, and nobody is told of what they did themselves."
    if user_id in people.inactive:
        return f"{people.name(user_id)} is not active any more."
    return None if ids.is_id(user_id, "user") else f"{user_id} is no user."
