"""Facts about workflows that others hear of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from chassis.record import DomainEvent


@dataclass(frozen=True)
class WorkflowPublished(DomainEvent):
    wire: ClassVar[str] = "workflow.published.v1"


@dataclass(frozen=True)
class WorkflowDisabled(DomainEvent):
    wire: ClassVar[str] = "workflow.disabled.v1"
