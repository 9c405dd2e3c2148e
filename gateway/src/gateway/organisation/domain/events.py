"""Facts the organisation tells beyond created and changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chassis.record import DomainEvent


@dataclass(frozen=True)
class TeamMembersChanged(DomainEvent):
    """Who is in the team now."""

    wire: ClassVar[str] = "team.members_changed.v1"
    member_ids: list[str]
