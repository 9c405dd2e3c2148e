"""Edit a contact's properties."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.contact import Contact
from contacts.usecases.references import require_account


def update_contact(
    uow: UnitOfWork, ctx: Context, *, contact_id: str, expected_version: int, changes: dict[str, Any]
) -> Contact:
    contact = uow.get(Contact, contact_id, expected_version)
    require_account(uow, changes.get("account_id"), "/changes/account_id")
    contact.set(changes)
    return contact
