"""Placing accounts under each other, safely also when others do the same at this moment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.usecases.references import require_account


def place(uow: UnitOfWork, account: Account, parent_id: str | None, pointer: str) -> None:
    """Put an account under another one (or under none); `pointer` is where the input names it."""
    if parent_id is None or parent_id == account.parent_id:
        account.parent_id = parent_id
        return
    require_account(uow, parent_id, pointer)
    account.move_under(parent_id, lineage_of(uow, [account.id, parent_id]))


def lineage_of(uow: UnitOfWork, account_ids: Iterable[str]) -> dict[str, str | None]:
    """The parent of each of these accounts and of every account above them, deleted ones included.

    One statement a level. The rows stay locked until the commit, and the moved account is best among them: of two
    moves that would close a circle between them, the second waits for the first and then sees it.
    """
    lineage: dict[str, str | None] = {}
    level = set(account_ids)
    while level:
        rows = uow.session.execute(
            select(Account.id, Account.parent_id)
            .where(Account.workspace_id == uow.ctx.workspace_id, Account.id.in_(level))
            .order_by(Account.id)
            .with_for_update(key_share=True)
        ).all()
        lineage.update({row.id: row.parent_id for row in rows})
        level = {row.parent_id for row in rows if row.parent_id is not None} - lineage.keys()
    return lineage
