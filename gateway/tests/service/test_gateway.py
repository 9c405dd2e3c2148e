"""The gateway in front of running services: records, their ways, live events, and what a missing service does to it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from suite.testing import Suite, eventually

SERVICES = ("contacts", "deals", "activities", "reporting")


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start(*SERVICES, "web")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite


@pytest.fixture
def rest(running: Suite) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {running.key}"}  # type: ignore[attr-defined]
    with httpx.Client(base_url=running.url, headers=headers, timeout=30) as client:
        yield client


def a_deal(rest: httpx.Client, **values: Any) -> dict[str, Any]:
    def pipeline_is_there() -> bool:
        return bool(rest.get("/v1/pipelines").json()["data"])

    eventually(pipeline_is_there, what="the default pipeline")
    answer = rest.post("/v1/deals", json={"name": "Wind park", **values})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_deal_goes_its_way(rest: httpx.Client) -> None:
    deal = a_deal(rest, amount={"amount": "900.10", "currency": "USD"})
    stages = rest.get("/v1/pipelines").json()["data"][0]["stages"]
    path = f"/v1/deals/{deal['id']}"
    assert rest.get(path).headers["ETag"] == '"1"'
    moved = rest.post(f"{path}/move-stage", json={"stage_id": stages[1]["id"]}, headers={"If-Match": '"1"'})
    assert (moved.status_code, moved.headers["ETag"], moved.json()["stage_id"]) == (
        200,
        '"2"',
        stages[1]["id"],
    )
    assert rest.post(f"{path}/lose", json={"expected_version": 2}).json()["errors"][0]["pointer"] == "/reason"
    won = rest.post(f"{path}/win", json={"expected_version": 2}).json()
    assert won["status"] == "won"
    closed = rest.post(f"{path}/move-stage", json={"stage_id": stages[0]["id"], "expected_version": 3})
    assert (closed.status_code, closed.json()["code"]) == (422, "deals.deal_is_closed")
    history = rest.get(f"{path}/stage-history").json()["data"]
    assert [step["to_stage"] for step in history] == ["Qualification", "Discovery", "Closed Won"]
    board = rest.get(f"/v1/pipelines/{deal['pipeline_id']}/board", params={"limit": 1}).json()
    column = next(stage for stage in board["stages"] if stage["kind"] == "won")
    assert (column["count"] >= 1, len(column["deals"]), board["currency"]) == (True, 1, "USD")


def test_a_record_comes_with_what_belongs_to_it(rest: httpx.Client) -> None:
    account = rest.post("/v1/accounts", json={"name": "Acme"}).json()
    contact = rest.post("/v1/contacts", json={"last_name": "Berg", "account_id": account["id"]}).json()
    deal = a_deal(rest, account_id=account["id"], contact_id=contact["id"])
    task = {"kind": "task", "subject": "Call", "record_ids": [deal["id"]], "due_at": "2030-01-01T10:00:00Z"}
    assert rest.post("/v1/activities", json=task).status_code == 201
    overview = rest.get(f"/v1/deals/{deal['id']}/overview").json()
    assert overview["account"]["name"] == "Acme"
    assert [one["id"] for one in overview["contacts"]] == [contact["id"]]
    assert [one["subject"] for one in overview["activities"]] == ["Call"]
    assert overview["warnings"] == []
    assert overview["counts"] == {"contacts": 1, "deals": 0, "activities": 1}
    assert [one["activity"]["subject"] for one in overview["timeline"]["data"] if "activity" in one] == [
        "Call"
    ]
    listed = rest.get("/v1/deals", params={"ids": deal["id"], "expand": "account,contact,owner,stage"}).json()
    shown = listed["data"][0]
    assert (shown["account"]["id"], shown["contact"]["id"]) == (account["id"], contact["id"])
    assert (shown["owner"]["role"], shown["stage"]["name"]) == ("admin", "Qualification")

    def entries() -> bool:
        found = rest.get(f"/v1/deals/{deal['id']}/timeline", params={"limit": 1}).json()
        if not found["next_cursor"]:
            return False
        rest_of_it = rest.get(
            f"/v1/deals/{deal['id']}/timeline", params={"cursor": found["next_cursor"]}
        ).json()
        return {one["kind"] for one in found["data"] + rest_of_it["data"]} == {"activity", "event"}

    eventually(entries, what="the timeline")
    only = {
        kinds: [
            one["kind"] for one in rest.get(f"/v1/deals/{deal['id']}/timeline?kinds={kinds}").json()["data"]
        ]
        for kinds in ("task", "event", "call,note", "task,event")
    }
    assert (only["task"], set(only["event"]), only["call,note"]) == (["activity"], {"event"}, [])
    assert sorted(set(only["task,event"])) == ["activity", "event"]
    assert rest.get(f"/v1/deals/{deal['id']}/timeline?kinds=dream").status_code == 422
    hits = rest.get("/v1/search", params={"q": "acme"}).json()
    assert {"type": "account", "id": account["id"], "rank": "exact"}.items() <= hits["data"][0].items()


def test_search_finds_every_kind_the_best_first(rest: httpx.Client) -> None:
    word = f"Quux{time.time_ns()}"
    account = rest.post("/v1/accounts", json={"name": f"The {word} Company"}).json()
    contact = rest.post("/v1/contacts", json={"first_name": "Zoë", "last_name": word}).json()
    deal = a_deal(rest, name=word)
    note = {"kind": "note", "subject": f"About {word}", "record_ids": [deal["id"]]}
    assert rest.post("/v1/activities", json=note).status_code == 201
    assert rest.post("/v1/products", json={"name": f"{word} light"}).status_code == 201
    found = rest.get("/v1/search", params={"q": word.upper()}).json()
    assert [(hit["type"], hit["rank"]) for hit in found["data"]] == [
        ("deal", "exact"),
        ("product", "prefix"),
        ("account", "word"),
        ("contact", "word"),
        ("activity", "word"),
    ]
    assert found["warnings"] == []
    both = rest.get("/v1/search", params={"q": f"{word} zoe", "types": "contacts,accounts"}).json()["data"]
    assert [hit["id"] for hit in both] == [contact["id"]]
    assert both[0]["matched"]["text"] == f"Zoë {word}"
    assert account["id"] == rest.get("/v1/search", params={"q": f"{word} comp"}).json()["data"][0]["id"]


def test_a_retried_write_happens_once(rest: httpx.Client) -> None:
    a_deal(rest)
    headers = {"Idempotency-Key": f"key-{time.time_ns()}"}
    with ThreadPoolExecutor(8) as senders:
        sent = [
            senders.submit(rest.post, "/v1/deals", json={"name": "Once"}, headers=headers) for _ in range(8)
        ]
        made = [answer.result() for answer in sent]
    assert {answer.status_code for answer in made} <= {201, 409}
    assert len({answer.json()["id"] for answer in made if answer.status_code == 201}) == 1


def test_events_arrive_live_and_none_is_missed_after_a_break(rest: httpx.Client) -> None:
    latest = rest.get("/v1/events", params={"after": "latest"}).json()["position"]
    deal = a_deal(rest)
    polled = rest.get("/v1/events", params={"after": latest, "types": "deal.*", "wait": 20}).json()
    assert polled["data"][0]["subject"] == deal["id"]
    assert "workspaceid" not in polled["data"][0]

    def read_stream(position: str, until: str) -> list[dict[str, Any]]:
        headers = {"Accept": "text/event-stream", "Last-Event-ID": position}
        seen: list[dict[str, Any]] = []
        with rest.stream("GET", "/v1/events", headers=headers) as stream:
            for line in stream.iter_lines():
                if line.startswith("data:"):
                    seen.append(json.loads(line[5:]))
                    if seen[-1]["subject"] == until:
                        return seen
        return seen

    later = a_deal(rest)
    seen = read_stream(latest, later["id"])
    assert [event["subject"] for event in seen if event["type"] == "deal.created.v1"][-2:] == [
        deal["id"],
        later["id"],
    ]
    again = read_stream(seen[-2]["position"], later["id"]) if len(seen) > 1 else seen
    assert again[-1]["id"] == seen[-1]["id"]
    assert rest.get("/v1/events", params={"after": "forged"}).status_code == 400


def test_a_report_links_to_its_records(rest: httpx.Client) -> None:
    deal = a_deal(rest, amount={"amount": "5", "currency": "USD"})
    rest.post(f"/v1/deals/{deal['id']}/win", json={"expected_version": 1})

    def row() -> Any:
        return rest.get("/v1/reports/win-rate").json()["data"]

    rows = eventually(row, what="a closed deal in the report")
    assert rows[0]["records"].startswith("/v1/deals?filter=")
    eventually(
        lambda: (
            rest.get(rows[0]["records"], params={"count": "true"}).status_code == 400
            or rest.get(f"{rows[0]['records']}&count=true").json()["total"] >= rows[0]["won"]
        )
    )
    assert rest.get("/v1/reports/win-rate", params={"group_by": "colour"}).status_code == 422


def test_a_missing_service_takes_only_its_own_part_away(running: Suite, rest: httpx.Client) -> None:
    account = rest.post("/v1/accounts", json={"name": "Acme"}).json()
    deal = a_deal(rest, account_id=account["id"])
    running.processes["contacts"].kill()
    began = time.monotonic()
    missing = rest.get("/v1/accounts")
    assert time.monotonic() - began < 9
    assert (missing.status_code, missing.json()["service"]) == (503, "contacts")
    assert int(missing.headers["Retry-After"]) >= 1
    began = time.monotonic()
    assert rest.get("/v1/accounts").status_code == 503
    assert time.monotonic() - began < 3
    assert rest.get("/v1/deals", params={"limit": 1}).status_code == 200
    found = rest.get("/v1/search", params={"q": "wind"}).json()
    assert [one["service"] for one in found["warnings"]] == ["contacts"]
    overview = rest.get(f"/v1/deals/{deal['id']}/overview").json()
    assert (overview["record"]["id"], overview["account"], overview["counts"]["contacts"]) == (
        deal["id"],
        None,
        None,
    )
    assert [one["service"] for one in overview["warnings"]] == ["contacts"]
    states = {one["name"]: one["status"] for one in rest.get("/v1/status").json()["services"]}
    assert (states["contacts"], states["deals"]) == ("down", "up")
    running.processes["contacts"].start()
    eventually(lambda: rest.get("/v1/accounts").status_code == 200, what="contacts is back")


def test_the_web_process_ends_when_told_to_and_takes_its_streams_along(
    running: Suite, rest: httpx.Client
) -> None:
    with rest.stream("GET", "/v1/events", headers={"Accept": "text/event-stream"}) as stream:
        assert stream.status_code == 200
        began = time.monotonic()
        assert running.processes["web"].stop() == 0
        assert time.monotonic() - began < 10
    running.processes["web"].start()
