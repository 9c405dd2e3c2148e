"""Add an account."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.usecases.hierarchy import place


def create_account(
    uow: UnitOfWork,
    ctx: Context,
    *,
    account_id: str | None = None,
    parent_id: str | None = None,
    **values: Any,
) -> Account:
    account = Account(id=account_id)
    account.set(values)
    uow.add(account)
    place(uow, account, parent_id, "/parent_id")
    return account
