"""Facts about activities that others hear of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from chassis.record import DomainEvent


@dataclass(frozen=True)
class ActivityCompleted(DomainEvent):
    wire: ClassVar[str] = "activity.completed.v1"


@dataclass(frozen=True)
class ActivityReopened(DomainEvent):
    wire: ClassVar[str] = "activity.reopened.v1"


@dataclass(frozen=True)
class CallMissed(DomainEvent):
    wire: ClassVar[str] = "call.missed.v1"
    ended_at: datetime
