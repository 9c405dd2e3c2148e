"""Create or update accounts from an import, and put them under the parents that its rows name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.importing import Imported, Importer
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.awaited import AwaitedParent
from contacts.domain.errors import AccountAboveItself, ParentAwaited
from contacts.usecases.awaited_parents import set_awaited
from contacts.usecases.hierarchy import lineage_of
from contacts.usecases.noting_duplicates import note_accounts
from contacts.usecases.references import ids_by_external_id

_ROW = contracts.module_of("contacts").AccountImportRow()
LINK = "parent_external_id"


def import_accounts(
    uow: UnitOfWork, ctx: Context, *, job_id: str, is_dry_run: bool = False, **chunk: Any
) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`, one for each row, done before or now.

    A parent may stand anywhere in the chunk, be here already, or come with a later chunk.
    """

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Account:
        account = Account(id=Account.new_id())
        change(uow, account, values)
        return account

    def change(uow: UnitOfWork, account: Account, values: dict[str, Any]) -> None:
        account.set({name: value for name, value in values.items() if name != LINK})

    def tie(uow: UnitOfWork, imported: Sequence[Imported[Account]]) -> None:
        _place_rows(uow, imported, job_id=None if is_dry_run else job_id)
        note_accounts(uow, imported)

    importer = Importer(cls=Account, schema=_ROW, make=make, change=change, tie=tie)
    return importer.run(uow, job_id=job_id, is_dry_run=is_dry_run, **chunk)


def _place_rows(uow: UnitOfWork, imported: Sequence[Imported[Account]], *, job_id: str | None) -> None:
    """Set the parents of a chunk, and those that earlier rows awaited; without a job, only try the chunk's."""
    accounts = {
        external_id: one.record
        for one in imported
        if one.record is not None and (external_id := one.record.external_id) is not None
    }
    naming = [(one, one.record) for one in imported if LINK in one.values and one.record is not None]
    named = {one.values[LINK] for one, _ in naming if one.values[LINK] is not None}
    known = ids_by_external_id(uow, named - accounts.keys())
    known.update({external_id: account.id for external_id, account in accounts.items()})
    lineage = lineage_of(uow, known.values())
    for one, account in naming:
        external_id = one.values[LINK]
        if external_id is not None and external_id not in known:
            one.complain(ParentAwaited(external_id=external_id), pointer=f"/{LINK}", action=one.action)
            if job_id is not None:
                uow.session.add(_awaited(uow, job_id, one, account))
            continue
        before, parent_id = account.parent_id, known.get(external_id)
        if before == parent_id:
            continue
        try:
            account.move_under(parent_id, lineage)
        except AccountAboveItself as error:
            one.complain(error, pointer=f"/{LINK}")
        else:
            lineage[account.id] = parent_id
            one.changed({"parent_id": before})
    if job_id is not None:
        arrived = {external_id: account.id for external_id, account in accounts.items()}
        set_awaited(uow, arrived, lineage)


def _awaited(uow: UnitOfWork, job_id: str, one: Imported[Account], account: Account) -> AwaitedParent:
    return AwaitedParent(
        workspace_id=uow.ctx.workspace_id,
        job_id=job_id,
        row=one.row,
        account_id=account.id,
        parent_external_id=one.values[LINK],
        action=one.action,
    )
