"""Whether the accounts that others point to are there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from chassis.reading import visible
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.errors import AccountUnknown


def require_account(uow: UnitOfWork, account_id: str | None, pointer: str) -> None:
    """Refuse an account that is not there, deleted or hidden from the caller; `pointer` is where the input names it."""
    if account_id is None:
        return
    found = uow.session.scalar(select(Account.id).where(*visible(Account, uow.ctx), Account.id == account_id))
    if found is None:
        raise unknown_account(account_id, pointer)


def known_accounts(uow: UnitOfWork, account_ids: Collection[str]) -> set[str]:
    """Those of these accounts that are there, in one statement; deleted ones are left out."""
    if not account_ids:
        return set()
    return set(
        uow.session.scalars(
            select(Account.id).where(
                Account.workspace_id == uow.ctx.workspace_id,
                Account.id.in_(account_ids),
                Account.deleted_at.is_(None),
            )
        )
    )


def unknown_account(account_id: str, pointer: str) -> AccountUnknown:
    text = AccountUnknown.message.format(id=account_id)
    return AccountUnknown(text, errors=[{"pointer": pointer, "code": AccountUnknown.code, "message": text}])


def ids_by_external_id(uow: UnitOfWork, external_ids: Collection[str]) -> dict[str, str]:
    """The ids of the accounts with these external ids, in one statement; deleted ones are left out."""
    if not external_ids:
        return {}
    rows = uow.session.execute(
        select(Account.external_id, Account.id).where(
            Account.workspace_id == uow.ctx.workspace_id,
            Account.external_id.in_(external_ids),
            Account.deleted_at.is_(None),
        )
    )
    return {str(row.external_id): row.id for row in rows}
