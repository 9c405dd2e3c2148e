"""Approvals: who has to agree to a discount, in which order, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.money import Amount, Money
from chassis.record import DomainEvent, Record
from deals.domain.base import Base
from deals.domain.errors import ApprovalIsOver, NotYourApproval
from deals.domain.percent import Percent, exact

PENDING, APPROVED, REJECTED, RECALLED, WAITING = "pending", "approved", "rejected", "recalled", "waiting"

Steps = list[dict[str, Any]]
"""`{role, approver_id, status, decided_by, decided_at, comment}`, in order."""


@dataclass(frozen=True)
class ApprovalApproved(DomainEvent):
    wire: ClassVar[str] = "approval.approved.v1"


@dataclass(frozen=True)
class ApprovalRejected(DomainEvent):
    wire: ClassVar[str] = "approval.rejected.v1"
    comment: str


@dataclass(frozen=True)
class ApprovalRecalled(DomainEvent):
    wire: ClassVar[str] = "approval.recalled.v1"


class ApprovalRule(Record, Base):
    """Above which discount who approves. `bands` are `{role, from_amount, approver_id}`, the lowest first."""

    __tablename__ = "approval_rule"
    noun = "approval_rule"
    prefix = "approval_rule"

    name: Mapped[str] = mapped_column(String(120), default="Discounts")
    discount_above: Mapped[float] = mapped_column(Percent)
    currency: Mapped[str] = mapped_column(String(3))
    bands: Mapped[list[dict[str, Any]]] = mapped_column(JSON)

    def is_needed(self, discount: Fraction) -> bool:
        """Whether somebody has to agree to this discount, in percent; compared unrounded."""
        return discount > exact(self.discount_above)

    def applying(self, amount: Money) -> list[dict[str, Any]]:
        """The bands that an amount after discount reaches; all of them when its currency is not the rule's."""
        if amount.currency != self.currency:
            return self.bands
        return [band for band in self.bands if amount.amount >= Decimal(band["from_amount"])]


DEFAULT_BANDS: Sequence[Mapping[str, Any]] = (
    {"role": "manager", "from_amount": "0", "approver_id": None},
    {"role": "regional VP", "from_amount": "50000", "approver_id": None},
    {"role": "CFO", "from_amount": "250000", "approver_id": None},
)
DEFAULT_DISCOUNT = 20.0


class Approval(Record, Base):
    """A request to agree to a deal's discount. `owner_id` is whose turn it is, None when it is over.

    `discount` is in percent, rounded up to 4 decimals so that one just above a limit shows as above it.
    """

    __tablename__ = "approval"
    __table_args__ = (
        Index("ix_approval_deal", "workspace_id", "deal_id", "created_at"),
        Index("ix_approval_owner", "workspace_id", "owner_id", "status"),
    )
    noun = "approval"
    prefix = "approval"
    money_columns = {"amount": "currency"}
    hidden_columns = frozenset({"currency"})

    deal_id: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    discount: Mapped[float] = mapped_column(Percent)
    amount: Mapped[Decimal] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(12), default=PENDING)
    owner_id: Mapped[str | None] = mapped_column(String(40), default=None)
    requested_by: Mapped[str] = mapped_column(String(80))
    steps: Mapped[Steps] = mapped_column(JSON)

    def decide(self, verdict: str, *, by: str, at: datetime, comment: str | None) -> None:
        """Say yes or no for the step whose turn it is. A no ends the chain; the last yes approves.

        Raises `ApprovalIsOver` when nobody's turn is left, `NotYourApproval` when it is somebody else's.
        """
        self._require_turn(by)
        step = {"status": verdict, "decided_by": by, "decided_at": at.isoformat(), "comment": comment}
        self._change_turn(step)
        if verdict == REJECTED:
            self._end(REJECTED)
            self.happened(ApprovalRejected(comment=comment or ""))
            return
        following = [step for step in self.steps if step["status"] == WAITING]
        if not following:
            self._end(APPROVED)
            self.happened(ApprovalApproved())
            return
        self._change(self.steps.index(following[0]), {"status": PENDING})
        self.owner_id = following[0]["approver_id"]

    def delegate(self, to: str, *, by: str, may_administer: bool, comment: str | None) -> None:
        """Hand the turn to somebody else: by who has it, or by an administrator."""
        if not may_administer:
            self._require_turn(by)
        elif self.status != PENDING:
            raise ApprovalIsOver(status=self.status)
        self._change_turn({"approver_id": to, "delegated_by": by, "comment": comment})
        self.owner_id = to

    def recall(self, *, by: str, may_administer: bool) -> None:
        """Take the request back: by who made it, or by an administrator."""
        if self.status != PENDING:
            raise ApprovalIsOver(status=self.status)
        if by != self.requested_by and not may_administer:
            raise NotYourApproval("Who requested the approval can recall it, nobody else.")
        self._change_turn({"status": RECALLED})
        self._end(RECALLED)
        self.happened(ApprovalRecalled())

    def _require_turn(self, by: str) -> None:
        if self.status != PENDING:
            raise ApprovalIsOver(status=self.status)
        if by != self.owner_id:
            raise NotYourApproval()

    def _end(self, status: str) -> None:
        self.status, self.owner_id = status, None

    def _change_turn(self, changes: Mapping[str, Any]) -> None:
        (turn,) = [place for place, step in enumerate(self.steps) if step["status"] == PENDING]
        self._change(turn, changes)

    def _change(self, place: int, changes: Mapping[str, Any]) -> None:
        # A new list: a change inside of the old one would go unnoticed.
        self.steps = [{**step, **changes} if at == place else step for at, step in enumerate(self.steps)]


def steps_of(approvers: Sequence[tuple[str, str]]) -> Steps:
    """The chain of (role, user id), the first one's turn."""
    return [
        {
            "role": role,
            "approver_id": approver_id,
            "status": PENDING if place == 0 else WAITING,
            "decided_by": None,
            "decided_at": None,
            "comment": None,
        }
        for place, (role, approver_id) in enumerate(approvers)
    ]
