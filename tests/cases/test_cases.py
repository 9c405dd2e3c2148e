"""Every worked case comes out exactly, on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from stage import Stage
from worked import CASES, Case

from suite.testing import Suite


@pytest.fixture(scope="module")
def stage(suite: Suite) -> Iterator[Stage]:
    found = Stage(suite)
    yield found
    found.close()


@pytest.mark.parametrize("played", CASES, ids=lambda one: f"case-{one.number}")
def test_a_worked_case(stage: Stage, played: Case) -> None:
    if played.missing:
        pytest.skip(played.missing)
    assert played.play(stage) == played.expected
