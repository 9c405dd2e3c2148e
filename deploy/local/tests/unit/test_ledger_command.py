"""`ledger` draws what the interface tells as a tree, and finds the right address for every id."""

from __future__ import annotations

from typing import Any

import click
import pytest

from suite.records import telling

DEAL = "deal_01k8zq3v9fe1wtb5j0c6d7x2ga"


def an_entry(name: str, at: str, *, because: str | None = None, **values: Any) -> dict[str, Any]:
    return {
        "id": name,
        "at": f"2026-03-02T10:00:{at}.000Z",
        "kind": "arrived",
        "summary": f"{name} happened.",
        "service": "deals",
        "because": {"event_id": because} if because else None,
        "effects": [],
        "handled": [],
        **values,
    }


def told(*entries: dict[str, Any], **values: Any) -> list[str]:
    counts = dict.fromkeys((*telling.WORDS, "all", "times"), 0)
    answer = {
        "record": {"type": "deal", "id": DEAL, "label": "Wind park"},
        "entries": list(entries),
        "totals": counts | values.pop("totals", {}),
        "next_cursor": None,
        "warnings": [],
        **values,
    }
    return [click.unstyle(line) for line in telling.lines(answer, DEAL)]


@pytest.mark.parametrize(
    ("record_id", "path"),
    [
        (DEAL, f"/v1/deals/{DEAL}/ledger"),
        ("run_01k8zq3v9fe1wtb5j0c6d7x2ga", "/v1/workflow-runs/run_01k8zq3v9fe1wtb5j0c6d7x2ga/ledger"),
        ("job_01k8zq3v9fe1wtb5j0c6d7x2ga", "/v1/jobs/job_01k8zq3v9fe1wtb5j0c6d7x2ga/ledger"),
        ("my-request/7", "/v1/requests/my-request%2F7/ledger"),
    ],
)
def test_every_id_has_its_address(record_id: str, path: str) -> None:
    assert telling.path_of(record_id) == path


def test_what_an_event_led_to_stands_below_it() -> None:
    lines = told(
        an_entry("task", "03", because="missed", kind="caused"),
        an_entry("again", "02", because="missed", kind="suppressed"),
        an_entry("missed", "01"),
        an_entry("elsewhere", "00", because="unknown"),
    )
    assert [line.partition("2026")[0] for line in lines[3:]] == ["• ", "├─ = ", "└─ → ", "• "]
    assert [line.rpartition("  ")[2] for line in lines[3:]] == [
        "missed happened.",
        "again happened.",
        "task happened.",
        "elsewhere happened.",
    ]


def test_the_first_lines_say_whether_somebody_must_look() -> None:
    assert told()[:2] == ["Wind park  " + DEAL, "Nothing is waiting, nothing failed, nothing was done twice."]
    assert told(totals={"waiting": 1})[1] == "Something still waits; nothing is lost. 1 waiting."
    assert (
        told(totals={"parked": 2, "arrived": 1_200})[1]
        == "Something needs a look. 1,200 happened, 2 given up."
    )
    assert told(warnings=[{"service": "automation", "code": "x"}])[2] == (
        "! automation cannot be reached: its part is missing."
    )


def test_an_entry_says_what_to_do_and_who_handled_it() -> None:
    handled = [{"service": "automation", "state": "parked", "after_ms": 1400}]
    remedy = {"text": "Correct it.", "action": "redrive", "id": "letter_1"}
    lines = told(an_entry("missed", "01", handled=handled, remedy=remedy))
    assert lines[3].endswith("missed happened.  [automation +1,400 ms parked]")
    assert lines[4] == "    Correct it.  (--retry)"


def test_a_job_says_that_its_rows_add_up() -> None:
    rows = {"total": 1200, "created": 1199, "failed": 1, "updated": 0, "unchanged": 0, "skipped": 0}
    reasons = [{"code": "unknown_account", "message": "There is no account Acme.", "count": 1}]
    lines = told(rows={**rows, "adds_up": True, "reasons": reasons}, events={"summary": "1,199 events told."})
    assert lines[2:5] == [
        "1,200 rows: 1,199 created, 1 failed; it adds up.",
        "  1 x There is no account Acme. (unknown_account)",
        "1,199 events told.",
    ]
