"""Create or update contacts from an import. Their accounts are there already, by id or by external id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from contacts.domain.contact import Contact
from contacts.usecases.noting_duplicates import note_people
from contacts.usecases.references import ids_by_external_id, known_accounts, unknown_account

_ROW = contracts.module_of("contacts").ContactImportRow()
LINK = "account_external_id"


def import_contacts(
    uow: UnitOfWork, ctx: Context, *, rows: Sequence[Any], is_dry_run: bool = False, **chunk: Any
) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`, one for each row, done before or now.

    A row that names an account nobody knows fails.
    """
    accounts = ids_by_external_id(uow, _named(rows, LINK))
    # In a dry run an id may be that of an account which the import itself would have made by now.
    known = set() if is_dry_run else known_accounts(uow, _named(rows, "account_id"))

    def properties(values: dict[str, Any]) -> dict[str, Any]:
        plain = {name: value for name, value in values.items() if name != LINK}
        link = values.get(LINK)
        if link is not None:
            if link not in accounts:
                raise unknown_account(link, f"/{LINK}")
            plain["account_id"] = accounts[link]
        elif (account_id := plain.get("account_id")) is not None and not (is_dry_run or account_id in known):
            raise unknown_account(account_id, "/account_id")
        return plain

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Contact:
        contact = Contact(id=Contact.new_id())
        contact.set(properties(values))
        return contact

    def change(uow: UnitOfWork, contact: Contact, values: dict[str, Any]) -> None:
        contact.set(properties(values))

    importer = Importer(cls=Contact, schema=_ROW, make=make, change=change, tie=note_people)
    return importer.run(uow, rows=rows, is_dry_run=is_dry_run, **chunk)


def _named(rows: Sequence[Any], field: str) -> set[str]:
    """What the rows name in a field."""
    values = (row.get(field) for row in rows if isinstance(row, Mapping))
    return {value for value in values if isinstance(value, str) and value}
