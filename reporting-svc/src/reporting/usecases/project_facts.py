"""Keep facts true: the newest state of each record is current, those before it keep the time they held.

Doing it again, late or in another order gives the same rows: a sequence seen before is passed over, and news that
arrives late takes its place among the states before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import upsert
from reporting.domain.archive import Archive
from reporting.domain.facts import Facts
from reporting.domain.validity import State, chain


def projecting(facts: Facts) -> Callable[[Session, Sequence[Event]], None]:
    """A batch listener that brings these facts up to date."""

    def project(session: Session, events: Sequence[Event]) -> None:
        by_workspace: dict[str, list[State]] = defaultdict(list)
        for event in events:
            by_workspace[event.workspace_id].append(facts.state_of(event))
        for workspace_id in sorted(by_workspace):
            _project(session, facts, workspace_id, by_workspace[workspace_id])

    return project


def _project(session: Session, facts: Facts, workspace_id: str, told: Sequence[State]) -> None:
    # One writer at a time in a workspace, as in the archive: two lanes may bring news of the same record.
    session.execute(select(Archive.position).where(Archive.workspace_id == workspace_id).with_for_update())
    key = facts.key
    known = {
        state[key]: state
        for state in _rows(session, facts, facts.current, workspace_id, {state[key] for state in told})
    }
    states: dict[str, list[State]] = defaultdict(list)
    out_of_order: set[str] = set()
    for state in told:
        current = known.get(state[key])
        if current is not None and state["sequence"] == current["sequence"]:
            continue
        states[state[key]].append(state)
        if current is not None and (
            state["sequence"] < current["sequence"] or state["valid_from"] < current["valid_from"]
        ):
            out_of_order.add(state[key])
    for before in _rows(session, facts, facts.before, workspace_id, out_of_order):
        before.pop("valid_to")
        states[before[key]].append(before)
    current_rows: list[State] = []
    rows_before: list[State] = []
    for record_id, its_states in states.items():
        current, before_it = chain([*its_states, *([known[record_id]] if record_id in known else [])])
        if current != known.get(record_id):
            current_rows.append(current)
        rows_before += before_it
    upsert(session, table_of(facts.current), current_rows, newer="sequence")
    upsert(session, table_of(facts.before), rows_before)


def _rows(
    session: Session, facts: Facts, cls: type[Any], workspace_id: str, record_ids: Iterable[str]
) -> list[State]:
    """The stored states of some records."""
    wanted = list(record_ids)
    if not wanted:
        return []
    table = table_of(cls)
    rows = session.execute(
        select(table).where(table.c.workspace_id == workspace_id, table.c[facts.key].in_(wanted))
    )
    return [dict(row._mapping) for row in rows]
