"""How the ledger puts lists into one order, finds out who is behind, and says things."""

from __future__ import annotations

from typing import Any

import pytest

from chassis import contracts, ids
from gateway.jobs.domain.job import OUTCOMES
from gateway.ledger import entries, jobs, wording
from gateway.ledger.entries import Known
from gateway.ledger.streams import Stream, merge

HEARS = {"thing.changed.v1": "2026-01-01T00:00:00.000Z"}


def a_list(name: str, *times: int) -> list[tuple[dict[str, Any], int]]:
    """Entries of a source at these seconds; the token is the place."""
    return [
        ({"id": f"{name}{at}", "at": f"2026-03-02T10:00:{at:02}.000Z"}, place)
        for place, at in enumerate(times)
    ]


def ids_of(page: Any) -> list[str]:
    return [entry["id"] for entry in page.entries]


def test_the_newest_of_all_lists_comes_first() -> None:
    page = merge({"a": Stream(a_list("a", 9, 5, 1)), "b": Stream(a_list("b", 7, 6))}, 10)
    assert ids_of(page) == ["a9", "b7", "b6", "a5", "a1"]
    assert page.following is None


def test_a_page_ends_where_a_list_has_more_than_is_here() -> None:
    """What is not here may be newer than what the other lists have."""
    page = merge({"a": Stream(a_list("a", 9, 8), has_more=True), "b": Stream(a_list("b", 7))}, 10)
    assert ids_of(page) == ["a9", "a8"]
    assert page.following == {"a": 1, "b": None}


def test_the_next_page_goes_on_where_each_list_was_left() -> None:
    page = merge({"a": Stream(a_list("a", 9, 5, 1)), "b": Stream(a_list("b", 7), start=40)}, 1)
    assert (ids_of(page), page.following) == (["a9"], {"a": 0, "b": 40})


def test_a_list_keeps_its_own_order() -> None:
    assert ids_of(merge({"a": Stream(a_list("a", 3, 4, 2))}, 10)) == ["a3", "a4", "a2"]


def test_nothing_is_a_last_page() -> None:
    page = merge({"a": Stream(()), "b": Stream(())}, 10)
    assert (page.entries, page.following) == ([], None)


# --- who is behind ---------------------------------------------------------------------------------------------


def a_head(position: int, kind: str = "thing.changed.v1", **values: Any) -> dict[str, Any]:
    return {
        "id": f"event_{position}",
        "type": kind,
        "source": "things",
        "subject": "thing_1",
        "subjecttype": "thing",
        "time": "2026-03-02T10:00:00.000Z",
        "origin": "ui",
        "position": position,
        **values,
    }


def behind(heads: list[dict[str, Any]], *taken: int, hears: dict[str, str | None] | None = None) -> list[int]:
    handled = [
        {"event_id": f"event_{one}", "state": "done", "at": "2026-03-02T10:00:01.000Z"} for one in taken
    ]
    told = {"others": {"hears": HEARS if hears is None else hears, "handled": handled}}
    return [head["position"] for head, _ in entries.awaited(heads, told)]


def test_a_service_is_behind_with_what_it_listens_to_and_has_not_taken() -> None:
    assert behind([a_head(3), a_head(2), a_head(1)], 1) == [3, 2]


def test_what_is_older_than_something_that_was_taken_is_not_awaited() -> None:
    assert behind([a_head(3), a_head(2), a_head(1)], 3) == []


def test_another_lane_is_another_order() -> None:
    assert behind([a_head(2), a_head(1, origin="import")], 2) == [1]


def test_nobody_is_behind_with_what_they_do_not_listen_to() -> None:
    assert behind([a_head(1, "thing.created.v1")]) == []
    assert behind([a_head(1, "thing.created.v1")], hears={"*": "2026-01-01T00:00:00.000Z"}) == [1]


@pytest.mark.parametrize("since", [None, "2026-03-02T10:00:00.001Z"])
def test_what_was_told_before_somebody_listened_is_not_awaited(since: str | None) -> None:
    assert behind([a_head(1)], hears={"thing.changed.v1": since}) == []


