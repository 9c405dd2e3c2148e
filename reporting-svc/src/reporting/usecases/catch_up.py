"""Bring projections that came with an upgrade up to date: what was told before is in the archive.

Projections take an event that comes twice or late as they take every other, so that this may overlap with what arrives
meanwhile, and be interrupted anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from chassis import envelope, logs
from chassis.envelope import Event
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.sql import insert_if_absent
from reporting import copies
from reporting.domain.archive import Archive, ArchivedEvent, CaughtUp
from reporting.domain.contract_facts import CONTRACTS
from reporting.domain.lead_facts import ACTIVITY_EVENTS, STEP_EVENTS, note_responses, note_steps
from reporting.domain.marketing_facts import LEADS
from reporting.domain.touch_facts import TOUCHES
from reporting.usecases.project_facts import projecting

log = logs.get("reporting.catch_up")

AT_ONCE = 500
Listener = Callable[[Session, Sequence[Event]], Any]
CAME_LATER: Mapping[str, tuple[tuple[str, ...], Listener]] = {
    "leads": (LEADS.events, projecting(LEADS)),
    "contracts": (CONTRACTS.events, projecting(CONTRACTS)),
    "account_health": (copies.ACCOUNT_EVENTS, copies.remember_accounts),
    "touches": (TOUCHES.events, projecting(TOUCHES)),
    "lifecycle_steps": (STEP_EVENTS, note_steps),
    "responses": (ACTIVITY_EVENTS, note_responses),
}
"""By name: the events of a projection, and what it does with them."""


def catch_up(runtime: Runtime) -> None:
    """Every projection in every workspace, from where it was interrupted to where the archive ended when it began."""
    with runtime.database.reading() as session:
        ends = session.execute(
            select(Archive.workspace_id, Archive.position).execution_options(**ACROSS)
        ).all()
    for workspace_id, end in ends:
        for name, (types, listener) in CAME_LATER.items():
            _catch_up(runtime, workspace_id, int(end), name, types, listener)


def _catch_up(
    runtime: Runtime, workspace_id: str, end: int, name: str, types: Sequence[str], listener: Listener
) -> None:
    def work(session: Session) -> bool:
        """Take the next events; False when there is nothing left to do."""
        row = {"workspace_id": workspace_id, "projection": name, "position": 0, "until": end}
        insert_if_absent(session, table_of(CaughtUp), [row])
        mine = (CaughtUp.workspace_id == workspace_id, CaughtUp.projection == name)
        at = session.execute(select(CaughtUp.position, CaughtUp.until).where(*mine).with_for_update()).one()
        if at.position >= at.until:
            return False
        rows = session.execute(
            select(ArchivedEvent.position, ArchivedEvent.payload)
            .where(
                ArchivedEvent.workspace_id == workspace_id,
                ArchivedEvent.type.in_(types),
                ArchivedEvent.position > at.position,
                ArchivedEvent.position <= at.until,
            )
            .order_by(ArchivedEvent.position)
            .limit(AT_ONCE)
        ).all()
        if rows:
            listener(session, [envelope.load(row.payload) for row in rows])
        reached = rows[-1].position if len(rows) == AT_ONCE else at.until
        table = table_of(CaughtUp)
        session.execute(
            update(table)
            .where(table.c.workspace_id == workspace_id, table.c.projection == name)
            .values(position=reached)
        )
        return True

    steps = 0
    while runtime.database.transact(work):
        steps += 1
    if steps:
        log.info("caught up", workspace_id=workspace_id, projection=name, until=end)
