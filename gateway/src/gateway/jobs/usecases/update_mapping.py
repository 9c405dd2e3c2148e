"""Change a saved mapping."""

from __future__ import annotations

from typing import Any

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.mapping import Mapping
from gateway.jobs.usecases.create_mapping import require_free
from gateway.worker import document


def update_mapping(
    uow: UnitOfWork, ctx: Context, *, mapping_id: str, expected_version: int, changes: dict[str, Any]
) -> Mapping:
    """One that comes with the suite stays as it is."""
    found = uow.get(Mapping, mapping_id, expected_version)
    found.require_own()
    if "mapping" in changes:
        document.load(changes["mapping"])
    if changes.get("name", found.name) != found.name:
        require_free(uow, changes["name"])
    found.set(changes)
    return found
