"""Create or update teams from an import; parent, manager and members are named by their external ids."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis import contracts
from chassis.context import Context
from chassis.errors import Invalid
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.team import Team
from gateway.organisation.domain.user import User
from gateway.organisation.usecases.teams import describe_team, seat

_SCHEMA = contracts.module_of("organisation").TeamImportRow()


def import_teams(uow: UnitOfWork, ctx: Context, *, is_dry_run: bool = False, **chunk: Any) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`; parents come before their children, users before teams."""
    # In a dry run nothing is stored, so that a name may be one of this very import: it is then taken as good.
    users = _ids(uow, User)
    teams = _ids(uow, Team)

    def resolve(known: dict[str, str], name: str, what: str, pointer: str) -> str | None:
        if name not in known and not is_dry_run:
            message = f"There is no {what} with the external id {name!r}."
            raise Invalid(
                message, errors=[{"pointer": pointer, "code": "unknown_reference", "message": message}]
            )
        return known.get(name)

    def plain(values: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {name: values[name] for name in ("name", "external_id") if name in values}
        if "parent" in values:
            parent = values["parent"]
            found["parent_id"] = None if parent is None else resolve(teams, parent, "team", "/parent")
        if "manager" in values:
            manager = values["manager"]
            found["manager_id"] = None if manager is None else resolve(users, manager, "user", "/manager")
        return found

    def members(values: dict[str, Any]) -> list[str] | None:
        if "members" not in values:
            return None
        named = (
            resolve(users, name, "user", f"/members/{index}") for index, name in enumerate(values["members"])
        )
        return [user_id for user_id in named if user_id is not None]

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Team:
        team = Team(id=Team.new_id(), member_ids=[])
        members(values)
        describe_team(uow, team, plain(values))
        if team.external_id is not None:
            teams[team.external_id] = team.id
        return team

    def made(uow: UnitOfWork, team: Team, values: dict[str, Any]) -> None:
        # Written now, so that the next rows may name it as their parent.
        uow.flush()
        seat(uow, team, members(values) or [])

    def change(uow: UnitOfWork, team: Team, values: dict[str, Any]) -> None:
        describe_team(uow, team, plain(values))
        wanted = members(values)
        if wanted is None:
            return
        if is_dry_run:
            team.member_ids = sorted(wanted)
        else:
            seat(uow, team, wanted)

    importer = Importer(cls=Team, schema=_SCHEMA, make=make, change=change, made=made, is_written_late=False)
    return importer.run(uow, is_dry_run=is_dry_run, **chunk)


def _ids(uow: UnitOfWork, cls: type[User] | type[Team]) -> dict[str, str]:
    rows = uow.session.execute(
        select(cls.external_id, cls.id).where(
            cls.workspace_id == uow.ctx.workspace_id, cls.external_id.is_not(None), cls.deleted_at.is_(None)
        )
    )
    return {str(row.external_id): row.id for row in rows}
