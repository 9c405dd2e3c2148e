"""Count the facts that a workflow waits for, and say whether this one makes it fire."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from automation.domain import actions
from automation.domain.counting import (
    USUAL_WINDOW,
    Count,
    CountedFact,
    counted_for,
    fires,
    moment_of,
)
from automation.domain.fact import Fact
from automation.domain.workflow import Workflow
from chassis.reading import table_of
from chassis.sql import insert_if_absent


def is_reached(session: Session, workflow: Workflow, fact: Fact) -> bool:
    """Counts the fact, once. One at a time for a workflow and a record, so that two cannot both be the third."""
    record_id = counted_for(fact)
    if record_id is None:
        return False
    key = {"workspace_id": fact.workspace_id, "workflow_id": workflow.id, "record_id": record_id}
    insert_if_absent(session, table_of(Count), [{**key, "fired_at": None}])
    count = session.scalars(select(Count).filter_by(**key).with_for_update()).one()
    at, window = moment_of(fact), actions.duration(workflow.trigger.get("within") or USUAL_WINDOW)
    row = {**key, "fact_id": fact.record_id, "at": at}
    if not insert_if_absent(session, table_of(CountedFact), [row]):
        return False
    mine = [getattr(CountedFact, name) == value for name, value in key.items()]
    wanted = int(workflow.trigger["count"])
    others = select(CountedFact.at).where(*mine, CountedFact.fact_id != fact.record_id).limit(wanted - 1)
    before = others.where(CountedFact.at > at - window, CountedFact.at <= at).order_by(CountedFact.at.desc())
    after = others.where(CountedFact.at > at, CountedFact.at < at + window).order_by(CountedFact.at)
    near = [*session.scalars(before), *session.scalars(after)]
    has_fired, fired_at = fires(at, near, wanted, window, count.fired_at)
    table = table_of(Count)
    session.execute(
        update(table)
        .where(*(table.c[name] == value for name, value in key.items()))
        .values(fired_at=fired_at)
    )
    session.execute(delete(CountedFact).where(*mine, CountedFact.at <= at - window * 2))
    session.expire(count)
    return has_fired
