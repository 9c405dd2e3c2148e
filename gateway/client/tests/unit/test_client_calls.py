"""Calls of the client against a server that fails in every way that servers fail."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tiny_server import Peer, answer, cut, problem, text

from rapport_client import (
    ConnectionLost,
    Gone,
    Incomplete,
    Internal,
    Invalid,
    Malformed,
    Money,
    NotConfigured,
    NotFound,
    Rapport,
    Rule,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
    quote,
)


def a_deal(version: int = 1, **values: Any) -> dict[str, Any]:
    return {"id": "deal_1", "version": version, "name": "Wind park", "custom": {}, **values}


def a_page(*ids: str, following: str | None = None) -> Any:
    return answer(200, {"data": [a_deal(id=one) for one in ids], "next_cursor": following})


# --- repeating ---------------------------------------------------------------------------------------------------


def test_a_write_is_repeated_with_the_key_it_was_made_with(peer: Peer) -> None:
    peer.will(
        problem(503, "service_unavailable", headers={"Retry-After": "0"}),
        cut,
        problem(504, "deadline_exceeded", headers={"Retry-After": "0"}),
        problem(409, "request_in_progress", headers={"Retry-After": "0"}),
        answer(201, a_deal()),
    )
    assert peer.crm.deals.create(name="Wind park").id == "deal_1"
    keys = {one.key for one in peer.asked}
    assert (len(peer.asked), len(keys)) == (5, 1)
    assert all(one.json == {"name": "Wind park"} for one in peer.asked)
    peer.will(answer(201, a_deal()))
    peer.crm.deals.create(name="Wind park")
    assert peer.asked[-1].key not in keys


def test_a_key_of_ones_own_is_sent(peer: Peer) -> None:
    peer.will(answer(201, a_deal()))
    peer.crm.deals.create(name="Wind park", idempotency_key="order-17")
    assert peer.asked[0].key == "order-17"


def test_what_is_wrong_is_not_repeated(peer: Peer) -> None:
    for status, kind, expected in (
        (400, "malformed", Malformed),
        (401, "unauthenticated", Unauthenticated),
        (404, "not_found", NotFound),
        (409, "conflict", Exception),
        (422, "rule", Rule),
        (500, "internal", Internal),
    ):
        peer.will(problem(status, "some_code", kind=kind))
        before = len(peer.asked)
        with pytest.raises(expected) as found:
            peer.crm.deals.get("deal_1")
        assert len(peer.asked) == before + 1
        assert getattr(found.value, "code", None) == "some_code"
        assert getattr(found.value, "request_id", None) == "request_1"


def test_a_kind_that_the_answer_does_not_name_follows_from_the_status(peer: Peer) -> None:
    peer.will(problem(422, "invalid"))
    with pytest.raises(Invalid):
        peer.crm.deals.get("deal_1")


def test_who_gives_up_says_what_was_last_heard(peer: Peer) -> None:
    with Rapport(peer.server.url, "rap_sk_test", attempts=2) as crm:
        peer.will(*[problem(503, "service_unavailable", service="deals", headers={"Retry-After": "0"})] * 2)
        with pytest.raises(Unavailable) as found:
            crm.deals.get("deal_1")
        assert (found.value.service, len(peer.asked)) == ("deals", 2)
        peer.will(cut, cut)
        with pytest.raises(ConnectionLost):
            crm.deals.get("deal_1")


def test_a_pause_longer_than_the_deadline_is_not_waited_for(peer: Peer) -> None:
    peer.will(problem(429, "too_many_requests", headers={"Retry-After": "3600"}))
    with pytest.raises(TooMany) as found:
        peer.crm.deals.get("deal_1")
    assert (found.value.retry_after, len(peer.asked)) == (3600.0, 1)


def test_nobody_there(peer: Peer) -> None:
    with Rapport("http://127.0.0.1:1", "rap_sk_test", attempts=1) as crm:
        with pytest.raises(ConnectionLost, match="No answer from"):
            crm.me()


def test_something_else_answers_there(peer: Peer) -> None:
    peer.will(text("<html>", media_type="text/html"))
    with pytest.raises(ConnectionLost, match="is this the address"):
        peer.crm.me()


def test_a_deletion_whose_answer_was_lost_is_a_deletion(peer: Peer) -> None:
    peer.will(answer(200, a_deal()), cut, problem(410, "gone", kind="gone"))
    peer.crm.deals.delete("deal_1")
    peer.will(problem(410, "gone", kind="gone"))
    with pytest.raises(Gone):
        peer.crm.deals.delete(peer.crm.deals.record(a_deal()))


def test_threads_share_a_client(peer: Peer) -> None:
    peer.will(*[answer(200, a_deal())] * 40)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: peer.crm.deals.get("deal_1").name, range(40)))
    assert found == ["Wind park"] * 40


# --- versions ----------------------------------------------------------------------------------------------------


def test_a_change_names_the_version_that_was_seen(peer: Peer) -> None:
    peer.will(answer(200, a_deal(3)), answer(200, a_deal(4, name="Sea park")))
    deal = peer.crm.deals.get("deal_1")
    assert peer.crm.deals.update(deal, name="Sea park", next_step=None).name == "Sea park"
    assert peer.asked[1].headers["if-match"] == '"3"'
    assert peer.asked[1].json == {"name": "Sea park", "next_step": None}


def test_a_change_beside_those_of_others_is_made_again(peer: Peer) -> None:
    peer.will(
        problem(412, "version_conflict", kind="stale", version=4, changed=["next_step"]),
        answer(200, a_deal(4, next_step="Call")),
        answer(200, a_deal(5)),
    )
    seen = peer.crm.deals.record(a_deal(3, next_step=None))
    peer.crm.deals.update(seen, name="Sea park")
    assert [one.headers.get("if-match") for one in peer.asked] == ['"3"', None, '"4"']
    assert peer.asked[0].key != peer.asked[2].key


def test_a_change_of_what_others_changed_is_refused(peer: Peer) -> None:
    peer.will(
        problem(412, "version_conflict", kind="stale", version=4, changed=[]),
        answer(200, a_deal(4, name="Solar park", custom={"a": 2})),
    )
    seen = peer.crm.deals.record(a_deal(3, next_step=None, custom={"a": 1}))
    with pytest.raises(Stale) as found:
        peer.crm.deals.update(seen, name="Sea park", next_step="Call", custom={"a": 3})
    # Told by the values: what a refusal lists may not reach back far enough.
    assert found.value.changed == ("name", "custom")
    assert (found.value.version, found.value.current.name) == (4, "Solar park")
    assert len(peer.asked) == 2


def test_custom_fields_are_compared_one_by_one(peer: Peer) -> None:
    peer.will(
        problem(412, "version_conflict", kind="stale", version=4, changed=["custom"]),
        answer(200, a_deal(4, custom={"a": 1, "b": 2})),
        answer(200, a_deal(5)),
    )
    peer.crm.deals.update(peer.crm.deals.record(a_deal(3, custom={"a": 1})), custom={"a": 3})
    assert len(peer.asked) == 3


def test_a_verb_on_a_record_means_the_version_that_was_seen(peer: Peer) -> None:
    peer.will(problem(412, "version_conflict", kind="stale", version=4, changed=["stage_id"]))
    with pytest.raises(Stale) as found:
        peer.crm.deals.win(peer.crm.deals.record(a_deal(3)))
    assert found.value.changed == ("stage_id",)


def test_a_verb_on_an_id_means_the_record_as_it_is(peer: Peer) -> None:
    peer.will(
        answer(200, a_deal(3)),
        problem(412, "version_conflict", kind="stale", version=4),
        answer(200, a_deal(4)),
        answer(200, a_deal(5, status="won")),
    )
    assert peer.crm.deals.win("deal_1").status == "won"
    assert [one.headers.get("if-match") for one in peer.asked] == [None, '"3"', None, '"4"']


def test_a_stage_is_told_by_its_name(peer: Peer) -> None:
    pipeline = {"name": "Sales", "stages": [{"id": "stage_2", "name": "Proposal"}]}
    deal = peer.crm.deals.record(a_deal(3, pipeline_id="pipeline_1"))
    peer.will(answer(200, pipeline), answer(200, a_deal(4)))
    peer.crm.deals.move_stage(deal, stage=" proposal")
    assert peer.asked[1].json == {"stage_id": "stage_2"}
    peer.will(answer(200, pipeline))
    with pytest.raises(ValueError, match="its stages: Proposal"):
        peer.crm.deals.move_stage(deal, stage="Propsal")


# --- lists -------------------------------------------------------------------------------------------------------


def test_a_list_is_fetched_as_it_is_read(peer: Peer) -> None:
    deals = peer.crm.deals.list(filter='name ~ "park"', sort="-amount", expand=["account"], page_size=2)
    assert peer.asked == []
    peer.will(a_page("deal_1", "deal_2", following="c1"))
    walk = iter(deals)
    assert [next(walk).id, next(walk).id, len(peer.asked)] == ["deal_1", "deal_2", 1]
    peer.will(a_page("deal_3"))
    assert [one.id for one in walk] == ["deal_3"]
    assert peer.asked[1].query == {
        "filter": 'name ~ "park"',
        "sort": "-amount",
        "limit": "2",
        "cursor": "c1",
        "expand": "account",
    }


def test_a_limit_ends_a_list(peer: Peer) -> None:
    peer.will(a_page("deal_1", "deal_2", following="c1"), a_page("deal_3", following="c2"))
    assert len(peer.crm.deals.list(limit=3, page_size=2).all()) == 3
    assert [one.query["limit"] for one in peer.asked] == ["2", "1"]


def test_the_first_and_the_count(peer: Peer) -> None:
    peer.will(a_page(), answer(200, {"data": [], "next_cursor": None, "total": 17}))
    assert peer.crm.deals.list().first() is None
    assert peer.crm.deals.list().count() == 17
    assert peer.asked[1].query == {"limit": "1", "count": "true"}


def test_a_filter_that_is_a_tree_goes_into_a_body(peer: Peer) -> None:
    tree = {"field": "created_at", "op": ">", "value": datetime(2026, 1, 1, tzinfo=UTC)}
    peer.will(a_page("deal_1"))
    assert len(peer.crm.deals.list(filter=tree).all()) == 1
    assert (peer.asked[0].method, peer.asked[0].path) == ("POST", "/v1/deals/search")
    assert peer.asked[0].json["filter"]["value"] == "2026-01-01T00:00:00.000Z"


def test_many_are_read_in_portions(peer: Peer) -> None:
    ids = [f"deal_{number}" for number in range(201)]
    peer.will(
        answer(200, {"data": [a_deal(id=one) for one in ids[:200]], "missing": []}),
        answer(200, {"data": [], "missing": [ids[200]]}),
    )
    found = peer.crm.deals.get_many(ids)
    assert (len(found), found.missing) == (200, ["deal_200"])


def test_a_batch_has_a_result_for_each(peer: Peer) -> None:
    refusal = {
        "kind": "invalid",
        "code": "invalid",
        "detail": "Invalid.",
        "errors": [{"pointer": "/data/name"}],
    }
    results = [{"index": 0, "status": 201, "data": a_deal()}, {"index": 1, "status": 422, "error": refusal}]
    peer.will(cut, answer(200, {"results": results}), answer(200, {"results": results[:1]}))
    rows = [{"name": "a"}, {"name": ""}, {"name": "c"}]
    found = list(peer.crm.deals.create_many(rows, at_once=2))
    assert [(one.index, one.ok) for one in found] == [(0, True), (1, False), (2, True)]
    assert isinstance(found[1].error, Invalid)
    assert list(found[1].error.fields) == ["name"]
    assert peer.asked[0].key == peer.asked[1].key != peer.asked[2].key


# --- files -------------------------------------------------------------------------------------------------------


def test_an_export_is_written_when_it_is_whole(peer: Peer, tmp_path: Path) -> None:
    target = tmp_path / "deals.csv"
    peer.will(text("id,name\n1,a\n", media_type="text/csv", whole=False))
    with pytest.raises(Incomplete):
        peer.crm.deals.export(target, filter="amount > 1")
    assert list(tmp_path.iterdir()) == []
    peer.will(text("id,name\n1,a\n", media_type="text/csv"))
    assert peer.crm.deals.export(target, fields=["id", "name"]) == 12
    assert target.read_text() == "id,name\n1,a\n"
    assert peer.asked[1].query == {"format": "csv", "fields": "id,name"}
    with pytest.raises(ValueError, match="csv, xlsx, jsonl"):
        peer.crm.deals.export(tmp_path / "deals.pdf")


def test_exported_rows_are_records(peer: Peer) -> None:
    peer.will(text('{"id": "deal_1", "version": 1, "name": "a"}\n', media_type="application/jsonl"))
    assert [one.name for one in peer.crm.deals.export_rows()] == ["a"]


def test_an_import_is_sent_again_whole(peer: Peer, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email\nada@acme.example\n")
    job = {"id": "job_1", "kind": "import", "status": "running", "stage": "rows"}
    peer.will(cut, answer(202, job), answer(200, {**job, "status": "completed", "created": 1}))
    started = peer.crm.imports.start(file, mapping={"tables": []}, dry_run=True)
    seen: list[str] = []
    done = started.wait(progress=lambda one: seen.append(one.status))
    assert (done.created, seen) == (1, ["running", "completed"])
    assert peer.asked[0].key == peer.asked[1].key
    assert all(b"ada@acme.example" in one.body and b'name="mapping"' in one.body for one in peer.asked[:2])


# --- values ------------------------------------------------------------------------------------------------------


def test_records_read_as_python_does(peer: Peer) -> None:
    deal = peer.crm.deals.record(
        a_deal(
            amount={"amount": "12.50", "currency": "EUR"},
            created_at="2026-03-02T09:30:00.000Z",
            expected_close_on="2026-04-01",
            account={"id": "account_1", "name": "Acme", "version": 1},
            custom={"seen_at": "yes"},
        )
    )
    assert deal.amount == Money("12.50", "EUR")
    assert deal.created_at == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert deal.expected_close_on == date(2026, 4, 1)
    assert (type(deal.account).__name__, deal.account.name) == ("Account", "Acme")
    assert deal.custom == {"seen_at": "yes"}
    assert pickle.loads(pickle.dumps(deal)) == deal
    with pytest.raises(AttributeError, match="expand"):
        _ = deal.owner
    with pytest.raises(AttributeError, match="update"):
        deal.name = "Sea park"


def test_a_part_that_an_answer_leaves_out_is_none(peer: Peer) -> None:
    entry = {"at": "2026-03-02T09:30:00Z", "kind": "event", "event": {"type": "deal.won.v1", "changes": {}}}
    peer.will(answer(200, {"data": [entry], "next_cursor": None}))
    found = peer.crm.deals.timeline("deal_1").first()
    assert found is not None and found.event is not None
    assert (found.activity, found.event.type) == (None, "deal.won.v1")


def test_values_are_written_as_the_interface_takes_them(peer: Peer) -> None:
    peer.will(answer(201, a_deal()))
    account = peer.crm.accounts.record({"id": "account_1"})
    peer.crm.deals.create(
        name="Wind park",
        amount=Money(Decimal("60000"), "USD"),
        account_id=account,
        expected_close_on=date(2026, 4, 1),
        tags=["a"],
    )
    assert peer.asked[0].json == {
        "name": "Wind park",
        "amount": {"amount": "60000", "currency": "USD"},
        "account_id": "account_1",
        "expected_close_on": "2026-04-01",
        "tags": ["a"],
    }
    with pytest.raises(ValueError, match="time zone"):
        peer.crm.activities.create(kind="task", subject="Call", due_at=datetime(2026, 1, 1))
    assert len(peer.asked) == 1


def test_money_is_exact() -> None:
    assert Money.parse("1250.00 eur") == Money("1250.00", "EUR")
    assert str(Money("1E3", "EUR")) == "1000 EUR"
    for amount, currency in ((1.5, "EUR"), ("NaN", "EUR"), ("1", "euro"), ("1,5", "EUR")):
        with pytest.raises(ValueError):
            Money(amount, currency)  # type: ignore[arg-type]


def test_a_text_in_a_filter_stays_a_text() -> None:
    assert quote('O"Hara\\') == '"O\\"Hara\\\\"'


def test_a_client_without_address_or_key_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_URL", raising=False)
    monkeypatch.delenv("RAPPORT_KEY", raising=False)
    with pytest.raises(NotConfigured, match="RAPPORT_URL"):
        Rapport()
    with pytest.raises(NotConfigured, match="RAPPORT_KEY"):
        Rapport("http://127.0.0.1:1")
    with pytest.raises(NotConfigured, match="no address"):
        Rapport("localhost:8080", "rap_sk_x")
    monkeypatch.setenv("RAPPORT_URL", "http://127.0.0.1:1/v1/")
    monkeypatch.setenv("RAPPORT_KEY", "rap_sk_x")
    with Rapport() as crm:
        assert crm.url == "http://127.0.0.1:1"
