"""Facts about deals that others hear of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chassis.record import DomainEvent


@dataclass(frozen=True)
class DealStageMoved(DomainEvent):
    wire: ClassVar[str] = "deal.stage_moved.v1"
    from_stage_id: str | None
    from_stage: str | None
    to_stage_id: str
    to_stage: str
    to_stage_kind: str
    moved_at: datetime


@dataclass(frozen=True)
class DealWon(DomainEvent):
    wire: ClassVar[str] = "deal.won.v1"


@dataclass(frozen=True)
class DealLost(DomainEvent):
    wire: ClassVar[str] = "deal.lost.v1"
    reason: str | None


@dataclass(frozen=True)
class DealReopened(DomainEvent):
    wire: ClassVar[str] = "deal.reopened.v1"


@dataclass(frozen=True)
class DealAdopted(DomainEvent):
    """The deal is that of a lead which was converted."""

    wire: ClassVar[str] = "deal.adopted.v1"
    lead_id: str
