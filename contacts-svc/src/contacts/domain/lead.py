"""The lead: somebody who may become a customer, kept apart from contacts until qualified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import ids
from chassis.clock import Instant
from chassis.record import DomainEvent, Row, Shown
from chassis.words import Searched
from contacts.domain.base import Base
from contacts.domain.errors import (
    GoesBackwards,
    LeadIsConverted,
    LeadNotConverted,
    NotHandedOver,
)
from contacts.domain.person import Person
from messages.contacts import LIFECYCLE_STAGES

NEW, DISQUALIFIED, CONVERTED = "new", "disqualified", "converted"
LEAD, MQL, SQL, OPPORTUNITY = "lead", "mql", "sql", "opportunity"
ACCEPTED, REJECTED, RECYCLED = "accepted", "rejected", "recycled"


@dataclass(frozen=True)
class LeadLifecycleChanged(DomainEvent):
    """`handoff` says how sales answered marketing, where it did."""

    wire: ClassVar[str] = "lead.lifecycle_changed.v1"
    from_stage: str
    to_stage: str
    changed_at: datetime
    reason: str | None
    handoff: str | None


@dataclass(frozen=True)
class LeadConverted(DomainEvent):
    """`wanted_deal` is the deal to open where the lead has none: its id, name and amount; None for no deal."""

    wire: ClassVar[str] = "lead.converted.v1"
    account_id: str
    contact_id: str
    wanted_deal: dict[str, Any] | None


class LifecycleStep(Row, Base):
    """One change of the lifecycle stage, never rewritten."""

    __tablename__ = "lifecycle_step"
    __table_args__ = (Index("ix_lifecycle_step_lead", "workspace_id", "lead_id", "position"),)

    lead_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    from_stage: Mapped[str] = mapped_column(String(16))
    to_stage: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(500), default=None)
    handoff: Mapped[str | None] = mapped_column(String(12), default=None)


class Lead(Person, Base):
    """A person of whom it is not known yet whether they will buy."""

    __tablename__ = "lead"
    __table_args__ = (
        Index("uq_lead_external", "workspace_id", "external_id", unique=True),
        Index("ix_lead_created", "workspace_id", "created_at"),
        Index("ix_lead_name", "workspace_id", "name"),
        Index("ix_lead_email", "workspace_id", "email"),
        Index("ix_lead_status", "workspace_id", "status", "created_at"),
        Index("ix_lead_owner", "workspace_id", "owner_id"),
    )
    noun = "lead"
    prefix = "lead"
    searched = Searched(
        "name",
        by={"company": "text", "email": "text", "phone": "number", "external_id": "code"},
        detail=("company", "email", "phone"),
    )
    shown_to_partners = Shown.GRANTED
    hidden_columns = frozenset({"lifecycle_moves", "score_revision"})

    company: Mapped[str | None] = mapped_column(String(200), default=None)
    status: Mapped[str] = mapped_column(String(12), default=NEW)
    industry: Mapped[str | None] = mapped_column(String(120), default=None)
    country: Mapped[str | None] = mapped_column(String(80), default=None)
    employee_count: Mapped[int | None] = mapped_column(Integer, default=None)
    score: Mapped[int | None] = mapped_column(Integer, default=None)
    lifecycle_stage: Mapped[str] = mapped_column(String(16), default=LEAD)
    converted_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    account_id: Mapped[str | None] = mapped_column(String(40), default=None)
    contact_id: Mapped[str | None] = mapped_column(String(40), default=None)
    deal_id: Mapped[str | None] = mapped_column(String(40), default=None)
    lifecycle_moves: Mapped[int] = mapped_column(Integer, default=0)
    score_revision: Mapped[int] = mapped_column(Integer, default=0)

    def set(self, values: Mapping[str, Any]) -> None:
        """Assign plain properties. A lead becomes converted only by converting it, and stays so."""
        status = values.get("status", self.status)
        if status == CONVERTED and self.status != CONVERTED:
            raise LeadNotConverted()
        if status != CONVERTED and self.status == CONVERTED:
            raise self._is_converted()
        super().set(values)

    def enter(
        self,
        stage: str,
        *,
        at: datetime,
        by: str,
        reason: str | None = None,
        handoff: str | None = None,
        is_backwards: bool = False,
    ) -> dict[str, Any]:
        """Change the lifecycle stage; returns the values of a `LifecycleStep`.

        Back only when that is meant, and a converted lead never to before it was an opportunity.
        """
        before = self.lifecycle_stage
        if self.status == CONVERTED and LIFECYCLE_STAGES.index(stage) < LIFECYCLE_STAGES.index(OPPORTUNITY):
            raise self._is_converted()
        if not is_backwards and LIFECYCLE_STAGES.index(stage) < LIFECYCLE_STAGES.index(before):
            raise GoesBackwards(before=before, stage=stage)
        position = self.lifecycle_moves or 0
        self.lifecycle_stage, self.lifecycle_moves = stage, position + 1
        told = LeadLifecycleChanged(
            from_stage=before, to_stage=stage, changed_at=at, reason=reason, handoff=handoff
        )
        self.happened(told)
        return {
            "id": ids.derive("step", self.created_at, self.id, str(position)),
            "lead_id": self.id,
            "position": position,
            "from_stage": before,
            "to_stage": stage,
            "changed_at": at,
            "changed_by": by,
            "reason": reason,
            "handoff": handoff,
        }

    def answer(self, handoff: str, *, at: datetime, by: str, reason: str | None) -> dict[str, Any]:
        """Sales takes over what marketing qualified, refuses it, or sends it back to be nurtured."""
        if self.lifecycle_stage != MQL:
            raise NotHandedOver(stage=self.lifecycle_stage)
        if handoff == REJECTED:
            self.status = DISQUALIFIED
        stage = SQL if handoff == ACCEPTED else LEAD
        return self.enter(stage, at=at, by=by, reason=reason, handoff=handoff, is_backwards=True)

    def convert(
        self, *, account_id: str, contact_id: str, wanted_deal: dict[str, Any] | None, at: datetime, by: str
    ) -> dict[str, Any] | None:
        """It has become these records; returns its step to the stage `opportunity`, where it was not so far."""
        if self.status == CONVERTED:
            raise self._is_converted()
        self.status, self.converted_at = CONVERTED, at
        self.account_id, self.contact_id = account_id, contact_id
        self.happened(LeadConverted(account_id=account_id, contact_id=contact_id, wanted_deal=wanted_deal))
        if LIFECYCLE_STAGES.index(self.lifecycle_stage) >= LIFECYCLE_STAGES.index(OPPORTUNITY):
            return None
        return self.enter(OPPORTUNITY, at=at, by=by)

    def require_became(self, *, account_id: str | None, contact_id: str | None) -> None:
        """Refuse that a converted lead should have become other records than it did; None is whatever it was."""
        if account_id not in (None, self.account_id) or contact_id not in (None, self.contact_id):
            raise self._is_converted()

    def _is_converted(self) -> LeadIsConverted:
        return LeadIsConverted(account_id=self.account_id, contact_id=self.contact_id)
