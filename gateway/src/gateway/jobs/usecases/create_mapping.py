"""Save a mapping."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.builtin import builtin
from gateway.jobs.domain.errors import MappingNameTaken
from gateway.jobs.domain.mapping import Mapping
from gateway.worker import document


def create_mapping(
    uow: UnitOfWork,
    ctx: Context,
    *,
    name: str,
    mapping: dict[str, Any],
    description: str | None = None,
    mapping_id: str | None = None,
) -> Mapping:
    """The document is checked as one that is used is; a name belongs to one mapping."""
    document.load(mapping)
    require_free(uow, name)
    return uow.add(
        Mapping(id=mapping_id or Mapping.new_id(), name=name, description=description, mapping=mapping)
    )


def require_free(uow: UnitOfWork, name: str) -> None:
    """Refuse a name that another mapping has."""
    taken = uow.session.scalar(
        select(Mapping.id).where(Mapping.workspace_id == uow.ctx.workspace_id, Mapping.name == name)
    )
    if taken is not None or name in builtin():
        raise MappingNameTaken(name=name)
