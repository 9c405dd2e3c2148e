"""The people of a workspace as workflows know them: names, who is active, who manages whose team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Team:
    """A team: who manages it, and who is in it."""

    manager_id: str | None
    member_ids: frozenset[str]
    name: str = ""


@dataclass(frozen=True)
class People:
    """`names` are those of the users that facts name; `inactive` those among them who have left."""

    names: Mapping[str, str] = field(default_factory=dict)
    inactive: frozenset[str] = frozenset()
    teams: Sequence[Team] = ()
    admins: frozenset[str] = frozenset()

    def name(self, user_id: str) -> str:
        return self.names.get(user_id) or "Somebody"

    def managers_of(self, user_id: str) -> list[str]:
        """The managers of the teams that a user is in, themselves left out."""
        found = [team.manager_id for team in self.teams if user_id in team.member_ids and team.manager_id]
        return [manager for manager in dict.fromkeys(found) if manager != user_id]

    def members_of(self, name: str) -> list[str] | None:
        """Who is in the team of this name, whatever its case; None when there is no such team."""
        named = [team for team in self.teams if team.name.casefold() == name.casefold()]
        return sorted(set().union(*(team.member_ids for team in named))) if named else None


NOBODY = People()
