"""Make a team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.team import Team
from gateway.organisation.usecases.teams import describe_team, seat


def create_team(
    uow: UnitOfWork,
    ctx: Context,
    *,
    team_id: str | None = None,
    member_ids: Sequence[str] = (),
    **values: Any,
) -> Team:
    team = Team(id=team_id or Team.new_id(), member_ids=[])
    describe_team(uow, team, values)
    uow.add(team)
    seat(uow, team, member_ids)
    return team
