"""Say of contracts what their days bring: renewal and review due, lapsed, another year; each once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from chassis import clock
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.reminding import remind, tell_of
from chassis.tables import reference
from deals.domain.contract import ACTIVE, EXPANSION, ArrMovement, Contract, years_on

Said = Callable[[Session, Contract], dict[str, Any] | None]
STALE = timedelta(days=7)


def tell_due_contracts(runtime: Runtime) -> None:
    """Each day of each contract once, whoever asks how often."""
    _tell(runtime, Contract.renewal_tells_on, "contract.renewal_due.v1", _due)
    _tell(runtime, Contract.review_tells_on, "contract.review_due.v1", _due)
    _tell(runtime, Contract.lapse_tells_on, "contract.lapsed.v1", _due)
    _tell(runtime, Contract.anniversary_tells_on, "contract.anniversary.v1", _anniversary, _next_anniversary)


def _tell(
    runtime: Runtime,
    day: InstrumentedAttribute[Any],
    event_type: str,
    said: Said,
    following: Callable[[Contract], date | None] = lambda contract: None,
) -> None:
    def due() -> Select[Contract]:
        return select(Contract).where(day <= clock.now().date()).order_by(day)

    def tell(session: Session, contract: Contract) -> bool:
        table = table_of(Contract)
        is_over = contract.status != ACTIVE or contract.deleted_at is not None
        session.execute(
            update(table)
            .where(table.c.workspace_id == contract.workspace_id, table.c.id == contract.id)
            .values({day.key: None if is_over else following(contract)})
        )
        data = None if is_over else said(session, contract)
        if data is None:
            return False
        tell_of(runtime, session, contract, event_type, account_tier=_tier(session, contract), **data)
        return True

    remind(runtime, due, tell)


def _tier(session: Session, contract: Contract) -> str | None:
    about = session.scalar(
        select(reference.c.data).where(
            reference.c.workspace_id == contract.workspace_id,
            reference.c.type == "account",
            reference.c.id == contract.account_id,
        )
    )
    return (about or {}).get("tier")


def _due(session: Session, contract: Contract) -> dict[str, Any]:
    return {"due_on": contract.renews_on}


def _anniversary(session: Session, contract: Contract) -> dict[str, Any] | None:
    """The years since it began, and whether it was expanded in the last of them; nothing for one long past."""
    day = contract.anniversary_tells_on
    if day is None or day < clock.now().date() - STALE:
        return None
    mine = (ArrMovement.workspace_id == contract.workspace_id, ArrMovement.contract_id == contract.id)
    began = session.scalar(select(func.min(ArrMovement.moved_on)).where(*mine)) or day
    expanded = session.scalar(
        select(ArrMovement.id)
        .where(
            *mine,
            ArrMovement.kind == EXPANSION,
            ArrMovement.moved_on > years_on(day, -1),
            ArrMovement.moved_on <= day,
        )
        .limit(1)
    )
    return {"due_on": day, "years": day.year - began.year, "is_expanded": expanded is not None}


def _next_anniversary(contract: Contract) -> date | None:
    """The first after today."""
    day, today = contract.anniversary_tells_on, clock.now().date()
    while day is not None and day <= today:
        day = years_on(day, 1)
    return day
