"""The sample that ships is the one its generator makes, with the dirt it promises."""

from __future__ import annotations

import csv
import io

from suite import sample
from suite.paths import checkout


def test_the_shipped_sample_is_what_the_generator_makes() -> None:
    folder = checkout() / "deploy" / "local" / "sample"
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.csv")} == sample.files()


def test_the_dirt_is_in_it() -> None:
    deals = list(csv.DictReader(io.StringIO(sample.files()["sales_pipeline.csv"])))
    sellers = {row["sales_agent"] for row in deals}
    assert len({row["opportunity_id"] for row in deals}) == sample.DEALS
    assert any(row["product"] == "BeaconPro" for row in deals)
    assert any(row["account"] == "" for row in deals)
    assert all(
        (row["close_value"] == "") == (row["deal_stage"] in ("Prospecting", "Engaging")) for row in deals
    )
    assert [agents[-1] for _, _, agents in sample.TEAMS if agents[-1] in sellers] == []
    assert "telecomunications" in sample.files()["accounts.csv"]
