"""The deal: its properties, and the rules of its way through the stages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Date, ForeignKeyConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import ids
from chassis.clock import Instant
from chassis.money import Amount
from chassis.record import Row, Shown
from chassis.searching import Searchable
from chassis.words import Searched
from deals.domain.approval import APPROVED, PENDING
from deals.domain.base import Base
from deals.domain.errors import (
    AmountFollowsLines,
    DealIsClosed,
    DealIsLocked,
    DealIsOpen,
    DiscountNotApproved,
    LostReasonMissing,
)
from deals.domain.events import DealLost, DealReopened, DealStageMoved, DealWon
from deals.domain.pipeline import LOST, OPEN, WON, Stage

KEPT_WHEN_CLOSED = frozenset({"amount", "opened_on", "probability", "forecast_category"})


class StageMove(Row, Base):
    """One step of a deal's history, never rewritten. `moved_on` is the business day, `moved_at` the instant."""

    __tablename__ = "stage_move"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "deal_id"], ["deal.workspace_id", "deal.id"]),
        Index("ix_stage_move_deal", "workspace_id", "deal_id", "position"),
    )

    deal_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(Integer)
    from_stage_id: Mapped[str | None] = mapped_column(String(40), default=None)
    to_stage_id: Mapped[str] = mapped_column(String(40))
    moved_at: Mapped[datetime] = mapped_column(Instant)
    moved_on: Mapped[date | None] = mapped_column(Date, default=None)
    moved_by: Mapped[str] = mapped_column(String(80))
    seconds_in_stage: Mapped[int | None] = mapped_column(Integer, default=None)
    amount: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    probability: Mapped[int] = mapped_column(Integer)


