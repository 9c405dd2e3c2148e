"""Which tests run, and in which order."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite import tiers
from suite.failures import Failure


def test_tiers_run_in_their_own_order_whatever_the_order_asked_for() -> None:
    assert [tier.name for tier in tiers.chosen(["wire", "unit"])] == ["unit", "wire"]
    assert [tier.name for tier in tiers.chosen([])] == [tier.name for tier in tiers.TIERS]


def test_an_unknown_tier_is_refused() -> None:
    with pytest.raises(Failure, match="no tier smoke"):
        tiers.chosen(["smoke"])


def test_only_folders_with_tests_count(tmp_path: Path) -> None:
    (tmp_path / "chassis/tests/unit/deep").mkdir(parents=True)
    (tmp_path / "chassis/tests/unit/deep/test_one.py").touch()
    (tmp_path / "proto/tests/unit").mkdir(parents=True)
    assert tiers.folders_of(tiers.TIERS[0], tmp_path) == ["chassis/tests/unit"]


def test_a_bench_that_is_not_there_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAPPORT_CHECKOUT", str(tmp_path))
    with pytest.raises(Failure, match="no bench yet"):
        tiers.run_module("tests/bench", "bench", [])
