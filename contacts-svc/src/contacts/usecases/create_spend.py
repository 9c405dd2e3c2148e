"""Note money spent on winning customers."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from contacts.domain.spend import Spend


def create_spend(uow: UnitOfWork, ctx: Context, *, spend_id: str | None = None, **values: Any) -> Spend:
    spend = Spend(id=spend_id)
    spend.set(values)
    return uow.add(spend)