class Deal(Searchable, Base):
    """An opportunity to sell something to somebody."""

    __tablename__ = "deal"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "pipeline_id"], ["pipeline.workspace_id", "pipeline.id"]),
        Index("uq_deal_external", "workspace_id", "external_id", unique=True),
        Index("ix_deal_stage", "workspace_id", "pipeline_id", "stage_id", "stage_entered_at"),
        Index("ix_deal_name", "workspace_id", "name"),
        Index("ix_deal_created", "workspace_id", "created_at"),
        Index("ix_deal_account", "workspace_id", "account_id"),
        Index("ix_deal_owner", "workspace_id", "owner_id"),
    )
    noun = "deal"
    prefix = "deal"
    shown_to_partners = Shown.GRANTED
    money_columns = {"amount": "currency", "list_amount": "currency"}
    hidden_columns = frozenset({"currency", "moves"})
    searched = Searched("name", by={"external_id": "code", "next_step": "text"}, detail=("status",))

    name: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[str | None] = mapped_column(String(40), default=None)
    contact_id: Mapped[str | None] = mapped_column(String(40), default=None)
    lead_id: Mapped[str | None] = mapped_column(String(40), default=None)
    product_id: Mapped[str | None] = mapped_column(String(40), default=None)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    team_id: Mapped[str | None] = mapped_column(String(40), default=None)
    pipeline_id: Mapped[str] = mapped_column(String(40))
    stage_id: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(8), default=OPEN)
    amount: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    currency: Mapped[str | None] = mapped_column(String(3), default=None)
    probability: Mapped[int] = mapped_column(Integer, default=0)
    forecast_category: Mapped[str] = mapped_column(String(12), default="pipeline")
    type: Mapped[str] = mapped_column(String(12), default="new")
    source: Mapped[str | None] = mapped_column(String(120), default=None)
    competitor: Mapped[str | None] = mapped_column(String(200), default=None)
    next_step: Mapped[str | None] = mapped_column(String(500), default=None)
    lost_reason: Mapped[str | None] = mapped_column(String(200), default=None)
    won_reason: Mapped[str | None] = mapped_column(String(200), default=None)
    opened_on: Mapped[date | None] = mapped_column(Date, default=None)
    expected_close_on: Mapped[date | None] = mapped_column(Date, default=None)
    closed_on: Mapped[date | None] = mapped_column(Date, default=None)
    stage_entered_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)
    moves: Mapped[int] = mapped_column(Integer, default=0)
    list_amount: Mapped[Decimal | None] = mapped_column(Amount, default=None)
    approval_status: Mapped[str | None] = mapped_column(String(12), default=None)
    approval_id: Mapped[str | None] = mapped_column(String(40), default=None)
    contract_id: Mapped[str | None] = mapped_column(String(40), default=None)

    def enter(
        self, stage: Stage, *, at: datetime, on: date | None, by: str, lost_reason: str | None = None
    ) -> StageMove:
        """Step into `stage`; returns the row for the history, as `step_into` does its values."""
        return StageMove(**self.step_into(stage, at=at, on=on, by=by, lost_reason=lost_reason))

    def step_into(
        self, stage: Stage, *, at: datetime, on: date | None, by: str, lost_reason: str | None = None
    ) -> dict[str, Any]:
        """Step into `stage`, whatever its kind, and say what that means; returns the values of a `StageMove`.

        `at` is the instant, `on` the business day (None when nobody knows it), `by` who did it.
        """
        left = self.stage_id or None
        entered, moves = self.stage_entered_at, self.moves or 0
        step = {
            "workspace_id": self.workspace_id,
            "id": ids.derive("move", at, self.id, str(moves)),
            "deal_id": self.id,
            "position": moves,
            "from_stage_id": left,
            "to_stage_id": stage.id,
            "moved_at": at,
            "moved_on": on,
            "moved_by": by,
            "seconds_in_stage": int((at - entered).total_seconds()) if entered else None,
            "amount": self.amount,
            "probability": stage.probability,
        }
        self.moves = moves + 1
        self.stage_id = stage.id
        self.stage_entered_at = at
        self.status = stage.kind
        self.probability = stage.probability
        self.forecast_category = stage.forecast_category
        self.closed_on = None if stage.kind == OPEN else on
        self.lost_reason = lost_reason if stage.kind == LOST else None
        return step

    def move_to(
        self,
        stage: Stage,
        came_from: Stage,
        *,
        at: datetime,
        on: date,
        by: str,
        lost_reason: str | None = None,
    ) -> StageMove:
        """Move an open deal to another stage. A closed deal keeps its stage; reopen it first."""
        self.require_free()
        if self.status != OPEN:
            raise DealIsClosed()
        stage.require_of(self)
        if stage.kind == LOST and not lost_reason:
            raise LostReasonMissing()
        if stage.kind == WON and self.approval_status not in (None, APPROVED):
            raise DiscountNotApproved(status=self.approval_status)
        step = self.enter(stage, at=at, on=on, by=by, lost_reason=lost_reason)
        self._tell_move(came_from, stage, at)
        if stage.kind == WON:
            self.happened(DealWon())
        elif stage.kind == LOST:
            self.happened(DealLost(reason=lost_reason))
        return step

    def reopen(self, stage: Stage, came_from: Stage, *, at: datetime, on: date, by: str) -> StageMove:
        """Take a closed deal back to an open stage."""
        if self.status == OPEN:
            raise DealIsOpen()
        if stage.kind != OPEN:
            raise DealIsClosed("Reopen a deal into an open stage.")
        self.won_reason = None
        step = self.enter(stage, at=at, on=on, by=by)
        self.happened(DealReopened())
        self._tell_move(came_from, stage, at)
        return step

    def go_back(
        self,
        stage: Stage,
        came_from: Stage,
        *,
        at: datetime,
        on: date,
        by: str,
        lost_reason: str | None = None,
    ) -> StageMove:
        """Return to the stage it was in before, open or closed; the way there and back stays in its history."""
        was_open = self.status == OPEN
        step = self.enter(stage, at=at, on=on, by=by, lost_reason=lost_reason)
        if stage.kind == OPEN and not was_open:
            self.happened(DealReopened())
        self._tell_move(came_from, stage, at)
        if stage.kind == WON:
            self.happened(DealWon())
        elif stage.kind == LOST:
            self.happened(DealLost(reason=self.lost_reason))
        return step

    def edit(self, changes: dict[str, Any]) -> None:
        """Set plain properties. A closed deal keeps its amount and dates; reopen it first."""
        self.require_free(changes)
        if self.status != OPEN and KEPT_WHEN_CLOSED & changes.keys():
            raise DealIsClosed()
        self.set(changes)

    def require_free(self, changes: Collection[str] = ()) -> None:
        """Refuse while a discount waits for approval, and to set an amount that follows from lines."""
        if self.approval_status == PENDING:
            raise DealIsLocked(approval_id=self.approval_id)
        if "amount" in changes and self.list_amount is not None:
            raise AmountFollowsLines()

    def _tell_move(self, came_from: Stage, stage: Stage, at: datetime) -> None:
        self.happened(
            DealStageMoved(
                from_stage_id=came_from.id,
                from_stage=came_from.name,
                to_stage_id=stage.id,
                to_stage=stage.name,
                to_stage_kind=stage.kind,
                moved_at=at,
            )
        )
