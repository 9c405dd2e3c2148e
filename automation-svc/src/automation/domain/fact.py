"""A fact: an event as workflows see it, with the names that its record only points to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from automation.domain.conditions import ACTIVITY, APPROVAL, CONTRACT, JOB, QUALITY, SIGNAL
from chassis import clock
from chassis.envelope import BULK_ORIGINS

MOMENTS = ("ended_at", "moved_at")


@dataclass(frozen=True)
class Fact:
    """What happened, to which record, when.

    `at` is when it happened in the business (a call ended, a deal moved), `told_at` when it was told.
    `entered_stage` is the name of the stage that a deal entered by it. Who caused an `is_quiet` one wants no workflow
    to act on it. One that is `enrolled_in` a workflow starts no other.
    """

    event_id: str
    event_type: str
    workspace_id: str
    record_type: str
    record_id: str
    record: Mapping[str, Any]
    changes: Mapping[str, list[Any]]
    at: datetime
    told_at: datetime
    actor: str
    depth: int
    request_id: str
    origin: str = "api"
    entered_stage: str | None = None
    is_quiet: bool = False
    enrolled_in: str | None = None

    @property
    def about(self) -> list[str]:
        """The records that an effect belongs to: those of an activity, else the record itself; a job is no record.

        An approval is about its deal as well, a contract about its account, a signal about who gave it.
        """
        if self.record_type == ACTIVITY:
            return list(self.record.get("record_ids") or [])
        if self.record_type == APPROVAL:
            return [self.record_id, self.record["deal_id"]]
        if self.record_type == SIGNAL:
            person = self.record.get("record_id")
            return [str(person)] if person else []
        if self.record_type == CONTRACT:
            return [self.record_id, self.record["account_id"]]
        return [] if self.record_type == JOB else [self.record_id]

    @property
    def owner_id(self) -> str | None:
        """Who answers for the record; for a job, who asked for it."""
        owner = self.record.get("owner_id") or self.record.get("requested_by")
        return str(owner) if owner else None

    @property
    def doer(self) -> str | None:
        """The person who did it; None where the suite did.

        A job's end is the suite's doing, whoever asked for it, and a signal nobody's who brings it in.
        """
        is_nobodys = self.actor.startswith("system:") or self.record_type in (JOB, SIGNAL, QUALITY)
        return None if is_nobodys else self.actor

    @property
    def target(self) -> str:
        """The record to open for it: who gave a signal, the deal of an approval, the account of a contract."""
        at = {SIGNAL: "record_id", APPROVAL: "deal_id", CONTRACT: "account_id"}.get(self.record_type)
        return str(self.record.get(at) or self.record_id) if at else self.record_id

    @property
    def is_bulk(self) -> bool:
        """Whether it is one of very many, like a row of an import."""
        return self.origin in BULK_ORIGINS


def moment_of(data: Mapping[str, Any], told_at: datetime) -> datetime:
    """When it happened, as far as the event says more than when it was told."""
    for name in MOMENTS:
        if data.get(name):
            return clock.from_text(data[name])
    return told_at
