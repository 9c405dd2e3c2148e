"""Facts about contracts: their state, every movement of their annual recurring revenue, and the end of each term."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Index, Integer, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from chassis.envelope import Event
from chassis.money import Amount
from chassis.reading import table_of
from chassis.sql import upsert
from reporting.domain.base import Base
from reporting.domain.facts import RECORD, Before, Current, Facts, Stated, day, stated, told_of
from reporting.domain.validity import State


class _Contract(Stated):
    account_id: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    term: Mapped[int] = mapped_column(Integer)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    renews_on: Mapped[date] = mapped_column(Date)
    cancelled_on: Mapped[date | None] = mapped_column(Date)
    renewal_deal_id: Mapped[str | None] = mapped_column(String(40))


class ContractFact(_Contract, Current, Base):
    """A contract as it is; `amount` is its annual recurring revenue."""

    __tablename__ = "contract_fact"
    __table_args__ = (
        Index("ix_contract_fact_account", "workspace_id", "is_deleted", "account_id"),
        Index("ix_contract_fact_renewal", "workspace_id", "renewal_deal_id"),
    )


class ContractVersion(_Contract, Before, Base):
    """A contract as it was."""

    __tablename__ = "contract_version"


def _contract_of(event: Event) -> State:
    record = event.record
    return {
        **stated(event),
        **{
            name: record.get(name) for name in ("account_id", "owner_id", "status", "term", "renewal_deal_id")
        },
        "amount": Decimal(record["arr"]["amount"]),
        "currency": record["arr"]["currency"],
        **{name: day(record.get(name)) for name in ("starts_on", "ends_on", "renews_on", "cancelled_on")},
    }


CONTRACTS = Facts(
    told_of("contract", "arr_moved", "renewed", "cancelled", "renewal_opened"),
    ContractFact,
    ContractVersion,
    _contract_of,
)


class ArrMovementFact(Base):
    """One movement; told once, never changed."""

    __tablename__ = "arr_movement_fact"
    __table_args__ = (Index("ix_arr_movement_fact_day", "workspace_id", "moved_on"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    moved_on: Mapped[date] = mapped_column(Date)
    arr_before: Mapped[Decimal] = mapped_column(Amount)
    arr_after: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))


class TermFact(Base):
    """A term of a contract: the day it was to be renewed, and whether it was."""

    __tablename__ = "term_fact"
    __table_args__ = (Index("ix_term_fact_due", "workspace_id", "due_on"),)

    workspace_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    term: Mapped[int] = mapped_column(Integer, primary_key=True)
    sequence: Mapped[int] = mapped_column(Integer)
    due_on: Mapped[date] = mapped_column(Date)
    is_renewed: Mapped[bool]


ARR_EVENTS = ("contract.arr_moved.v1",)
TERM_EVENTS = ("contract.created.v1", "contract.properties_changed.v1", "contract.renewed.v1")


def note_movements(session: Session, events: Sequence[Event]) -> None:
    """Keep every movement, once."""
    rows = [
        {
            "workspace_id": event.workspace_id,
            RECORD: event.subject_id,
            "sequence": event.sequence,
            "kind": event.data["kind"],
            "moved_on": day(event.data["moved_on"]),
            "arr_before": Decimal(event.data["arr_before"]["amount"]),
            "arr_after": Decimal(event.data["arr_after"]["amount"]),
            "currency": event.data["arr_after"]["currency"],
        }
        for event in events
    ]
    upsert(session, table_of(ArrMovementFact), rows)


def note_terms(session: Session, events: Sequence[Event]) -> None:
    """Keep what became of each term; of several news of one the last that was told counts."""
    newest: dict[tuple[str, str, int], dict[str, Any]] = {}
    for event in events:
        for term in _terms(event):
            key = (term["workspace_id"], term[RECORD], term["term"])
            if key not in newest or newest[key]["sequence"] < term["sequence"]:
                newest[key] = term
    upsert(session, table_of(TermFact), list(newest.values()), newer="sequence")


def _terms(event: Event) -> list[dict[str, Any]]:
    """The term that runs after the event, and the one that a renewal ended."""
    record = event.record
    common = {"workspace_id": event.workspace_id, RECORD: event.subject_id, "sequence": event.sequence}
    running = {"term": record["term"], "due_on": day(record["renews_on"]), "is_renewed": False}
    terms = [{**common, **running}]
    if "ended_term" in event.data:
        ended = {"term": event.data["ended_term"], "due_on": day(event.data["due_on"]), "is_renewed": True}
        terms.append({**common, **ended})
    return terms
