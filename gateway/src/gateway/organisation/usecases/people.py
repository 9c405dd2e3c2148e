"""Finding the people a use case names, and the two rules that look at more than one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from chassis.errors import FieldError
from chassis.unit_of_work import UnitOfWork
from gateway.organisation.domain.errors import EmailTaken, LastAdministrator, ReferenceUnknown
from gateway.organisation.domain.user import ADMIN, User
from gateway.organisation.domain.workspace import Workspace


def users_of(uow: UnitOfWork, user_ids: Iterable[str], pointer: str) -> Sequence[User]:
    """The users with these ids; raises `ReferenceUnknown` at `pointer` for the first that is not there."""
    wanted = list(dict.fromkeys(user_ids))
    if not wanted:
        return []
    found = uow.scalars(
        select(User).where(
            User.workspace_id == uow.ctx.workspace_id, User.deleted_at.is_(None), User.id.in_(wanted)
        )
    )
    missing = set(wanted) - {user.id for user in found}
    if missing:
        raise unknown("user", min(missing), pointer)
    return found


def unknown(what: str, record_id: str, pointer: str) -> ReferenceUnknown:
    """The refusal of an id that names nothing."""
    message = f"There is no {what} with the id {record_id}."
    error: FieldError = {"pointer": pointer, "code": "unknown_reference", "message": message}
    return ReferenceUnknown(message, errors=[error])


def require_free_email(uow: UnitOfWork, email: str | None, besides: str | None = None) -> None:
    """An address belongs to one person here; raises `EmailTaken`."""
    if email is None:
        return
    holder = uow.first(
        select(User).where(User.workspace_id == uow.ctx.workspace_id, User.email == email.lower())
    )
    if holder is not None and holder.id != besides:
        raise EmailTaken(email=email)


def require_another_administrator(uow: UnitOfWork, besides: User) -> None:
    """The last active administrator stays; raises `LastAdministrator`.

    The workspace's row is locked, so that two administrators cannot step down for each other at the same time.
    """
    workspace_id = uow.ctx.workspace_id
    uow.session.execute(select(Workspace.id).where(Workspace.workspace_id == workspace_id).with_for_update())
    others = uow.session.scalar(
        select(User.id)
        .where(
            User.workspace_id == workspace_id,
            User.role == ADMIN,
            User.is_active.is_(True),
            User.deleted_at.is_(None),
            User.id != besides.id,
        )
        .limit(1)
    )
    if others is None:
        raise LastAdministrator()
