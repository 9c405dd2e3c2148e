"""Keep the scores of leads and the health of customers: a fold over what is known and what happens.

Both are told to contacts-svc, which owns leads and accounts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from automation.domain.conditions import ACTIVITY
from automation.domain.conditions import CONTRACT as CONTRACTS
from automation.domain.conditions import SIGNAL as SIGNALS
from automation.domain.scoring import (
    CALL,
    CANCELLED,
    CONTRACT,
    EMAIL,
    MEETING,
    MODELS,
    RENEWED,
    SUPPORT,
    USAGE,
    Model,
    Score,
    ScoredFact,
    Seen,
    behaviour_of,
    fit_of,
    kind_of,
    moves_at,
    total,
    way_to,
)
from automation.usecases.run_steps import HOPELESS
from chassis import clock, ids, logs
from chassis.context import Context, system
from chassis.envelope import Event
from chassis.errors import AppError, NotFound
from chassis.guard import ACROSS
from chassis.inbox import is_permanent
from chassis.operation import Runtime
from chassis.reading import table_of
from chassis.sql import insert_if_absent
from chassis.tables import reference
from messages.contacts import HEALTH_MODEL

log = logs.get("automation.scores")

LEAD, ACCOUNT, PERSON = "lead", "account", "contact"
SCORED = (
    "signal.created.v1",
    "signal.properties_changed.v1",
    "lead.properties_changed.v1",
    "activity.created.v1",
    "activity.properties_changed.v1",
    "contract.created.v1",
    "contract.arr_moved.v1",
    "contract.renewed.v1",
    "contract.cancelled.v1",
)
FIT_FIELDS = ("employee_count", "title", "phone")
_OF_CONTRACTS = {"renewed": RENEWED, "cancelled": CANCELLED}
NOT_HELD = ("no_show", "cancelled")
CONNECTED = "connected"
AT_ONCE = 50
AGAIN = timedelta(seconds=15)

Key = tuple[str, str]
"""A workspace and a record in it."""


def score_records(session: Session, events: Sequence[Event]) -> int:
    """Returns the number of scores that changed.

    A lead has a score from its first signal on, an account from its first contract on; what happened before counts.
    """
    accounts = _accounts_of_people(session, events)
    facts = [fact for event in events for fact in _facts(event, accounts)]
    for event in events:
        if event.subject_type == ACTIVITY and event.record.get("outcome") in NOT_HELD:
            _forget(session, event, _accounts(event, accounts))
    insert_if_absent(session, table_of(ScoredFact), facts)
    begun = {
        (fact["workspace_id"], fact["record_id"])
        for fact in facts
        if fact["kind"] == CONTRACT or ids.is_id(fact["record_id"], LEAD)
    }
    fresh = {"revision": 0, "is_told": True, "next_at": clock.now(), "again_at": None}
    rows = [
        {"workspace_id": workspace_id, "record_id": record_id, "score": _nothing(record_id), **fresh}
        for workspace_id, record_id in sorted(begun)
    ]
    insert_if_absent(session, table_of(Score), rows)
    touched = begun | {(fact["workspace_id"], fact["record_id"]) for fact in facts}
    for event in events:
        if event.subject_type == LEAD and set(FIT_FIELDS) & event.changes.keys():
            touched.add((event.workspace_id, event.subject_id))
        if event.subject_type == ACTIVITY:
            touched |= {(event.workspace_id, account) for account in _accounts(event, accounts)}
    return sum(_score(session, key) for key in sorted(_scored(session, touched)))


def _scored(session: Session, keys: set[Key]) -> set[Key]:
    """Those of these records that have a score; most that calls and meetings are about have none."""
    if not keys:
        return set()
    rows = session.execute(
        select(Score.workspace_id, Score.record_id).where(
            Score.workspace_id.in_({workspace_id for workspace_id, _ in keys}),
            Score.record_id.in_({record_id for _, record_id in keys}),
        )
    )
    return {(row.workspace_id, row.record_id) for row in rows} & keys


def _nothing(record_id: str) -> int:
    """What is told of nobody: a lead of whom nothing is known has no points, a customer's health is always news."""
    return 0 if ids.is_id(record_id, LEAD) else -1


