"""Add a contact."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.contact import Contact
from contacts.usecases.references import require_account


def create_contact(uow: UnitOfWork, ctx: Context, *, contact_id: str | None = None, **values: Any) -> Contact:
    require_account(uow, values.get("account_id"), "/account_id")
    contact = Contact(id=contact_id)
    contact.set(values)
    return uow.add(contact)