# --- words -----------------------------------------------------------------------------------------------------


def said(kind: str, doer: str | None = None, record: dict[str, Any] | None = None, **data: Any) -> str:
    event = {"type": kind, "subjecttype": kind.partition(".")[0], "data": {"record": record or {}, **data}}
    return wording.sentence(wording.fact(event, {"user_1": "Ann"}, doer=doer))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (said("deal.created.v1", "Ann"), "Ann created the deal."),
        (said("deal.created.v1"), "The deal was created."),
        (
            said("deal.stage_moved.v1", "Ann", from_stage="Demo", to_stage="Won"),
            "Ann moved the deal from Demo to Won.",
        ),
        (said("deal.stage_moved.v1", to_stage="Demo"), "The deal moved to Demo."),
        (
            said("deal.won.v1", "Ann", {"amount": {"amount": "62000.0000", "currency": "USD"}}),
            "Ann won the deal, worth 62,000 USD.",
        ),
        (said("call.missed.v1", "Ann", {"kind": "call"}), "The call was missed."),
        (
            said("deal.properties_changed.v1", "Ann", changes={"owner_id": [None, "user_1"]}),
            "Ann set the owner of the deal to Ann.",
        ),
        (
            said("deal.properties_changed.v1", changes={"source": ["Fair", None]}),
            "The source of the deal was cleared.",
        ),
        (
            said("deal.properties_changed.v1", "Ann", changes={name: [1, 2] for name in "abcdefgh"}),
            "Ann edited the deal: a, b, c, d, e, f and 2 more.",
        ),
        (said("deal.frozen_over.v1"), "The deal: frozen over."),
        (said("deal.enrolled.v1", "Ann", workflow_id="x", by="hand"), "A workflow took the deal up by hand."),
        (
            said("deal.enrolled.v1", workflow_id="user_1", by="date"),
            "The workflow “Ann” took the deal up by its date.",
        ),
        (said("deal.stalled.v1", "Ann"), "The deal has been quiet for too long."),
        (
            said("lead.lifecycle_changed.v1", "Ann", from_stage="lead", to_stage="mql"),
            "Ann moved the lead from lead to mql.",
        ),
        (said("contract.renewal_due.v1"), "The renewal of the contract is due."),
        (said("deal.unshared.v1", "Ann"), "Ann stopped sharing the deal."),
        (
            said(
                "contract.arr_moved.v1",
                arr_before={"amount": "1000", "currency": "USD"},
                arr_after={"amount": "1500", "currency": "USD"},
            ),
            "The annual revenue of the contract moved from 1,000 USD to 1,500 USD.",
        ),
    ],
)
def test_events_are_told_in_words(sentence: str, expected: str) -> None:
    assert sentence == expected


def test_every_event_has_its_words() -> None:
    for event_type in contracts.events():
        assert ": " not in said(event_type), event_type


def a_fact(**values: Any) -> dict[str, Any]:
    return {
        "what": "suppressed",
        "sort": "event",
        "at": "2026-03-02T10:00:00.000Z",
        "key": "key",
        "type": "call.missed.v1",
        "count": 1,
        **values,
    }


def told(sees_reasons: bool = True, **values: Any) -> dict[str, Any]:
    return entries.of_fact("automation", a_fact(**values), Known(sees_reasons=sees_reasons))


