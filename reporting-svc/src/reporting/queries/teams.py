"""Who sells for whom: from an owner to the manager of the owner's team, and to the top of the tree of teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import copies
from chassis.context import Context
from chassis.tables import reference

Named = tuple[str | None, str | None]
"""Id and label of a group; both None for those who belong to none."""


@dataclass(frozen=True)
class Team:
    label: str
    parent_id: str | None
    manager_id: str | None


class Teams:
    """The teams of a workspace. Who is in several teams counts for the first."""

    def __init__(self, teams: Mapping[str, Team], people: Mapping[str, str]) -> None:
        self._teams = teams
        self._people = people

    @classmethod
    def load(cls, session: Session, ctx: Context) -> Teams:
        """All teams and the names of their managers, in two statements."""
        rows = session.execute(
            select(reference.c.id, reference.c.label, reference.c.data).where(
                reference.c.workspace_id == ctx.workspace_id, reference.c.type == "team"
            )
        )
        teams = {
            row.id: Team(row.label, row.data.get("parent_id"), row.data.get("manager_id")) for row in rows
        }
        people = copies.labels(session, ctx, "user", (team.manager_id for team in teams.values()))
        return cls(teams, people)

    def manager(self, owner: Mapping[str, Any] | None) -> Named:
        """The manager of the owner's team. `owner` is what is kept of a user."""
        team = self._teams.get(self._team_id(owner) or "")
        if team is None or team.manager_id is None:
            return None, None
        return team.manager_id, self._people.get(team.manager_id, team.manager_id)

    def region(self, owner: Mapping[str, Any] | None) -> Named:
        """The owner's top team: the root above the owner's team."""
        top: Named = (None, None)
        team_id, seen = self._team_id(owner), set[str]()
        while team_id is not None and team_id in self._teams and team_id not in seen:
            seen.add(team_id)
            team = self._teams[team_id]
            top = (team_id, team.label)
            team_id = team.parent_id
        return top

    @staticmethod
    def _team_id(owner: Mapping[str, Any] | None) -> str | None:
        team_ids = (owner or {}).get("team_ids") or [None]
        first: str | None = team_ids[0]
        return first
