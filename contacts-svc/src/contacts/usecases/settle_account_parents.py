"""End an import of accounts: whoever still waits for a parent waits no longer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.context import Context
from chassis.tables import import_change
from chassis.unit_of_work import UnitOfWork
from contacts.domain.account import Account
from contacts.domain.awaited import WAITING, AwaitedParent
from contacts.domain.errors import ParentUnknown
from contacts.usecases.awaited_parents import refuse, set_awaited
from contacts.usecases.hierarchy import lineage_of
from contacts.usecases.references import ids_by_external_id


def settle_account_parents(uow: UnitOfWork, ctx: Context, *, job_id: str) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, was, id, errors}]}` for the rows that had to wait, however often asked."""
    rows = uow.scalars(
        select(AwaitedParent)
        .where(AwaitedParent.workspace_id == ctx.workspace_id, AwaitedParent.job_id == job_id)
        .order_by(AwaitedParent.row)
    )
    waiting = {awaited.parent_external_id for awaited in rows if awaited.state == WAITING}
    arrived = ids_by_external_id(uow, waiting)
    if arrived:
        set_awaited(uow, arrived, lineage_of(uow, arrived.values()))
    for awaited in rows:
        if awaited.state == WAITING:
            refuse(uow, awaited, ParentUnknown(external_id=awaited.parent_external_id))
    ledger = {line.row: line for line in _ledger(uow, job_id, [awaited.row for awaited in rows])}
    return {"outcomes": [_outcome(awaited, ledger[awaited.row]) for awaited in rows]}


def _ledger(uow: UnitOfWork, job_id: str, numbers: list[int]) -> list[Any]:
    return list(
        uow.session.execute(
            select(import_change.c.row, import_change.c.action, import_change.c.errors).where(
                import_change.c.workspace_id == uow.ctx.workspace_id,
                import_change.c.job_id == job_id,
                import_change.c.entity == Account.noun,
                import_change.c.row.in_(numbers),
            )
        )
    )


def _outcome(awaited: AwaitedParent, line: Any) -> dict[str, Any]:
    outcome = {"row": awaited.row, "action": line.action, "was": awaited.action, "id": awaited.account_id}
    return {**outcome, "errors": line.errors} if line.errors else outcome
