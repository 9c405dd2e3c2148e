"""A dry run: what a workflow would have made of the events of the past. Nothing is written, nobody is told.

Events come in portions, oldest first; what one portion leaves behind - the tally, and what a count or an import needs
to know of the events before - comes in again with the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from automation.domain import actions, trigger
from automation.domain.counting import USUAL_WINDOW, Memory, counted_for, moment_of
from automation.domain.enrollment import is_enrollment
from automation.domain.errors import NoPast
from automation.domain.fact import Fact
from automation.domain.judging import judge
from automation.domain.people import NOBODY, People
from automation.domain.workflow import PUBLISHED, Workflow
from automation.usecases.evaluate_workflows import run_id_of_many
from automation.usecases.reading_facts import StageUnknown, read_facts
from automation.usecases.reading_people import read_people
from chassis import clock, envelope
from chassis.context import Context
from chassis.envelope import Event
from chassis.errors import RuleBroken

MOST_EXAMPLES = 20
MOST_COUNTED = 10_000
"""Facts that wait for others of their kind at one time: they travel in the cursor."""
MOST_REASONS = 50
UNREADABLE = "Suppressed: the pipeline of the deal is not known any more."
LEFT_OUT = "Its own condition did not hold."
CLOSED = ("won", "lost")
DRY = "workflow_dry"


class TooManyCounted(RuleBroken):
    code = "automation.too_many_counted"
    message = "More than {limit} facts would be counted at one time; narrow the trigger, or shorten `within`."


@dataclass
class Tally:
    """Counts so far, and the memory behind them: counted facts by record, runs that stand for an import."""

    events: int = 0
    until: str | None = None
    runs: int = 0
    on_closed_deals: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    suppressed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    by_day: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    counted: dict[str, Memory] = field(default_factory=dict)
    of_many: set[str] = field(default_factory=set)

    @staticmethod
    def load(so_far: Mapping[str, Any] | None) -> Tally:
        if so_far is None:
            return Tally()
        tally, memory = so_far["tally"], so_far["memory"]
        counted = {
            record_id: Memory(
                {fact_id: clock.from_text(at) for fact_id, at in facts.items()},
                None if fired_at is None else clock.from_text(fired_at),
            )
            for record_id, (facts, fired_at) in memory["counted"].items()
        }
        return Tally(
            events=tally["events"],
            until=tally["until"],
            runs=tally["runs"],
            on_closed_deals=tally["on_closed_deals"],
            actions=Counter(tally["actions"]),
            suppressed=Counter(tally["suppressed"]),
            skipped=Counter(tally["skipped"]),
            by_day=Counter(tally["by_day"]),
            examples=list(tally["examples"]),
            counted=counted,
            of_many=set(memory["of_many"]),
        )

    def dump(self, kinds: Sequence[str]) -> dict[str, Any]:
        return {
            "tally": {
                "waits_for": list(kinds),
                "events": self.events,
                "until": self.until,
                "runs": self.runs,
                "on_closed_deals": self.on_closed_deals,
                "actions": dict(self.actions),
                "suppressed": dict(self.suppressed.most_common(MOST_REASONS)),
                "skipped": dict(self.skipped.most_common(MOST_REASONS)),
                "by_day": dict(self.by_day),
                "examples": self.examples,
            },
            "memory": {
                "counted": {
                    record_id: [
                        {fact_id: clock.to_text(at) for fact_id, at in memory.facts.items()},
                        None if memory.fired_at is None else clock.to_text(memory.fired_at),
                    ]
                    for record_id, memory in self.counted.items()
                },
                "of_many": sorted(self.of_many),
            },
        }


def dry_run(
    session: Session,
    ctx: Context,
    *,
    events: Sequence[str],
    so_far: Mapping[str, Any] | None,
    **definition: Any,
) -> dict[str, Any]:
    """Raises what writing the workflow down would raise, `NoPast` and `TooManyCounted`."""
    workflow = Workflow(id=DRY, status=PUBLISHED, revision=1, name="Dry run")
    workflow.write(definition)
    if is_enrollment(workflow.trigger["event"]):
        raise NoPast()
    tally = Tally.load(so_far)
    told = [envelope.load(one) for one in events]
    kinds = trigger.events_of(workflow.trigger)
    told = [event for event in told if event.workspace_id == ctx.workspace_id and event.type in kinds]
    tally.events += len(told)
    if told:
        tally.until = clock.to_text(told[-1].time)
    begun = [fact for fact in _facts(session, told, tally) if _would_begin(workflow, fact, tally)]
    people = read_people(session, [(workflow, fact) for fact in begun]).get(ctx.workspace_id, NOBODY)
    for fact in begun:
        _count(workflow, fact, people, tally)
    if workflow.counts and told:
        horizon = told[-1].time - actions.duration(workflow.trigger.get("within") or USUAL_WINDOW) * 2
        tally.counted = {
            record_id: memory
            for record_id, memory in tally.counted.items()
            if max(memory.facts.values()) > horizon
        }
    if sum(len(memory.facts) for memory in tally.counted.values()) > MOST_COUNTED:
        raise TooManyCounted(limit=MOST_COUNTED)
    return tally.dump(kinds)


def _facts(session: Session, events: Sequence[Event], tally: Tally) -> list[Fact]:
    try:
        return read_facts(session, events)
    except StageUnknown:
        found: list[Fact] = []
        for event in events:
            try:
                found += read_facts(session, [event])
            except StageUnknown:
                tally.suppressed[UNREADABLE] += 1
        return found


def _would_begin(workflow: Workflow, fact: Fact, tally: Tally) -> bool:
    judgement = judge(workflow, fact)
    if not judgement.is_met:
        return False
    if judgement.kept is not None:
        tally.suppressed[judgement.kept] += 1
        return False
    if not workflow.counts:
        return True
    record_id = counted_for(fact)
    if record_id is None:
        return False
    memory = tally.counted.setdefault(record_id, Memory())
    window = actions.duration(workflow.trigger.get("within") or USUAL_WINDOW)
    return memory.is_reached(fact.record_id, moment_of(fact), int(workflow.trigger["count"]), window)


def _count(workflow: Workflow, fact: Fact, people: People, tally: Tally) -> None:
    """One run more, unless it would be one with another event of the same import, or had nothing to do."""
    is_of_many = fact.is_bulk and workflow.only_notifies
    if is_of_many:
        run_id = run_id_of_many(workflow, fact, people)
        if run_id in tally.of_many:
            return
        tally.of_many.add(run_id)
    done: Counter[str] = Counter()
    for position, action in enumerate(workflow.actions):
        plan = _plan(workflow, action, position, fact, people, is_of_many=is_of_many)
        if plan is None or plan.input is not None:
            done[action["type"]] += 1
        elif plan.reason:
            tally.skipped[plan.reason] += 1
    if not done:
        tally.suppressed["Suppressed: none of its actions had anything to do."] += 1
        return
    tally.runs += 1
    tally.actions.update(done)
    tally.by_day[fact.told_at.date().isoformat()] += 1
    # What closes a deal finds it open.
    before, _ = fact.changes.get("status") or (fact.record.get("status"), None)
    if fact.record_type == "deal" and before in CLOSED:
        tally.on_closed_deals += 1
    example = {
        "event_id": fact.event_id,
        "event_type": fact.event_type,
        "at": clock.to_text(fact.told_at),
        "record_id": fact.target,
        "said": workflow.verdict(fact),
    }
    # The archive has them in the order in which they arrived.
    newest = sorted([*tally.examples, example], key=lambda one: str(one["at"]))
    tally.examples = newest[-MOST_EXAMPLES:]


def _plan(
    workflow: Workflow,
    action: Mapping[str, Any],
    position: int,
    fact: Fact,
    people: People,
    *,
    is_of_many: bool,
) -> actions.Plan | None:
    """What an action would do; None for one whose choice is made only when it is taken."""
    left_out = workflow.left_out(action, fact)
    if left_out is not None:
        return actions.Plan(None, LEFT_OUT)
    if action["type"] == actions.ASSIGN:
        return None
    key = actions.effect_key(workflow.id, workflow.revision, fact.event_id, position)
    if is_of_many:
        return actions.plan_for_many(action, fact, key, DRY, workflow.id, people)
    if fact.is_bulk and action["type"] == actions.NOTIFY:
        return actions.Plan(None, actions.NOT_ONE_BY_ONE)
    return actions.plan(action, fact, key, DRY, workflow.id, people)
