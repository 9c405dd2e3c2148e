"""Keep the health of a customer that the model found."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account


def set_account_health(
    uow: UnitOfWork, ctx: Context, *, account_id: str, health: int, source: str, revision: int
) -> Account:
    account = uow.get(Account, account_id)
    account.take_health(health, source, revision)
    return account
