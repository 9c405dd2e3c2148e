"""Delete a saved mapping."""

from __future__ import annotations

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.domain.mapping import Mapping


def delete_mapping(uow: UnitOfWork, ctx: Context, *, mapping_id: str, expected_version: int) -> None:
    """For good: its name is free again, and jobs keep the document they ran by."""
    found = uow.get(Mapping, mapping_id, expected_version)
    found.require_own()
    uow.session.delete(found)
