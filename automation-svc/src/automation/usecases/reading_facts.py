"""Turns events into facts: adds the names of stages, owners and accounts out of the local copies, in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain.conditions import CONTRACT, SIGNAL, subject_of
from automation.domain.fact import Fact, moment_of
from automation.domain.scoring import said
from automation.domain.trigger import ENTERS_STAGE, OPENED
from automation.usecases.scoring import facts_of
from chassis.envelope import Event
from chassis.tables import reference

LINKS = ("owner_id", "account_id", "pipeline_id", "record_id")
AUTOMATIC, SOMEBODY = "Automation", "Somebody"


class StageUnknown(RuntimeError):
    """A deal's pipeline has not been heard of yet; the event is tried again in a moment."""


def read_facts(session: Session, events: Sequence[Event]) -> list[Fact]:
    """The facts of some events, in order; raises `StageUnknown` when the stage a deal was opened in has no name yet."""
    copies = _copies(session, events)
    did = _did(session, events)
    return [_fact(event, copies, did) for event in events]


def _did(session: Session, events: Sequence[Event]) -> dict[str, dict[str, str]]:
    """What the leads did whose score moved, in words; ids are unique across workspaces."""
    scored: dict[str, set[str]] = defaultdict(set)
    for event in events:
        if event.subject_type == "lead" and "score" in event.changes:
            scored[event.workspace_id].add(event.subject_id)
    return {
        lead_id: said(signals)
        for workspace_id, lead_ids in scored.items()
        for lead_id, signals in facts_of(session, workspace_id, sorted(lead_ids)).items()
    }


def _copies(session: Session, events: Sequence[Event]) -> dict[tuple[str, str], Any]:
    wanted = {event.record[link] for event in events for link in LINKS if event.record.get(link)}
    wanted |= {actor for event in events if not (actor := _actor(event)).startswith("system:")}
    if not wanted:
        return {}
    rows = session.execute(
        select(reference.c.workspace_id, reference.c.id, reference.c.label, reference.c.data).where(
            reference.c.workspace_id.in_({event.workspace_id for event in events}), reference.c.id.in_(wanted)
        )
    )
    return {(row.workspace_id, row.id): row for row in rows}


def _actor(event: Event) -> str:
    return event.on_behalf_of or event.actor


def _fact(event: Event, copies: Mapping[tuple[str, str], Any], did: Mapping[str, dict[str, str]]) -> Fact:
    record = dict(event.record)
    for link in ("owner_id", "account_id"):
        copy = copies.get((event.workspace_id, record.get(link) or ""))
        record[link.removesuffix("_id")] = {"name": copy.label if copy is not None else None}
    if event.subject_type == "lead":
        record["did"] = did.get(event.subject_id, {})
    if event.subject_type == SIGNAL:
        person = copies.get((event.workspace_id, record.get("record_id") or ""))
        record["person"] = {"name": person.label if person is not None else SOMEBODY}
    # Its owner says how important the customer is: the copies here know their names only.
    record["account"]["tier"] = event.data.get("account_tier")
    if event.subject_type == CONTRACT:
        record["anniversary"] = {name: event.data.get(name) for name in ("years", "is_expanded")}
    actor = _actor(event)
    who = copies.get((event.workspace_id, actor))
    record["actor"] = {
        "name": who.label if who is not None else AUTOMATIC if actor.startswith("system:") else SOMEBODY
    }
    record["event"] = {"origin": event.origin}
    if event.subject_type == "deal":
        record["stage"] = _stage(event, copies)
    return Fact(
        event_id=event.id,
        event_type=event.type,
        workspace_id=event.workspace_id,
        record_type=subject_of(event.type),
        record_id=event.subject_id,
        record=record,
        changes=event.changes,
        at=moment_of(event.data, event.time),
        told_at=event.time,
        actor=actor,
        depth=event.depth,
        request_id=event.request_id,
        origin=event.origin,
        entered_stage=record["stage"]["name"] if event.type in (ENTERS_STAGE, OPENED) else None,
        is_quiet=event.is_quiet,
        enrolled_in=event.data.get("workflow_id"),
    )


def _stage(event: Event, copies: Mapping[tuple[str, str], Any]) -> dict[str, Any]:
    """The stage of a deal: as the event tells, else as the pipeline's copy has it."""
    if event.data.get("to_stage"):
        return {"name": event.data["to_stage"], "kind": event.data.get("to_stage_kind")}
    pipeline = copies.get((event.workspace_id, event.record.get("pipeline_id") or ""))
    stages = pipeline.data.get("stages") or [] if pipeline is not None else []
    for stage in stages:
        if stage["id"] == event.record.get("stage_id"):
            return {"name": stage["name"], "kind": stage["kind"]}
    if event.type == OPENED:
        raise StageUnknown(f"the pipeline {event.record.get('pipeline_id')} has not been heard of yet")
    return {"name": None, "kind": event.record.get("status")}
