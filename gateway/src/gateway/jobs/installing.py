"""Lets every workspace have the mappings that come with the suite, listed and filtered as others are."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis import clock, guard
from chassis.database import Database
from chassis.record import stamp
from gateway.jobs.builtin import builtin, id_of
from gateway.jobs.domain.mapping import Mapping
from gateway.organisation.domain.workspace import Workspace


def install_builtin(database: Database) -> None:
    """As this version of the suite has them; safe to repeat."""

    def work(session: Session) -> None:
        workspaces = session.scalars(select(Workspace.workspace_id).execution_options(**guard.ACROSS)).all()
        for workspace_id in workspaces:
            for one in builtin().values():
                place = id_of(workspace_id, one["name"])
                found = session.get(Mapping, (workspace_id, place))
                if found is None:
                    made = Mapping(id=place, is_builtin=True, **one)
                    stamp(made, workspace_id, clock.now())
                    session.add(made)
                elif found.mapping != one["mapping"] or found.description != one["description"]:
                    found.mapping, found.description = one["mapping"], one["description"]
                    found.version += 1
                    found.updated_at = clock.now()

    database.transact(work)