def _facts(event: Event, accounts: Mapping[Key, str]) -> list[dict[str, Any]]:
    record = event.record
    if event.subject_type == SIGNALS and ids.is_id(record.get("record_id") or "", LEAD):
        return [
            _fact(event, record["record_id"], kind_of(record), record.get("title"), record["occurred_at"])
        ]
    if event.subject_type == SIGNALS and record["kind"] == USAGE:
        title, at = record.get("title"), record["occurred_at"]
        return [_fact(event, account, USAGE, title, at) for account in _accounts(event, accounts)]
    if event.subject_type == ACTIVITY:
        kind = _kind_of_activity(record)
        if kind is None:
            return []
        subject, at = record.get("subject"), record.get("occurred_at") or record["created_at"]
        return [_fact(event, account, kind, subject, at) for account in _accounts(event, accounts)]
    if event.subject_type == CONTRACTS:
        kind = _OF_CONTRACTS.get(event.type.split(".")[1], CONTRACT)
        at = clock.to_text(event.time)
        return [_fact(event, record["account_id"], kind, record.get("name"), at)]
    return []


def _fact(event: Event, record_id: str, kind: str, title: Any, at: str) -> dict[str, Any]:
    # A contract is renewed again and again; anything else counts once, whatever is told of it.
    fact_id = event.id if kind in _OF_CONTRACTS.values() else event.subject_id
    return {
        "workspace_id": event.workspace_id,
        "record_id": record_id,
        "fact_id": fact_id,
        "kind": kind,
        "title": str(title)[:300] if title else None,
        "at": clock.from_text(at),
    }


def _kind_of_activity(record: Mapping[str, Any]) -> str | None:
    """As what an activity counts; None for those that do not, like a call that nobody answered."""
    kind, outcome = record.get("kind"), record.get("outcome")
    if kind == "call" and outcome == CONNECTED:
        return SUPPORT if record.get("purpose") == "support" else CALL
    if kind == "meeting" and outcome not in NOT_HELD:
        return MEETING
    return EMAIL if kind == "email" else None


def _about(event: Event) -> list[str]:
    about = (
        event.record.get("record_ids") if event.subject_type == ACTIVITY else [event.record.get("record_id")]
    )
    return [str(one) for one in about or () if one]


def _accounts(event: Event, accounts: Mapping[Key, str]) -> list[str]:
    """The accounts that an activity or a signal is about, also by way of their people; each once."""
    if event.subject_type not in (ACTIVITY, SIGNALS):
        return []
    found = [
        one if ids.is_id(one, ACCOUNT) else accounts.get((event.workspace_id, one)) for one in _about(event)
    ]
    return list(dict.fromkeys(one for one in found if one))


def _accounts_of_people(session: Session, events: Sequence[Event]) -> dict[Key, str]:
    people = {
        (event.workspace_id, one)
        for event in events
        if event.subject_type in (ACTIVITY, SIGNALS)
        for one in _about(event)
        if ids.is_id(one, PERSON)
    }
    if not people:
        return {}
    rows = session.execute(
        select(reference.c.workspace_id, reference.c.id, reference.c.data).where(
            reference.c.workspace_id.in_({workspace_id for workspace_id, _ in people}),
            reference.c.type == PERSON,
            reference.c.id.in_({record_id for _, record_id in people}),
        )
    )
    return {(row.workspace_id, row.id): row.data["account_id"] for row in rows if row.data.get("account_id")}


def _forget(session: Session, event: Event, accounts: Sequence[str]) -> None:
    """A meeting that did not take place counts no more."""
    session.execute(
        delete(ScoredFact).where(
            ScoredFact.workspace_id == event.workspace_id,
            ScoredFact.record_id.in_(accounts),
            ScoredFact.fact_id == event.subject_id,
        )
    )


def _score(session: Session, key: Key) -> bool:
    """Fold anew. One at a time for a record, so that no score is older than what it counts."""
    workspace_id, record_id = key
    mine = (Score.workspace_id == workspace_id, Score.record_id == record_id)
    known = session.scalars(select(Score).where(*mine).with_for_update()).first()
    if known is None:
        return False
    model, now = model_of(record_id), clock.now()
    facts = facts_of(session, workspace_id, [record_id])[record_id]
    known.again_at = moves_at(model, facts, now)
    score = total(model, _contributions(session, workspace_id, record_id, facts))
    if score == known.score:
        return False
    known.score, known.revision = score, known.revision + 1
    known.is_told, known.next_at = False, now
    return True


def model_of(record_id: str) -> Model:
    return MODELS[ids.prefix_of(record_id)]


def _contributions(
    session: Session, workspace_id: str, record_id: str, facts: Sequence[Seen]
) -> list[dict[str, Any]]:
    """All that adds to a score, or speaks against it."""
    model = model_of(record_id)
    fit = fit_of(_known(session, workspace_id, record_id) or {}) if ids.is_id(record_id, LEAD) else []
    return [*fit, *behaviour_of(model, facts, clock.now())]


def _known(session: Session, workspace_id: str, record_id: str) -> dict[str, Any] | None:
    """What is known about a record here; None for one that was not heard of."""
    data: dict[str, Any] | None = session.scalar(
        select(reference.c.data).where(
            reference.c.workspace_id == workspace_id,
            reference.c.type == ids.prefix_of(record_id),
            reference.c.id == record_id,
        )
    )
    return data


