"""Say which leads belong to whom."""

from __future__ import annotations

from typing import Any

from automation.domain.territory import Territory
from chassis.context import Context
from chassis.unit_of_work import UnitOfWork


def create_territory(
    uow: UnitOfWork, ctx: Context, *, territory_id: str | None = None, **values: Any
) -> Territory:
    territory = Territory(id=territory_id)
    territory.write(values)
    return uow.add(territory)


def update_territory(
    uow: UnitOfWork, ctx: Context, *, territory_id: str, expected_version: int, changes: dict[str, Any]
) -> Territory:
    territory = uow.get(Territory, territory_id, expected_version)
    territory.write(changes)
    return territory
