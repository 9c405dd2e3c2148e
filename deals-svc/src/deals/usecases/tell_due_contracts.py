"""Say of every contract, once a term, that its renewal and its review are due."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis import clock
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.reminding import remind, tell_of
from chassis.tables import reference
from deals.domain.contract import ACTIVE, Contract


def tell_due_contracts(runtime: Runtime) -> None:
    _tell_due(runtime, Contract.renewal_tells_on, "contract.renewal_due.v1")
    _tell_due(runtime, Contract.review_tells_on, "contract.review_due.v1")


def _tell_due(runtime: Runtime, day: InstrumentedAttribute[Any], event_type: str) -> None:
    def due() -> Select[Contract]:
        return select(Contract).where(day <= clock.now().date()).order_by(day)

    def tell(session: Session, contract: Contract) -> bool:
        table = table_of(Contract)
        session.execute(
            update(table)
            .where(table.c.workspace_id == contract.workspace_id, table.c.id == contract.id)
            .values({day.key: None})
        )
        if contract.status != ACTIVE or contract.deleted_at is not None:
            return False
        about = session.scalar(
            select(reference.c.data).where(
                reference.c.workspace_id == contract.workspace_id,
                reference.c.type == "account",
                reference.c.id == contract.account_id,
            )
        )
        tier = (about or {}).get("tier")
        tell_of(runtime, session, contract, event_type, due_on=contract.renews_on, account_tier=tier)
        return True

    remind(runtime, due, tell)
