"""What a timeline says, in the words of a salesperson."""

from __future__ import annotations

from typing import Any

import pytest

from activities.domain import wording

NAMES = {"user_1": "Ann", "user_2": "Bob"}


@pytest.mark.parametrize(
    ("event_type", "data", "said"),
    [
        ("deal.created.v1", {}, "Deal opened"),
        ("lead.created.v1", {}, "Lead created"),
        ("account.deleted.v1", {}, "Account deleted"),
        (
            "deal.stage_moved.v1",
            {"from_stage": "Discovery", "to_stage": "Proposal"},
            "Moved from Discovery to Proposal",
        ),
        (
            "deal.won.v1",
            {"record": {"amount": {"amount": "75000.00", "currency": "USD"}}},
            "Won, 75,000.00 USD",
        ),
        ("deal.won.v1", {"record": {"amount": None}}, "Won"),
        ("deal.lost.v1", {"reason": "Too late"}, "Lost: Too late"),
        ("deal.lost.v1", {"reason": None}, "Lost"),
        ("deal.reopened.v1", {}, "Reopened"),
        ("deal.stalled.v1", {"quiet_days": 7}, "No activity for 7 days"),
        ("deal.stage_skipped.v1", {}, "Deal stage skipped"),
    ],
)
def test_facts(event_type: str, data: dict[str, Any], said: str) -> None:
    assert wording.summary(event_type, data, NAMES) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"owner_id": ["user_1", "user_2"]}, "Owner changed from Ann to Bob"),
        ({"owner_id": ["user_9", "user_2"]}, "Owner changed from user_9 to Bob"),
        ({"amount": [None, {"amount": "5000.00", "currency": "EUR"}]}, "Amount set to 5,000.00 EUR"),
        ({"next_step": ["Call", None]}, "Next step cleared"),
        (
            {"expected_close_on": ["2026-01-31", "2026-02-28"]},
            "Expected close date changed from 2026-01-31 to 2026-02-28",
        ),
        ({"is_active": [True, False]}, "Is active changed from yes to no"),
        ({"tags": [[], ["vip", "fair"]]}, "Tags set to vip, fair"),
        (
            {"name": ["A", "B"], "source": [None, "fair"], "owner_id": [None, "user_1"]},
            "Changed name, source and owner",
        ),
        ({}, "Changed something"),
    ],
)
def test_edits(changes: dict[str, Any], said: str) -> None:
    assert wording.summary("deal.properties_changed.v1", {"changes": changes}, NAMES) == said


def test_what_a_timeline_carries_is_bounded() -> None:
    changes = {f"field_{number}": [None, "x" * 1000] for number in range(99)}
    cut = wording.bounded(changes)
    assert len(cut) == wording.MOST_FIELDS
    assert all(len(after) == wording.LONGEST_VALUE for _, after in cut.values())
    long = wording.summary("deal.lost.v1", {"reason": "x" * 9000}, {})
    assert len(long) == wording.LONGEST_SUMMARY
