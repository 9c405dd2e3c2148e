"""Take back an import of accounts, contacts or leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from chassis.errors import AppError
from chassis.undoing import InUse, Restore, Undoer, put_back, unchanged_of_job, undoing
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.domain.figures import AccountDeal
from contacts.domain.lead import Lead
from contacts.usecases.hierarchy import lineage_of


def _in_use(uow: UnitOfWork, job_id: str, accounts: Sequence[Account]) -> dict[str, AppError]:
    """Accounts that have contacts, deals or accounts below them by now; what the job itself made below goes too."""
    wanted = [account.id for account in accounts]
    workspace_id = uow.ctx.workspace_id
    contacts = select(Contact.account_id).where(
        Contact.workspace_id == workspace_id, Contact.account_id.in_(wanted), Contact.deleted_at.is_(None)
    )
    deals = select(AccountDeal.account_id).where(
        AccountDeal.workspace_id == workspace_id, AccountDeal.account_id.in_(wanted)
    )
    below = uow.session.execute(
        select(Account.id, Account.parent_id).where(
            Account.workspace_id == workspace_id,
            Account.parent_id.in_(wanted),
            Account.deleted_at.is_(None),
        )
    ).all()
    going = {*wanted, *(unchanged_of_job(uow, Account, job_id, {row.id for row in below}) if below else ())}
    found: dict[str, set[str]] = {}
    for what, ids in (
        ("contacts", uow.session.scalars(contacts.distinct())),
        ("deals", uow.session.scalars(deals.distinct())),
        ("accounts below it", [row.parent_id for row in below if row.id not in going]),
    ):
        for account_id in ids:
            found.setdefault(str(account_id), set()).add(what)
    # Whoever stays keeps those above; a level a turn.
    while rising := {row.parent_id for row in below if row.id in found and row.parent_id not in found}:
        found.update({account_id: {"accounts below it"} for account_id in rising})
    return {account_id: InUse(what=" and ".join(sorted(whats))) for account_id, whats in found.items()}


def _restore_accounts(uow: UnitOfWork, pairs: Sequence[tuple[Account, dict[str, Any]]]) -> Restore[Account]:
    moved = {account.id: values["parent_id"] for account, values in pairs if "parent_id" in values}
    lineage = lineage_of(uow, {*moved, *filter(None, moved.values())})

    def restore(account: Account, values: dict[str, Any]) -> None:
        if "parent_id" in values:
            account.move_under(values["parent_id"], lineage)
            lineage[account.id] = values["parent_id"]
        put_back(account, values)

    return restore


undo_import = undoing(
    {
        "accounts": Undoer(cls=Account, keep=_in_use, restore=_restore_accounts),
        "contacts": Undoer(cls=Contact),
        "leads": Undoer(cls=Lead),
    }
)
