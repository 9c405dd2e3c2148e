"""Keep the facts about deals true: the newest state of each is current, those before it keep the time they held.

Doing it again, late or in another order gives the same rows: a sequence seen before is passed over, and news that
arrives late takes its place among the states before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import upsert
from reporting.domain.archive import Archive
from reporting.domain.deal_fact import DealFact, DealVersion, state_of
from reporting.domain.validity import State, chain

DEAL_EVENTS = (
    "deal.created.v1",
    "deal.properties_changed.v1",
    "deal.stage_moved.v1",
    "deal.won.v1",
    "deal.lost.v1",
    "deal.reopened.v1",
    "deal.deleted.v1",
    "deal.restored.v1",
)


def project_deals(session: Session, events: Sequence[Event]) -> None:
    """Bring the facts about the deals in `events` up to date."""
    by_workspace: dict[str, list[State]] = defaultdict(list)
    for event in events:
        by_workspace[event.workspace_id].append(state_of(event))
    for workspace_id in sorted(by_workspace):
        _project(session, workspace_id, by_workspace[workspace_id])


def _project(session: Session, workspace_id: str, told: Sequence[State]) -> None:
    # One writer at a time in a workspace, as in the archive: two lanes may bring news of the same deal.
    session.execute(select(Archive.position).where(Archive.workspace_id == workspace_id).with_for_update())
    deal_ids = {state["deal_id"] for state in told}
    known = {state["deal_id"]: state for state in _rows(session, DealFact, workspace_id, deal_ids)}
    states: dict[str, list[State]] = defaultdict(list)
    out_of_order: set[str] = set()
    for state in told:
        current = known.get(state["deal_id"])
        if current is not None and state["sequence"] == current["sequence"]:
            continue
        states[state["deal_id"]].append(state)
        if current is not None and (
            state["sequence"] < current["sequence"] or state["valid_from"] < current["valid_from"]
        ):
            out_of_order.add(state["deal_id"])
    for before in _rows(session, DealVersion, workspace_id, out_of_order):
        before.pop("valid_to")
        states[before["deal_id"]].append(before)
    current_rows: list[State] = []
    rows_before: list[State] = []
    for deal_id, its_states in states.items():
        current, before_it = chain([*its_states, *([known[deal_id]] if deal_id in known else [])])
        if current != known.get(deal_id):
            current_rows.append(current)
        rows_before += before_it
    upsert(session, table_of(DealFact), current_rows, newer="sequence")
    upsert(session, table_of(DealVersion), rows_before)


def _rows(
    session: Session, cls: type[DealFact] | type[DealVersion], workspace_id: str, deal_ids: Iterable[str]
) -> list[State]:
    """The stored states of some deals."""
    wanted = list(deal_ids)
    if not wanted:
        return []
    table = table_of(cls)
    rows = session.execute(
        select(table).where(table.c.workspace_id == workspace_id, table.c.deal_id.in_(wanted))
    )
    return [dict(row._mapping) for row in rows]
