"""Counts over the life of leads: who was qualified, what sales answered to marketing, how long an answer took."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from reporting.domain.deal_fact import WON, DealFact
from reporting.domain.lead_facts import LifecycleStepFact, ResponseFact
from reporting.domain.marketing_facts import LeadFact
from reporting.domain.metrics import COUNT, HOURS
from reporting.queries.inputs import ALL, LEADS, Input, Reading, Readings, Span, add
from reporting.queries.periods import period_before
from reporting.queries.sales_cycle import percentile

MQL = "mql"
FURTHER = ("sql", "opportunity", "customer", "evangelist")
CUSTOMER = ("customer", "evangelist")
NOT_ANSWERED = Reading(None, reason="No lead of the period was answered yet.")
_GROUPS = frozenset(LEADS.columns)


def _key(table: Any, span: Span) -> ColumnElement[Any]:
    return literal(ALL) if span.group_by == "none" else getattr(table, LEADS.columns[span.group_by])


def _leads_that(session: Session, span: Span, *conditions: ColumnElement[bool]) -> Readings:
    """The number of different leads with a step in the period, by the marks they had at that step."""
    key = _key(LifecycleStepFact, span)
    statement = select(
        key.label("key"), func.count(LifecycleStepFact.record_id.distinct()).label("leads")
    ).where(
        LifecycleStepFact.workspace_id == span.workspace_id,
        LifecycleStepFact.changed_on >= span.from_on,
        LifecycleStepFact.changed_on <= span.to_on,
        *conditions,
    )
    if span.group_by != "none":
        statement = statement.group_by(key)
    return {row.key: Reading(Fraction(row.leads), row.leads) for row in session.execute(statement)}


def _qualified(session: Session, span: Span) -> Readings:
    return _leads_that(session, span, LifecycleStepFact.to_stage == MQL)


def _qualified_before(session: Session, span: Span) -> Readings:
    return _qualified(session, span.during(*period_before(span.from_on, span.to_on, "previous")))


def _that_came_to(stages: Sequence[str]) -> Callable[[Session, Span], Readings]:
    """Of the leads qualified in the period, those that came to one of these stages afterwards, whenever."""
    later = LifecycleStepFact.__table__.alias("later")

    def read(session: Session, span: Span) -> Readings:
        came = (
            select(literal(1))
            .select_from(later)
            .where(
                later.c.workspace_id == span.workspace_id,
                later.c.record_id == LifecycleStepFact.record_id,
                later.c.sequence > LifecycleStepFact.sequence,
                later.c.to_stage.in_(stages),
            )
            .exists()
        )
        return _leads_that(session, span, LifecycleStepFact.to_stage == MQL, or_(came, _is_won(span, stages)))

    return read


def _is_won(span: Span, stages: Sequence[str]) -> ColumnElement[bool]:
    """A lead whose deal was won has come to be a customer, whoever said so."""
    lead = (
        select(LeadFact.deal_id)
        .where(LeadFact.workspace_id == span.workspace_id, LeadFact.record_id == LifecycleStepFact.record_id)
        .scalar_subquery()
    )
    return (
        select(DealFact.deal_id)
        .where(
            DealFact.workspace_id == span.workspace_id,
            DealFact.is_deleted.is_(False),
            DealFact.status == WON,
            or_(DealFact.lead_id == LifecycleStepFact.record_id, DealFact.deal_id == lead),
        )
        .exists()
    )


def _answered(*handoffs: str) -> Callable[[Session, Span], Readings]:
    """Leads that sales took, refused or sent back in the period."""
    return lambda session, span: _leads_that(session, span, LifecycleStepFact.handoff.in_(handoffs))


def _response(percent: int) -> Callable[[Session, Span], Readings]:
    """A percentile of the hours from the creation of a lead to the first answer, over the leads of the period."""

    def read(session: Session, span: Span) -> Readings:
        seconds: dict[str | None, list[int]] = defaultdict(list)
        for row in _responses(session, span):
            waited = max(timedelta(0), row.responded_at - row.created_at)
            seconds[row.key].append(waited // timedelta(seconds=1))
        return {
            key: Reading(percentile(sorted(Counter(some).items()), percent) / 3600, len(some))
            for key, some in seconds.items()
        }

    return read


def _responses(session: Session, span: Span) -> Sequence[Any]:
    # Of an owner: whoever answered, not who has the lead now.
    key: Any = ResponseFact.responder_id if span.group_by == "owner" else _key(LeadFact, span)
    return session.execute(
        select(key.label("key"), LeadFact.created_at, ResponseFact.responded_at)
        .join(
            ResponseFact,
            and_(
                ResponseFact.workspace_id == LeadFact.workspace_id,
                ResponseFact.record_id == LeadFact.record_id,
            ),
        )
        .where(
            LeadFact.workspace_id == span.workspace_id,
            LeadFact.is_deleted.is_(False),
            LeadFact.created_on >= span.from_on,
            LeadFact.created_on <= span.to_on,
        )
    ).all()


_STEPS = ("lead.lifecycle_stage",)
_CAME = (*_STEPS, "deal.status", "deal.lead_id")
_RESPONSE = ("lead.created_at", "activity.occurred_at", "activity.record_ids")

add(
    Input("leads_qualified", "Leads qualified (mql)", COUNT, _STEPS, _qualified, _GROUPS),
    Input(
        "leads_qualified_before",
        "Leads qualified in the period before",
        COUNT,
        _STEPS,
        _qualified_before,
        _GROUPS,
    ),
    Input(
        "qualified_accepted",
        "Of the qualified leads, those that became sql or more",
        COUNT,
        _CAME,
        _that_came_to(FURTHER),
        _GROUPS,
    ),
    Input(
        "qualified_won",
        "Of the qualified leads, those that became customers",
        COUNT,
        _CAME,
        _that_came_to(CUSTOMER),
        _GROUPS,
    ),
    Input("leads_accepted", "Leads that sales accepted", COUNT, _STEPS, _answered("accepted"), _GROUPS),
    Input(
        "leads_answered",
        "Leads that sales accepted, rejected or recycled",
        COUNT,
        _STEPS,
        _answered("accepted", "rejected", "recycled"),
        _GROUPS,
    ),
    Input(
        "response_median",
        "Median time to the first answer",
        HOURS,
        _RESPONSE,
        _response(50),
        _GROUPS,
        absent=NOT_ANSWERED,
    ),
    Input(
        "response_p90",
        "90th percentile of the time to the first answer",
        HOURS,
        _RESPONSE,
        _response(90),
        _GROUPS,
        absent=NOT_ANSWERED,
    ),
)
