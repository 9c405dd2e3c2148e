"""Setting the parents that imported accounts wait for, and bringing the import's ledger up to date with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from chassis.errors import AppError
from chassis.importing import FAILED, UNCHANGED, UPDATED, complaints_of
from chassis.tables import import_change
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.awaited import REFUSED, SET, WAITING, AwaitedParent
from contacts.domain.errors import AccountAboveItself


def set_awaited(uow: UnitOfWork, arrived: Mapping[str, str], lineage: dict[str, str | None]) -> None:
    """Put the accounts that wait for one of these (external id -> id) under it.

    `lineage` holds the parents of the arrived accounts and above, and is kept up to date.
    """
    waiting = uow.scalars(
        select(AwaitedParent)
        .where(
            AwaitedParent.workspace_id == uow.ctx.workspace_id,
            AwaitedParent.state == WAITING,
            AwaitedParent.parent_external_id.in_(arrived),
        )
        .order_by(AwaitedParent.job_id, AwaitedParent.row)
    )
    accounts = _accounts(uow, waiting)
    for awaited in waiting:
        account = accounts.get(awaited.account_id)
        if account is None:
            continue
        before = account.parent_id
        try:
            account.move_under(arrived[awaited.parent_external_id], lineage)
        except AccountAboveItself as error:
            refuse(uow, awaited, error)
        else:
            lineage[account.id] = account.parent_id
            _grant(uow, awaited, account, before)


def refuse(uow: UnitOfWork, awaited: AwaitedParent, error: AppError) -> None:
    """End the wait without a parent: the row failed, and the ledger says why."""
    awaited.state = REFUSED
    _amend(uow, awaited, action=FAILED, errors=complaints_of(error, "/parent_external_id"))


def _grant(uow: UnitOfWork, awaited: AwaitedParent, account: Account, before: str | None) -> None:
    awaited.state = SET
    values: dict[str, Any] = {"errors": None, "version_after": account.version + 1}
    if awaited.action == UNCHANGED:
        values |= {"action": UPDATED, "effect": UPDATED, "before": {"parent_id": before}}
    _amend(uow, awaited, **values)


def _amend(uow: UnitOfWork, awaited: AwaitedParent, **values: Any) -> None:
    uow.session.execute(
        update(import_change)
        .where(
            import_change.c.workspace_id == uow.ctx.workspace_id,
            import_change.c.job_id == awaited.job_id,
            import_change.c.entity == Account.noun,
            import_change.c.row == awaited.row,
        )
        .values(**values)
    )


def _accounts(uow: UnitOfWork, waiting: Sequence[AwaitedParent]) -> dict[str, Account]:
    found = uow.scalars(
        select(Account).where(
            Account.workspace_id == uow.ctx.workspace_id,
            Account.id.in_({awaited.account_id for awaited in waiting}),
            Account.deleted_at.is_(None),
        )
    )
    return {account.id: account for account in found}
