"""Create or update people from an import."""

from __future__ import annotations

from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.user import User
from gateway.organisation.usecases.people import require_another_administrator, require_free_email

_SCHEMA = contracts.module_of("organisation").UserImportRow()


def import_users(uow: UnitOfWork, ctx: Context, **chunk: Any) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`, one for each row; the rules for people hold here too."""

    def make(uow: UnitOfWork, values: dict[str, Any]) -> User:
        require_free_email(uow, values.get("email"))
        user = User(id=User.new_id(), team_ids=[])
        user.describe({"role": "rep", "is_active": True, **values}, by_role=ctx.role)
        return user

    def change(uow: UnitOfWork, user: User, values: dict[str, Any]) -> None:
        require_free_email(uow, values.get("email"), besides=user.id)
        was_administrator = user.is_administrator
        user.describe(values, by_role=ctx.role)
        if was_administrator and not user.is_administrator:
            require_another_administrator(uow, besides=user)

    importer = Importer(cls=User, schema=_SCHEMA, make=make, change=change)
    return importer.run(uow, **chunk)
