"""Queue an import."""

from __future__ import annotations

from collections.abc import Mapping as Document
from typing import Any

from sqlalchemy import select

from chassis.context import Context
from chassis.unit_of_work import UnitOfWork
from gateway.jobs.builtin import builtin, id_of
from gateway.jobs.domain.errors import UnknownMapping
from gateway.jobs.domain.job import IMPORT, Job
from gateway.jobs.domain.mapping import Mapping
from gateway.worker import document


def start_import(
    uow: UnitOfWork,
    ctx: Context,
    *,
    job_id: str,
    files: list[dict[str, Any]],
    upload_id: str | None,
    mapping: Document[str, Any] | None,
    mapping_id: str | None,
    mapping_name: str | None,
    dry_run: bool,
    automation: str,
) -> Job:
    """The files lie in the job's folder already; the worker takes the job up as soon as it is first in line."""
    if mapping is None:
        mapping_id, mapping_name, mapping = _saved(uow, mapping_id, mapping_name)
    document.load(mapping)
    return uow.add(
        Job(
            id=job_id,
            kind=IMPORT,
            mapping=dict(mapping),
            mapping_id=mapping_id,
            mapping_name=mapping_name,
            upload_id=upload_id,
            automation=automation,
            dry_run=dry_run,
            files=files,
            requested_by=ctx.caller,
            role=ctx.role,
        )
    )


def _saved(uow: UnitOfWork, mapping_id: str | None, name: str | None) -> tuple[str, str, Document[str, Any]]:
    """Id, name and document of a saved mapping, by id or by name; raises `NotFound` or `UnknownMapping`."""
    if mapping_id is not None:
        found: Mapping | None = uow.get(Mapping, mapping_id)
    else:
        statement = select(Mapping).where(
            Mapping.workspace_id == uow.ctx.workspace_id,
            Mapping.name == (name or ""),
            Mapping.deleted_at.is_(None),
        )
        found = uow.first(statement)
    if found is not None:
        return found.id, found.name, found.mapping
    # Those that come with the suite can be used before they are listed.
    known = builtin().get(name or "")
    if known is None:
        names = uow.session.scalars(
            select(Mapping.name).where(
                Mapping.workspace_id == uow.ctx.workspace_id, Mapping.deleted_at.is_(None)
            )
        )
        listed = ", ".join(sorted({*names, *builtin()}))
        raise UnknownMapping(name=name, known=listed)
    return id_of(uow.ctx.workspace_id, known["name"]), known["name"], known["mapping"]
