"""Putting a team in its place: parent, manager and members, checked against who and what there is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.team import Team
from gateway.organisation.usecases.people import unknown, users_of


def describe_team(uow: UnitOfWork, team: Team, values: dict[str, Any]) -> None:
    """Set a team's properties; members are set once the team itself is part of the work."""
    if values.get("manager_id") is not None:
        users_of(uow, [values["manager_id"]], "/manager_id")
    if "parent_id" in values:
        place(uow, team, values["parent_id"])
    team.set({name: value for name, value in values.items() if name not in ("parent_id", "member_ids")})


def place(uow: UnitOfWork, team: Team, parent_id: str | None) -> None:
    """Move a team below another one, which must exist and not be below it."""
    rows = uow.session.execute(
        select(Team.id, Team.parent_id).where(
            Team.workspace_id == uow.ctx.workspace_id, Team.deleted_at.is_(None)
        )
    )
    parents: dict[str, str | None] = {row.id: row.parent_id for row in rows}
    if parent_id is not None and parent_id not in parents:
        raise unknown("team", parent_id, "/parent_id")
    team.put_under(parent_id, parents)


def seat(uow: UnitOfWork, team: Team, member_ids: Iterable[str]) -> None:
    """Make these users the team's members; nothing happens when they are already."""
    wanted = set(member_ids)
    if wanted != set(team.member_ids or []):
        members = users_of(uow, wanted, "/member_ids")
        team.seat(members, users_of(uow, team.member_ids or [], "/member_ids"))
