"""Validity: which states a record went through and when each held, whatever order the news came in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

State = dict[str, Any]


def chain(states: Iterable[State]) -> tuple[State, list[State]]:
    """The state that holds now, and those before it, each with `valid_to`: the instant at which the next one began.

    A state is known by `version`; of several with the same version the one with the highest `sequence` counts. Clocks
    of two machines may disagree: a state that claims to begin after its successor gives way and never held.
    """
    newest: dict[int, State] = {}
    for state in states:
        known = newest.get(state["version"])
        if known is None or known["sequence"] < state["sequence"]:
            newest[state["version"]] = state
    *before, current = sorted(newest.values(), key=lambda state: int(state["sequence"]))
    ended: list[State] = []
    ends = current["valid_from"]
    for state in reversed(before):
        begins = min(state["valid_from"], ends)
        ended.append({**state, "valid_from": begins, "valid_to": ends})
        ends = begins
    return current, ended[::-1]
