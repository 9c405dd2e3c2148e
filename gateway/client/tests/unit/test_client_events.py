"""Following events over connections that break."""

from __future__ import annotations

import json

import pytest
from tiny_server import Peer, answer, cut, problem, text

from rapport_client import Unauthenticated


def an_entry(number: int) -> str:
    event = {
        "id": f"event_{number}",
        "type": "deal.won.v1",
        "subject": "deal_1",
        "time": "2026-03-02T09:30:00.000Z",
        "position": f"p{number}",
        "data": {"record": {"id": "deal_1", "name": "Wind park"}, "changes": {"status": ["open", "won"]}},
    }
    return f"id: p{number}\nevent: deal.won.v1\ndata: {json.dumps(event)}\n\n"


def test_a_stream_that_breaks_goes_on_where_it_was(peer: Peer) -> None:
    half = an_entry(3)[:-1]
    peer.will(
        answer(200, {"data": [], "position": "p0", "has_more": False}),
        text("retry: 1000\nid: p0\n: connected\n\n" + an_entry(1) + an_entry(2) + half, whole=False),
        cut,
        problem(503, "service_unavailable", headers={"Retry-After": "0"}),
        text(an_entry(3) + "id: p9\n: beat\n\n"),
        text(an_entry(10)),
    )
    seen = []
    with peer.crm.events.watch(types=["deal.*", "call.missed.v1"]) as events:
        for event in events:
            assert event.position == events.position
            seen.append(event.id)
            if len(seen) == 4:
                break
    assert seen == ["event_1", "event_2", "event_3", "event_10"]
    assert [one.query["after"] for one in peer.asked] == ["latest", "p0", "p2", "p2", "p2", "p9"]
    assert peer.asked[1].query["types"] == "deal.*,call.missed.v1"


def test_an_event_reads_as_what_it_is_about(peer: Peer) -> None:
    peer.will(text(an_entry(1)))
    with peer.crm.events.watch(after="p0") as events:
        event = next(events)
    assert (type(event.record).__name__, event.record.name) == ("Deal", "Wind park")
    assert event.changes == {"status": ("open", "won")}
    assert event.time.year == 2026


def test_a_key_that_is_revoked_ends_the_watch(peer: Peer) -> None:
    peer.will(text(an_entry(1)), problem(401, "key_not_valid", kind="unauthenticated"))
    events = peer.crm.events.watch(after="p0")
    assert next(events).id == "event_1"
    with pytest.raises(Unauthenticated):
        next(events)


def test_the_archive_is_read_to_its_end(peer: Peer) -> None:
    one = {"id": "event_1", "position": "p1"}
    peer.will(
        answer(200, {"data": [one], "position": "p1", "has_more": True}),
        answer(200, {"data": [], "position": "p7", "has_more": False}),
    )
    assert [event.id for event in peer.crm.events.list(types="deal.*")] == ["event_1"]
    assert [asked.query["after"] for asked in peer.asked] == ["start", "p1"]