def facts_of(session: Session, workspace_id: str, record_ids: Iterable[str]) -> dict[str, list[Seen]]:
    """What happened to these records, as far as it counts."""
    found: dict[str, list[Seen]] = defaultdict(list)
    rows = session.execute(
        select(ScoredFact.record_id, ScoredFact.kind, ScoredFact.title, ScoredFact.at).where(
            ScoredFact.workspace_id == workspace_id, ScoredFact.record_id.in_(list(record_ids))
        )
    )
    for row in rows:
        found[row.record_id].append(Seen(row.kind, row.title, row.at))
    return found


def tell_scores(runtime: Runtime) -> None:
    """Fold those that move by themselves now, and bring to contacts-svc what it does not have.

    What fails is tried again, what is gone is let go.
    """
    while runtime.database.transact(_fold_again) == AT_ONCE:
        pass
    while due := runtime.database.transact(_due):
        for workspace_id, record_id, score, revision in due:
            _tell(runtime, workspace_id, record_id, score, revision)


def _fold_again(session: Session) -> int:
    """Returns how many there were; one that has moved is due at another time afterwards."""
    rows = session.execute(
        select(Score.workspace_id, Score.record_id)
        .where(Score.again_at <= clock.now())
        .order_by(Score.again_at)
        .limit(AT_ONCE)
        .execution_options(**ACROSS)
    ).all()
    for row in sorted(rows, key=lambda one: (one.workspace_id, one.record_id)):
        _score(session, (row.workspace_id, row.record_id))
    return len(rows)


def _due(session: Session) -> list[tuple[str, str, int, int]]:
    """Some scores to be told, claimed for a moment so that others leave them alone."""
    found = session.scalars(
        select(Score)
        .where(Score.is_told.is_(False), Score.next_at <= clock.now())
        .order_by(Score.next_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(**ACROSS)
    ).all()
    for one in found:
        one.next_at = clock.now() + AGAIN
    return [(one.workspace_id, one.record_id, one.score, one.revision) for one in found]


def _tell(runtime: Runtime, workspace_id: str, record_id: str, score: int, revision: int) -> None:
    if runtime.client is None:
        return
    ctx = system(workspace_id, "scoring")
    try:
        if ids.is_id(record_id, LEAD):
            runtime.client.call(
                "contacts", "set_lead_score", ctx, lead_id=record_id, score=score, revision=revision
            )
        else:
            source = f"{HEALTH_MODEL} {model_of(record_id).version}"
            runtime.client.call(
                "contacts",
                "set_account_health",
                ctx,
                account_id=record_id,
                health=score,
                source=source,
                revision=revision,
            )
    except AppError as error:
        if error.kind not in HOPELESS and not is_permanent(error):
            log.warning(
                "score not told yet", workspace_id=workspace_id, record_id=record_id, error=str(error)
            )
            return
        log.info(
            "score of a record that is gone", workspace_id=workspace_id, record_id=record_id, error=str(error)
        )

    def done(session: Session) -> None:
        session.execute(
            update(Score)
            .where(
                Score.workspace_id == workspace_id,
                Score.record_id == record_id,
                Score.revision == revision,
            )
            .values(is_told=True)
        )

    runtime.database.transact(done)


def lead_score(session: Session, ctx: Context, *, lead_id: str) -> dict[str, Any]:
    """The score of a lead with all that contributed, and the shortest way to each threshold it has not reached."""
    return _explained(session, ctx, lead_id)


def account_health(session: Session, ctx: Context, *, account_id: str) -> dict[str, Any]:
    """The health of a customer as the model has it; no score for an account that never had a contract."""
    found = _explained(session, ctx, account_id)
    is_customer = session.get(Score, (ctx.workspace_id, account_id)) is not None
    return found if is_customer else {**found, "score": None}


def _explained(session: Session, ctx: Context, record_id: str) -> dict[str, Any]:
    if _known(session, ctx.workspace_id, record_id) is None:
        raise NotFound(what=ids.prefix_of(record_id), id=record_id)
    model = model_of(record_id)
    facts = facts_of(session, ctx.workspace_id, [record_id])[record_id]
    contributions = _contributions(session, ctx.workspace_id, record_id, facts)
    score = total(model, contributions)
    return {
        "score": score,
        "model": model.version,
        "begins_with": model.begins_with,
        "contributions": contributions,
        "thresholds": [
            {"at": at, "is_reached": score >= at, "way": way_to(model, at, score, contributions)}
            for at in model.thresholds
        ],
    }
