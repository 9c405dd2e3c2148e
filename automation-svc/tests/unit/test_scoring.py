"""Scores: a fold over what is known and what was done, capped, told once a change, explained to the last point."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from automation_builders import TEN, a_runtime, an_event, hear, run, with_recipes
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.scoring import LEAD as MODEL
from automation.domain.scoring import Seen, behaviour_of, fit_of, kind_of, said, total, way_to
from automation.usecases.scoring import tell_scores
from chassis import clock, ids
from chassis.errors import AppError, NotFound, Unavailable
from chassis.operation import Runtime

LEAD = "lead_01k8aaaaaaaaaaaaaaaaaaaaaa"
_numbers = count()


class Contacts:
    """Answers for contacts-svc and notes what it was told; fails with `failing` when that is set."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int]] = []
        self.failing: AppError | None = None

    def call(self, service: str, operation: str, ctx: Any, *, lead_id: str, score: int, revision: int) -> Any:
        if self.failing is not None:
            raise self.failing
        self.told.append((score, revision))
        return {"id": lead_id, "version": revision}


@pytest.fixture(autouse=True)
def _soon_after_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    """What happens counts for a while only."""
    monkeypatch.setattr(clock, "now", lambda: TEN + timedelta(hours=1))


@pytest.fixture
def contacts() -> Contacts:
    return Contacts()


@pytest.fixture
def runtime(contacts: Contacts) -> Runtime:
    runtime = with_recipes(replace(a_runtime(), client=contacts))
    hear(
        runtime,
        an_event("lead.created.v1", {"id": LEAD, "name": "Ada", "employee_count": 300, "title": "CEO"}),
    )
    return runtime


def a_signal(kind: str, **values: Any) -> Any:
    record = {
        "id": ids.derive("signal", TEN, str(next(_numbers))),
        "kind": kind,
        "record_id": LEAD,
        "occurred_at": clock.to_text(TEN),
        **values,
    }
    return an_event("signal.created.v1", record)


def score(runtime: Runtime) -> int:
    return int(run(runtime, "lead_score", lead_id=LEAD)["score"])


def test_what_somebody_is_and_does_adds_up(runtime: Runtime, contacts: Contacts) -> None:
    assert score(runtime) == 30
    tell_scores(runtime)
    # Without a signal there is nothing to tell: what is known about very many leads of an import is no news.
    assert contacts.told == []
    hear(runtime, a_signal("demo_request"), a_signal("page_view", url="https://x.example/Pricing"))
    assert score(runtime) == 70
    tell_scores(runtime)
    tell_scores(runtime)
    assert contacts.told == [(70, 1)]


def test_a_signal_counts_once(runtime: Runtime) -> None:
    event = a_signal("download")
    known = an_event("signal.properties_changed.v1", event.record, changes={"record_id": [None, LEAD]})
    hear(runtime, event, event, known)
    assert score(runtime) == 45


def test_a_change_of_what_is_known_moves_the_score(runtime: Runtime, contacts: Contacts) -> None:
    hear(runtime, a_signal("click"))
    smaller = {"id": LEAD, "name": "Ada", "employee_count": 10, "title": "CEO"}
    hear(runtime, an_event("lead.properties_changed.v1", smaller, changes={"employee_count": [300, 10]}))
    tell_scores(runtime)
    assert (score(runtime), contacts.told) == (18, [(18, 2)])


def test_what_cannot_be_told_now_is_told_later(
    runtime: Runtime, contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(runtime, a_signal("click"))
    contacts.failing = Unavailable(service="contacts")
    tell_scores(runtime)
    contacts.failing = None
    tell_scores(runtime)
    assert contacts.told == []
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    tell_scores(runtime)
    assert contacts.told == [(33, 1)]


def test_the_score_of_a_lead_that_is_gone_is_let_go(
    runtime: Runtime, contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    hear(runtime, a_signal("click"))
    contacts.failing = NotFound(what="lead", id=LEAD)
    tell_scores(runtime)
    contacts.failing = None
    later = clock.now() + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    tell_scores(runtime)
    assert contacts.told == []


def test_the_answer_explains_every_point(runtime: Runtime) -> None:
    hear(runtime, a_signal("download", title="Guide"))
    answer = run(runtime, "lead_score", lead_id=LEAD)
    assert [(one["label"], one["points"]) for one in answer["contributions"]] == [
        ("A company of 200 people or more", 15),
        ("Somebody who decides", 15),
        ("Downloaded something: Guide", 15),
    ]
    assert answer["thresholds"] == [{"at": 65, "is_reached": False, "way": ["Asked for a demo (+30)"]}]
    with pytest.raises(AppError) as refused:
        run(runtime, "lead_score", lead_id=ids.new("lead"))
    assert refused.value.kind == "not_found"


signals = st.lists(
    st.builds(Seen, st.sampled_from([one.kind for one in MODEL.behaviours]), st.none(), st.just(TEN)),
    max_size=40,
)


@given(signals)
def test_no_group_exceeds_its_cap(seen: list[Seen]) -> None:
    contributions = behaviour_of(MODEL, seen, TEN)
    for behaviour in MODEL.behaviours:
        number = sum(one.kind == behaviour.kind for one in seen)
        got = sum(one["points"] for one in contributions if one["group"] == behaviour.kind)
        assert got == min(number * behaviour.points, behaviour.cap)


@given(signals)
def test_the_way_to_a_threshold_leads_there(seen: list[Seen]) -> None:
    contributions = behaviour_of(MODEL, seen, TEN)
    way = way_to(MODEL, 65, total(MODEL, contributions), contributions)
    assert way is not None
    gained = sum(int(step.rpartition("+")[2].rstrip(")")) for step in way)
    assert total(MODEL, contributions) + gained >= 65
    assert (
        way == [] or total(MODEL, contributions) + gained - int(way[-1].rpartition("+")[2].rstrip(")")) < 65
    )


def test_nobody_gets_points_for_nothing() -> None:
    assert fit_of({}) == []
    assert kind_of({"kind": "page_view", "url": None}) == "page_view"


def test_what_somebody_did_counts_for_half_a_year(
    runtime: Runtime, contacts: Contacts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: TEN + timedelta(hours=1))
    hear(
        runtime, a_signal("download"), a_signal("click", occurred_at=clock.to_text(TEN - timedelta(days=30)))
    )
    tell_scores(runtime)
    for days, expected in ((149, 48), (150, 45), (179, 45), (180, 30)):
        monkeypatch.setattr(clock, "now", lambda days=days: TEN + timedelta(days=days))
        tell_scores(runtime)
        assert (score(runtime), contacts.told[-1][0]) == (expected, expected)
    assert len(contacts.told) == 3


def test_what_somebody_did_in_words() -> None:
    seen = [
        Seen("pricing", "Prices", TEN),
        Seen("page_view", "Blog", TEN),
        Seen("pricing", "Prices", TEN),
        Seen("download", "Guide", TEN),
        Seen("email_open", "News", TEN),
        Seen("click", None, TEN),
    ]
    assert said(seen) == {"pages": "Prices, Blog", "downloads": "Guide", "mails": "2 in mails"}
    assert said([]) == {"pages": "", "downloads": "", "mails": ""}
