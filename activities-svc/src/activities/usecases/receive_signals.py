"""Receive signals in batches: each once, however often it is sent, and each with its person once that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from activities.domain.signal import Signal, SignalKey, Visitor
from chassis import contracts
from chassis.context import Context
from chassis.errors import FieldError, Invalid
from chassis.reading import table_of
from chassis.sql import insert_if_absent
from chassis.tables import reference
from chassis.unit_of_work import UnitOfWork

_SCHEMA = contracts.module_of("activities").SignalWrite()
AHEAD = timedelta(days=1)
MOST_STITCHED = 1000

Outcome = dict[str, Any]


def receive_signals(
    uow: UnitOfWork,
    ctx: Context,
    *,
    signals: Sequence[Any],
    unknown: frozenset[str] = frozenset(),
    by_email: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """One outcome a signal, in order: accepted, duplicate or failed; one that fails holds up no other.

    `unknown` are the named people that nobody has, `by_email` those found by their address.
    """
    outcomes: list[Outcome] = []
    good: list[tuple[Outcome, dict[str, Any]]] = []
    for sent in signals:
        outcome: Outcome = {"event_id": _event_id(sent), "outcome": "failed", "id": None, "record_id": None}
        outcomes.append({**outcome, "errors": [], "note": None})
        values, errors = _read(sent, ctx, unknown)
        outcomes[-1]["errors"] = errors
        if not errors:
            good.append((outcomes[-1], values))
    fresh = _fresh(uow, [values["event_id"] for _, values in good])
    for _, values in good:
        values["record_id"] = values.get("record_id") or (by_email or {}).get(values.get("email") or "")
    people = _identify(uow, ctx, [values for _, values in good])
    owners = _owners(uow, people.values(), [values["record_id"] for _, values in good])
    for outcome, values in good:
        if values["event_id"] not in fresh:
            outcome["outcome"] = "duplicate"
            continue
        fresh.discard(values["event_id"])
        known = people.get(values.get("visitor_id") or "")
        if known and values["record_id"] and known != values["record_id"]:
            outcome["note"] = f"The visitor was identified as {known} before, and stays so."
        values["record_id"] = values["record_id"] or known
        values["owner_id"] = owners.get(values["record_id"] or "")
        signal = Signal(id=Signal.new_id(), **values)
        uow.bring(signal)
        outcome.update(outcome="accepted", id=signal.id, record_id=values["record_id"])
    return {"data": outcomes}


def _event_id(sent: Any) -> str | None:
    found = sent.get("event_id") if isinstance(sent, Mapping) else None
    return found if isinstance(found, str) else None


def _read(sent: Any, ctx: Context, unknown: frozenset[str]) -> tuple[dict[str, Any], list[FieldError]]:
    """The values of a signal, or what is wrong with it."""
    if not isinstance(sent, Mapping):
        return {}, [
            {"pointer": "/", "code": "invalid_value", "message": "A signal is an object with named values."}
        ]
    try:
        values = contracts.load(_SCHEMA, sent)
    except Invalid as error:
        return {}, error.errors
    values.setdefault("occurred_at", ctx.now)
    if values["occurred_at"] > ctx.now + AHEAD:
        return {}, [
            _error(
                "occurred_at", "in_the_future", "A signal is not from the future; check the sender's clock."
            )
        ]
    if values.get("record_id") in unknown:
        message = f"There is no lead or contact with the id {values['record_id']}."
        return {}, [_error("record_id", "unknown_reference", message)]
    return values, []


def _error(field: str, code: str, message: str) -> FieldError:
    return {"pointer": f"/{field}", "code": code, "message": message}


def _fresh(uow: UnitOfWork, event_ids: Iterable[str]) -> set[str]:
    """Those that were never received. In one order, so that two batches never wait for each other crosswise."""
    rows = [
        {"workspace_id": uow.ctx.workspace_id, "event_id": event_id} for event_id in sorted(set(event_ids))
    ]
    return {event_id for _, event_id in insert_if_absent(uow.session, table_of(SignalKey), rows)}


def _identify(uow: UnitOfWork, ctx: Context, signals: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Who the visitors are. What those did before who are identified now becomes theirs."""
    visitors = {values["visitor_id"] for values in signals if values.get("visitor_id")}
    if not visitors:
        return {}
    named: dict[str, str] = {}
    for values in signals:
        if values.get("visitor_id") and values["record_id"]:
            named.setdefault(values["visitor_id"], values["record_id"])
    rows = [
        {
            "workspace_id": ctx.workspace_id,
            "visitor_id": visitor_id,
            "record_id": named[visitor_id],
            "identified_at": ctx.now,
        }
        for visitor_id in sorted(named)
    ]
    new = {visitor_id for _, visitor_id in insert_if_absent(uow.session, table_of(Visitor), rows)}
    known = {
        row.visitor_id: row.record_id
        for row in uow.session.execute(
            select(Visitor.visitor_id, Visitor.record_id).where(
                Visitor.workspace_id == ctx.workspace_id, Visitor.visitor_id.in_(visitors)
            )
        )
    }
    _stitch(uow, {visitor_id: known[visitor_id] for visitor_id in new})
    return known


def _stitch(uow: UnitOfWork, people: Mapping[str, str]) -> None:
    """Give the newest signals of these visitors to the people they turned out to be."""
    if not people:
        return
    owners = _owners(uow, people.values(), ())
    earlier = uow.scalars(
        select(Signal)
        .where(
            Signal.workspace_id == uow.ctx.workspace_id,
            Signal.visitor_id.in_(people),
            Signal.record_id.is_(None),
        )
        .order_by(Signal.occurred_at.desc())
        .limit(MOST_STITCHED)
    )
    for signal in sorted(earlier, key=lambda one: one.occurred_at):
        person = people[signal.visitor_id or ""]
        signal.record_id, signal.owner_id = person, owners.get(person)


def _owners(uow: UnitOfWork, *groups: Iterable[str | None]) -> dict[str, str]:
    """Who owns these people, as far as it was heard of."""
    wanted = {person for group in groups for person in group if person}
    if not wanted:
        return {}
    rows = uow.session.execute(
        select(reference.c.id, reference.c.owner_id).where(
            reference.c.workspace_id == uow.ctx.workspace_id,
            reference.c.id.in_(wanted),
            reference.c.owner_id.is_not(None),
        )
    )
    return {row.id: row.owner_id for row in rows}
