"""Create or update leads from an import."""

from __future__ import annotations

from typing import Any

from chassis import contracts
from chassis.context import Context
from chassis.importing import Importer
from chassis.unit_of_work import UnitOfWork
from contacts.domain.lead import Lead
from contacts.usecases.noting_duplicates import note_people

_ROW = contracts.module_of("contacts").LeadImportRow()


def import_leads(uow: UnitOfWork, ctx: Context, **chunk: Any) -> dict[str, Any]:
    """Answers `{"outcomes": [{row, action, id, errors}]}`, one for each row, done before or now."""

    def make(uow: UnitOfWork, values: dict[str, Any]) -> Lead:
        lead = Lead(id=Lead.new_id())
        lead.set(values)
        return lead

    def change(uow: UnitOfWork, lead: Lead, values: dict[str, Any]) -> None:
        lead.set(values)

    return Importer(cls=Lead, schema=_ROW, make=make, change=change, tie=note_people).run(uow, **chunk)
