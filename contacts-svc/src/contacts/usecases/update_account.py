"""Edit an account's properties and its place in the hierarchy."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.usecases.hierarchy import place


def update_account(
    uow: UnitOfWork, ctx: Context, *, account_id: str, expected_version: int, changes: dict[str, Any]
) -> Account:
    account = uow.get(Account, account_id, expected_version)
    plain = {name: value for name, value in changes.items() if name != "parent_id"}
    account.set(plain)
    if "parent_id" in changes:
        place(uow, account, changes["parent_id"], "/changes/parent_id")
    return account
