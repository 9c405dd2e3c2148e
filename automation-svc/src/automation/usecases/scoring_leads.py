"""Keep the scores of leads: a fold over what is known about them and what they do, told to contacts-svc."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from automation.domain.scoring import (
    MODEL_VERSION,
    THRESHOLDS,
    LeadScore,
    ScoredSignal,
    Seen,
    behaviour_of,
    fit_of,
    kind_of,
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

log = logs.get("automation.scores")

SCORED = (
    "signal.created.v1",
    "signal.properties_changed.v1",
    "lead.properties_changed.v1",
)
FIT_FIELDS = ("employee_count", "title", "phone")
AT_ONCE = 50
AGAIN = timedelta(seconds=15)


def score_leads(session: Session, events: Sequence[Event]) -> int:
    """Returns the number of scores that changed. A lead has a score from its first signal on."""
    leads: set[tuple[str, str]] = set()
    signals = []
    for event in events:
        record = event.record
        if event.subject_type == "lead":
            if set(FIT_FIELDS) & event.changes.keys():
                leads.add((event.workspace_id, event.subject_id))
        elif ids.is_id(record.get("record_id") or "", "lead"):
            signals.append(
                {
                    "workspace_id": event.workspace_id,
                    "lead_id": record["record_id"],
                    "signal_id": event.subject_id,
                    "kind": kind_of(record),
                    "title": record.get("title"),
                    "at": clock.from_text(record["occurred_at"]),
                }
            )
    insert_if_absent(session, table_of(ScoredSignal), signals)
    begun = sorted({(signal["workspace_id"], signal["lead_id"]) for signal in signals})
    fresh = {"score": 0, "revision": 0, "is_told": True, "next_at": clock.now()}
    insert_if_absent(
        session,
        table_of(LeadScore),
        [{"workspace_id": workspace_id, "lead_id": lead_id, **fresh} for workspace_id, lead_id in begun],
    )
    return sum(_score(session, *key) for key in sorted(leads.union(begun)))


def _score(session: Session, workspace_id: str, lead_id: str) -> bool:
    """Fold anew. One at a time for a lead, so that no score is older than what it counts."""
    mine = (LeadScore.workspace_id == workspace_id, LeadScore.lead_id == lead_id)
    known = session.scalars(select(LeadScore).where(*mine).with_for_update()).first()
    if known is None:
        return False
    score = total(contributions_of(session, workspace_id, lead_id))
    if score == known.score:
        return False
    known.score, known.revision = score, known.revision + 1
    known.is_told, known.next_at = False, clock.now()
    return True


def contributions_of(session: Session, workspace_id: str, lead_id: str) -> list[dict[str, Any]]:
    """All that adds to the score of a lead."""
    about = session.scalar(
        select(reference.c.data).where(
            reference.c.workspace_id == workspace_id,
            reference.c.type == "lead",
            reference.c.id == lead_id,
        )
    )
    return [*fit_of(about or {}), *behaviour_of(signals_of(session, workspace_id, [lead_id])[lead_id])]


def signals_of(session: Session, workspace_id: str, lead_ids: Iterable[str]) -> dict[str, list[Seen]]:
    """What these leads did, as far as it counts."""
    found: dict[str, list[Seen]] = defaultdict(list)
    rows = session.execute(
        select(ScoredSignal.lead_id, ScoredSignal.kind, ScoredSignal.title, ScoredSignal.at).where(
            ScoredSignal.workspace_id == workspace_id, ScoredSignal.lead_id.in_(list(lead_ids))
        )
    )
    for row in rows:
        found[row.lead_id].append(Seen(row.kind, row.title, row.at))
    return found


def tell_scores(runtime: Runtime) -> None:
    """Bring the scores that contacts-svc does not have to it; what fails is tried again, what is gone is let go."""
    while due := runtime.database.transact(_due):
        for workspace_id, lead_id, score, revision in due:
            _tell(runtime, workspace_id, lead_id, score, revision)


def _due(session: Session) -> list[tuple[str, str, int, int]]:
    """Some scores to be told, claimed for a moment so that others leave them alone."""
    found = session.scalars(
        select(LeadScore)
        .where(LeadScore.is_told.is_(False), LeadScore.next_at <= clock.now())
        .order_by(LeadScore.next_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(**ACROSS)
    ).all()
    for one in found:
        one.next_at = clock.now() + AGAIN
    return [(one.workspace_id, one.lead_id, one.score, one.revision) for one in found]


def _tell(runtime: Runtime, workspace_id: str, lead_id: str, score: int, revision: int) -> None:
    if runtime.client is None:
        return
    ctx = system(workspace_id, "scoring")
    try:
        runtime.client.call(
            "contacts", "set_lead_score", ctx, lead_id=lead_id, score=score, revision=revision
        )
    except AppError as error:
        if error.kind not in HOPELESS and not is_permanent(error):
            log.warning("score not told yet", workspace_id=workspace_id, lead_id=lead_id, error=str(error))
            return
        log.info("score of a lead that is gone", workspace_id=workspace_id, lead_id=lead_id, error=str(error))

    def done(session: Session) -> None:
        session.execute(
            update(LeadScore)
            .where(
                LeadScore.workspace_id == workspace_id,
                LeadScore.lead_id == lead_id,
                LeadScore.revision == revision,
            )
            .values(is_told=True)
        )

    runtime.database.transact(done)


def lead_score(session: Session, ctx: Context, *, lead_id: str) -> dict[str, Any]:
    """The score of a lead with all that contributed, and the shortest way to each threshold it has not reached."""
    is_known = session.scalar(
        select(reference.c.id).where(
            reference.c.workspace_id == ctx.workspace_id,
            reference.c.type == "lead",
            reference.c.id == lead_id,
        )
    )
    if is_known is None:
        raise NotFound(what="lead", id=lead_id)
    contributions = contributions_of(session, ctx.workspace_id, lead_id)
    score = total(contributions)
    return {
        "score": score,
        "model": MODEL_VERSION,
        "contributions": contributions,
        "thresholds": [
            {"at": at, "is_reached": score >= at, "way": way_to(at, score, contributions)}
            for at in THRESHOLDS
        ],
    }
