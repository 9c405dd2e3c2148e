"""Change a team."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.team import Team
from gateway.organisation.usecases.teams import describe_team, seat


def update_team(
    uow: UnitOfWork, ctx: Context, *, team_id: str, expected_version: int, changes: dict[str, Any]
) -> Team:
    team = uow.get(Team, team_id, expected_version)
    describe_team(uow, team, changes)
    if "member_ids" in changes:
        seat(uow, team, changes["member_ids"])
    return team
