"""The trigger: which facts start a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from automation.domain import enrollment
from automation.domain.conditions import catalogue_of
from automation.domain.errors import TriggerUnfit
from automation.domain.fact import Fact

ENTERS_STAGE = "deal.stage_moved.v1"
OPENED = "deal.created.v1"
CHANGED, CREATED = ".properties_changed.v1", ".created.v1"
THRESHOLDS = ("falls_below", "rises_above", "reaches")
ENROLLING = ("by", "days", "every", "on", "at")


def check(trigger: Mapping[str, Any]) -> None:
    """Refuse words that mean nothing for the event: only a stage that is entered has a name to narrow by."""
    event = trigger["event"]
    if enrollment.is_enrollment(event):
        enrollment.check(trigger)
        return
    for word in ENROLLING:
        if trigger.get(word) is not None:
            raise TriggerUnfit(word=word, fitting=f"enrolling, like deal{enrollment.ENROLLED}", event=event)
    if trigger.get("stage") and event != ENTERS_STAGE:
        raise TriggerUnfit(word="stage", fitting=ENTERS_STAGE, event=event)
    if not trigger.get("field"):
        for word in ("before", "after", *THRESHOLDS, "or_created"):
            if word in trigger:
                raise TriggerUnfit(word=word, fitting="the change of a `field`", event=event)
    if trigger.get("within") and not trigger.get("count"):
        raise TriggerUnfit(word="within", fitting="a `count` of facts", event=event)
    numbers = {field.name for field in catalogue_of(event) if field.type == "number"}
    for word in THRESHOLDS:
        if word in trigger and trigger["field"] not in numbers:
            raise TriggerUnfit(word=word, fitting="the change of a number", event=event)
    if trigger.get("or_created") and not event.endswith(CHANGED):
        raise TriggerUnfit(word="or_created", fitting=f"events like lead{CHANGED}", event=event)


def events_of(trigger: Mapping[str, Any]) -> tuple[str, ...]:
    """The events that can start it: a deal opened in a stage has entered it as well."""
    event: str = trigger["event"]
    if trigger.get("stage"):
        return (ENTERS_STAGE, OPENED)
    if trigger.get("or_created"):
        return (event, event.removesuffix(CHANGED) + CREATED)
    return (event,)


def is_met(trigger: Mapping[str, Any], fact: Fact) -> bool:
    """Whether the fact starts it, its filter apart."""
    if fact.event_type not in events_of(trigger):
        return False
    stage = trigger.get("stage")
    if stage and (fact.entered_stage or "").casefold() != stage.casefold():
        return False
    field = trigger.get("field")
    if enrollment.is_enrollment(fact.event_type):
        return True
    return not field or _has_changed(trigger, _pair(trigger, fact, field))


def _pair(trigger: Mapping[str, Any], fact: Fact, field: str) -> list[Any] | None:
    """The property before and after; one that a record is made with was nothing before."""
    if trigger.get("or_created") and fact.event_type.endswith(CREATED):
        value = fact.record.get(field)
        return None if value is None else [None, value]
    return fact.changes.get(field)


def _has_changed(trigger: Mapping[str, Any], pair: list[Any] | None) -> bool:
    if pair is None:
        return False
    before, after = pair
    if trigger.get("before", before) != before or trigger.get("after", after) != after:
        return False
    return all(_is_crossed(word, trigger[word], before, after) for word in THRESHOLDS if word in trigger)


def _is_crossed(word: str, threshold: float, before: Any, after: Any) -> bool:
    """Whether a change takes a number over the threshold, from the other side or from nowhere."""
    return _is_beyond(word, threshold, after) and not _is_beyond(word, threshold, before)


def _is_beyond(word: str, threshold: float, value: Any) -> bool:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return False
    if word == "falls_below":
        return value < threshold
    return value > threshold if word == "rises_above" else value >= threshold
