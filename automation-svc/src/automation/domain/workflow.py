"""The workflow: a trigger, a filter and actions, stored as data; a draft until it is published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from automation.domain import actions, trigger, verdict
from automation.domain.base import Base
from automation.domain.conditions import catalogue_of
from automation.domain.enrollment import takes_up_by_itself
from automation.domain.errors import RecipeStays
from automation.domain.events import WorkflowDisabled, WorkflowPublished
from automation.domain.fact import Fact
from chassis import clock, filters
from chassis.clock import Instant
from chassis.filters import Environment, Explanation, Filter, InvalidFilter
from chassis.guard import ACROSS
from chassis.record import Record

DRAFT, PUBLISHED, DISABLED = "draft", "published", "disabled"
NOBODY = Environment(None, (), datetime(2000, 1, 1, tzinfo=UTC))
CONTENT = ("trigger", "filter", "actions")


class Workflow(Record, Base):
    """When this happens, and that is so, then do these things."""

    __tablename__ = "workflow"
    __table_args__ = (
        Index("ix_workflow_status", "workspace_id", "status"),
        Index("uq_workflow_recipe", "workspace_id", "recipe", unique=True),
        # Without the workspace in front: the timer looks for what is due in any of them.
        Index("ix_workflow_enrolls", "enrolls_at", info=ACROSS),
    )
    noun = "workflow"
    prefix = "workflow"

    name: Mapped[str] = mapped_column(String(120))
    description: Mapped[str | None] = mapped_column(Text, default=None)
    trigger: Mapped[dict[str, Any]] = mapped_column(JSON)
    filter: Mapped[str | None] = mapped_column(Text, default=None)
    actions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(12), default=DRAFT)
    revision: Mapped[int] = mapped_column(Integer, default=1)
    recipe: Mapped[str | None] = mapped_column(String(80), default=None)
    published_by: Mapped[str | None] = mapped_column(String(80), default=None)
    enrolls_at: Mapped[datetime | None] = mapped_column(Instant, default=None)

    def write(self, values: Mapping[str, Any]) -> None:
        """Set what it is to do. Whenever that changes the revision moves, so that no effect is taken for another's."""
        before = [getattr(self, name) for name in CONTENT]
        self.set(values)
        self._check()
        if before == [getattr(self, name) for name in CONTENT]:
            return
        self._look_soon()
        if any(before):
            self.revision = (self.revision or 1) + 1

    def publish(self, *, by: str) -> bool:
        """Switch it on; returns whether it was off."""
        if self.status == PUBLISHED:
            return False
        self.status, self.published_by = PUBLISHED, by
        self._look_soon()
        self.happened(WorkflowPublished())
        return True

    def disable(self) -> bool:
        """Switch it off; runs that began go on. Returns whether it was on."""
        if self.status == DISABLED:
            return False
        self.status = DISABLED
        self._look_soon()
        self.happened(WorkflowDisabled())
        return True

    def require_deletable(self) -> None:
        """A recipe belongs to the workspace; it is switched off, not deleted."""
        if self.recipe is not None:
            raise RecipeStays()

    @property
    def only_notifies(self) -> bool:
        """Whether all it does is tell people something."""
        return all(action["type"] == actions.NOTIFY and not action.get("only_if") for action in self.actions)

    @property
    def counts(self) -> bool:
        """Whether it waits for several facts about a record."""
        return bool(self.trigger.get("count"))

    def is_met(self, fact: Fact) -> bool:
        """Whether the fact starts this workflow and its filter holds for the record as it is then."""
        if not self.is_started_by(fact):
            return False
        return self._look(fact).matched

    def is_started_by(self, fact: Fact) -> bool:
        """Whether the fact is what the trigger waits for; one that took a record up for another workflow is not."""
        return fact.enrolled_in in (None, self.id) and trigger.is_met(self.trigger, fact)

    def verdict(self, fact: Fact) -> str | None:
        """What the filter found in the record, in words; None where there is no filter."""
        return verdict.said(self._look(fact)) if self.filter else None

    def explained(self, fact: Fact) -> Explanation:
        """What the filter makes of the record as it was then, comparison by comparison."""
        return self._look(fact)

    def left_out(self, action: Mapping[str, Any], fact: Fact) -> str | None:
        """Why an action is left out because its own condition does not hold; None when it is to be done."""
        text = action.get("only_if")
        if not text:
            return None
        here = Environment(None, (), fact.told_at)
        found = filters.evaluate(_parsed(text, fact.event_type), fact.record, here)
        return None if found.matched else f"Left out: {verdict.missed(found)}."

    def might_start_by(self, event_type: str, known: Mapping[str, Any]) -> bool:
        """Whether an event of which this much is known might pass the filter."""
        return filters.can_match(_parsed(self.filter, event_type), known, NOBODY)

    def _look_soon(self) -> None:
        """What takes records up by itself looks for them when it is switched on or changed, and tells when next."""
        is_on = self.status == PUBLISHED and takes_up_by_itself(self.trigger)
        self.enrolls_at = clock.now() if is_on else None

    def _look(self, fact: Fact) -> Explanation:
        here = Environment(None, (), fact.told_at)
        return filters.evaluate(_parsed(self.filter, fact.event_type), fact.record, here)

    def _check(self) -> None:
        """Refuse now what could only fail later: unknown fields, and `me`, whom a workflow does not know."""
        trigger.check(self.trigger)
        for event_type in trigger.events_of(self.trigger):
            filters.evaluate(_parsed(self.filter, event_type), {}, NOBODY)
            for at, action in enumerate(self.actions):
                actions.check(action, event_type)
                try:
                    filters.evaluate(_parsed(action.get("only_if"), event_type), {}, NOBODY)
                except InvalidFilter as error:
                    raise error.within(f"actions/{at}/only_if") from None


@lru_cache(maxsize=1000)
def _parsed(text: str | None, event_type: str) -> Filter:
    """The filter of a workflow; raises `InvalidFilter` for a field that its records do not have."""
    return filters.parse(text, catalogue_of(event_type))
