"""Judge a fact: whether it starts a workflow, and what keeps it from that."""

from __future__ import annotations

from dataclasses import dataclass

from automation.domain.fact import Fact
from automation.domain.workflow import Workflow
from chassis.context import MAX_DEPTH
from chassis.errors import AppError

TOO_DEEP = (
    "Suppressed: {depth} automatic steps led here, and {limit} is the limit, so that workflows cannot start each other "
    "for ever. Narrow the trigger or the filter."
)
QUIET = "Suppressed: who made this change (an import) asked that no workflow acts on it."
NOT_EVALUATED = "Suppressed: the filter could not be applied: {error}."


@dataclass(frozen=True)
class Judgement:
    """`is_met`: the trigger and the filter hold. `kept` says why it is kept from beginning nevertheless."""

    is_met: bool
    kept: str | None = None


def judge(workflow: Workflow, fact: Fact) -> Judgement:
    """What becomes of a fact, its count apart."""
    try:
        if not workflow.is_met(fact):
            return Judgement(False)
    except (ValueError, AppError) as error:
        return Judgement(True, NOT_EVALUATED.format(error=error))
    if fact.is_quiet:
        return Judgement(True, QUIET)
    if fact.depth >= MAX_DEPTH:
        return Judgement(True, TOO_DEEP.format(depth=fact.depth, limit=MAX_DEPTH))
    return Judgement(True)
