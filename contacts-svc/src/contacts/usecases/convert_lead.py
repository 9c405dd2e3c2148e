"""Convert a lead: it becomes an account and a contact, and deals-svc gives its deal to them.

Account, contact and lead change in one transaction, which tells `lead.converted`. deals-svc hears that, adopts the
lead's open deals or opens one, and tells `deal.adopted`, which `note_deal` hears. Each step is kept by outbox and
inbox, so that a crash anywhere only delays the rest, and none is done twice.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis import ids
from chassis.context import Context
from chassis.envelope import Event
from chassis.filters.portable import unicode_lower
from chassis.money import Money
from chassis.sql import lock
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.domain.errors import AccountAmbiguous, ContactAmbiguous, ContactElsewhere
from contacts.domain.lead import CONVERTED, Lead, LifecycleStep
from contacts.usecases.references import require_account

FREE_MAIL = frozenset(
    {"gmail.com", "outlook.com", "hotmail.com", "yahoo.com", "icloud.com", "gmx.de", "web.de"}
)
# What a contact takes over from the lead.
SHARED = (
    *("first_name", "last_name", "email", "phone", "title", "owner_id", "team_id", "tags"),
    *("source", "medium", "campaign", "content", "term"),
)


def convert_lead(
    uow: UnitOfWork,
    ctx: Context,
    *,
    lead_id: str,
    account_id: str | None,
    contact_id: str | None,
    without_deal: bool,
    deal_name: str | None,
    amount: Money | None,
) -> Lead:
    """Converted before, it stays what it became, whoever asks again."""
    # One conversion at a time: two leads of one company make one account.
    lock(uow.session, "conversion", ctx.workspace_id)
    lead = uow.get(Lead, lead_id)
    if lead.status == CONVERTED:
        lead.require_became(account_id=account_id, contact_id=contact_id)
        return lead
    if account_id is not None:
        require_account(uow, account_id, "/account_id")
    contact = _contact(uow, lead, contact_id)
    account = _account(uow, lead, contact, account_id)
    contact = _belonging(uow, lead, contact, account)
    wanted = {
        "deal_id": ids.derive("deal", lead.created_at, lead.id, "conversion"),
        "name": deal_name or f"{account.name}: {lead.name}"[:200],
        "amount": None if amount is None else amount.as_wire(),
    }
    step = lead.convert(
        account_id=account.id,
        contact_id=contact.id,
        wanted_deal=None if without_deal else wanted,
        at=ctx.now,
        by=ctx.caller,
    )
    if step is not None:
        uow.append(LifecycleStep, step)
    return lead


def note_deal(uow: UnitOfWork, event: Event) -> None:
    """The deal of a lead that was converted."""
    lead = uow.get_deleted(Lead, event.data["lead_id"])
    if lead.deal_id is None:
        lead.deal_id = event.subject_id


def _account(uow: UnitOfWork, lead: Lead, contact: Contact | None, account_id: str | None) -> Account:
    """The account that is named, else the contact's, else the one of that company or domain, else a new one."""
    if account_id is not None:
        return uow.get(Account, account_id)
    known = _theirs(uow, contact) or _known(uow, lead)
    if known is not None:
        return known
    account = Account()
    account.set(
        {
            "name": lead.company or lead.name,
            "domain": _domain(lead),
            "industry": lead.industry,
            "country": lead.country,
            "employee_count": lead.employee_count,
            "owner_id": lead.owner_id,
            "source": lead.source,
        }
    )
    return uow.add(account)


def _theirs(uow: UnitOfWork, contact: Contact | None) -> Account | None:
    """The account of a contact, as long as it is there."""
    if contact is None or contact.account_id is None:
        return None
    return uow.first(
        select(Account).where(
            Account.workspace_id == uow.ctx.workspace_id,
            Account.id == contact.account_id,
            Account.deleted_at.is_(None),
        )
    )


def _known(uow: UnitOfWork, lead: Lead) -> Account | None:
    ways: list[tuple[Any, str | None]] = [
        (Account.domain, _domain(lead)),
        (unicode_lower(Account.name), lead.company and lead.company.lower()),
    ]
    for column, value in ways:
        if not value:
            continue
        found = uow.scalars(
            select(Account)
            .where(
                Account.workspace_id == uow.ctx.workspace_id, Account.deleted_at.is_(None), column == value
            )
            .limit(2)
        )
        if len(found) > 1:
            raise AccountAmbiguous(what=value)
        if found:
            return found[0]
    return None


def _domain(lead: Lead) -> str | None:
    """The domain of the lead's address, unless it is one where anybody has an address."""
    domain = (lead.email or "").rpartition("@")[2].lower()
    return domain if domain and domain not in FREE_MAIL else None


def _contact(uow: UnitOfWork, lead: Lead, contact_id: str | None) -> Contact | None:
    """The contact that is named, else the one with that address; None where there is none yet."""
    if contact_id is not None:
        return uow.get(Contact, contact_id)
    if not lead.email:
        return None
    found = uow.scalars(
        select(Contact)
        .where(
            Contact.workspace_id == uow.ctx.workspace_id,
            Contact.deleted_at.is_(None),
            Contact.email == lead.email,
        )
        .limit(2)
    )
    if len(found) > 1:
        raise ContactAmbiguous(email=lead.email)
    return found[0] if found else None


def _belonging(uow: UnitOfWork, lead: Lead, contact: Contact | None, account: Account) -> Contact:
    """The contact as one of the account: the lead in person where nobody was known."""
    if contact is None:
        contact = Contact(original_source=lead.original_source)
        contact.set({name: getattr(lead, name) for name in SHARED} | {"account_id": account.id})
        return uow.add(contact)
    theirs = _theirs(uow, contact)
    if theirs is not None and theirs.id != account.id:
        raise ContactElsewhere(contact=contact.name, theirs=theirs.name)
    if theirs is None:
        contact.set({"account_id": account.id})
    return contact