@pytest.mark.parametrize(
    ("values", "summary"),
    [
        ({}, "“call missed” came twice to Workflows; after the first time nothing was done."),
        (
            {"sort": "command", "type": "log_activity", "count": 3},
            "The request to log activity was sent 4 times; it was done once.",
        ),
        (
            {"sort": "row", "key": "row:deal:job_1:16"},
            "A row of an import was sent twice; it was brought in once.",
        ),
        (
            {"what": "held", "attempts": 2, "error": "RuntimeError('no paper')"},
            "Workflows could not handle “call missed” yet (2 attempts): no paper.",
        ),
        (
            {"what": "held", "attempts": 0, "error": "waits behind an earlier event of its record"},
            "“call missed” waits to be handled by Workflows, behind an earlier event of this record.",
        ),
        (
            {"what": "unsent", "attempts": 0, "error": None},
            "“call missed” is written down and waits to be sent to the other services.",
        ),
    ],
)
def test_what_services_know_is_told_in_words(values: dict[str, Any], summary: str) -> None:
    assert told(**values)["summary"] == summary


def test_reasons_are_for_those_who_can_do_something_about_them() -> None:
    letter = {
        "what": "parked",
        "attempts": 6,
        "error": "secret table",
        "letter_id": "letter_1",
        "fingerprint": "X",
    }
    seen = told(**letter)
    assert seen["summary"] == "Workflows gave up on “call missed” after 6 attempts: secret table."
    assert seen["remedy"]["action"] == "redrive"
    hidden = told(sees_reasons=False, **letter)
    assert "secret" not in str(hidden)
    assert hidden["remedy"]["action"] is None


# --- jobs ------------------------------------------------------------------------------------------------------


def a_service(hears: list[str], taken: int, told: int = 0, held: int = 0, parked: int = 0) -> dict[str, Any]:
    return {
        "hears": dict.fromkeys(hears),
        "taken": [{"type": "thing.created.v1", "count": taken}],
        "told": [{"type": "thing.created.v1", "count": told}] if told else [],
        "totals": {"held": held, "parked": parked},
    }


def test_what_was_told_is_done_waiting_parked_or_missing() -> None:
    counted = jobs.events(
        {
            "deals": a_service([], 0, told=10),
            "reporting": a_service(["*"], 10),
            "automation": a_service(["thing.created.v1"], 7, held=2, parked=1),
            "contacts": a_service(["other.created.v1"], 0),
        }
    )
    assert counted["told"] == 10
    by_name = {one["service"]: one for one in counted["services"]}
    assert set(by_name) == {"reporting", "automation"}
    assert by_name["automation"] == {
        "service": "automation",
        "expected": 10,
        "done": 4,
        "waiting": 2,
        "parked": 1,
        "missing": 3,
    }
    assert counted["summary"] == (
        "10 events told: History and reports handled 10, Workflows handled 4; 5 waiting, 1 parked."
    )


@pytest.mark.parametrize(("status", "created", "adds_up"), [("completed", 3, True), ("completed", 2, False)])
def test_rows_in_are_outcomes(status: str, created: int, adds_up: bool) -> None:
    counts = dict.fromkeys(OUTCOMES, 0) | {"created": created, "failed": 1}
    job = {"status": status, "total": 4, "processed": 4, "parts": [{"rows": 4, **counts}], **counts}
    assert jobs.rows(job)["adds_up"] is adds_up
    assert jobs.rows({**job, "status": "running"})["adds_up"] is None


def test_an_undo_and_its_import_name_each_other() -> None:
    assert jobs.related({"undo_id": "job_2", "undoes_id": None}) == [
        {"relation": "undone_by", "job_id": "job_2"}
    ]
    assert jobs.related({"undo_id": None, "undoes_id": "job_1"}) == [
        {"relation": "undoes", "job_id": "job_1"}
    ]


def test_an_import_that_made_a_record_is_its_reason() -> None:
    job = ids.new("job")
    event = {
        **a_head(1),
        "actor": "user_1",
        "requestid": job,
        "sequence": 1,
        "type": "deal.created.v1",
        "subjecttype": "deal",
        "data": {"record": {"name": "Wind park"}},
        "origin": "import",
    }
    known = Known(rows={job: {"row": 16, "action": "created"}})
    entry = entries.of_event(event, known, with_record=False)
    assert entry["summary"] == "An import created the deal."
    assert (entry["because"], entry["record"]["label"]) == ({"job_id": job, "row": 16}, "Wind park")
