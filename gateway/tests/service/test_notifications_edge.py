"""Two people in front of running services: each sees and hears of their own notifications, and of nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from chassis import clock, ids
from chassis.context import system
from suite.testing import Suite, eventually


@dataclass
class Person:
    """Somebody with a key of their own."""

    id: str
    rest: httpx.Client

    def inbox(self, **parameters: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.rest.get("/v1/notifications", params=parameters).json()["data"]
        return found

    def unread(self) -> int:
        count: int = self.rest.get("/v1/notifications/unread").json()["unread"]
        return count

    def events(self, after: str, **parameters: Any) -> dict[str, Any]:
        page: dict[str, Any] = self.rest.get("/v1/events", params={"after": after, **parameters}).json()
        return page

    def position(self) -> str:
        return str(self.events("latest")["position"])

    def walk(self, after: str, until: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """What polls show from a position on, up to the event about the record `until`."""
        while True:
            page = self.events(after, wait=20, **parameters)
            yield from page["data"]
            if until in {event["subject"] for event in page["data"]}:
                return
            after = page["position"]

    def stream(self, after: str, until: str) -> list[dict[str, Any]]:
        """What a stream shows from a position on, up to the event about the record `until`."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": after}
        seen: list[dict[str, Any]] = []
        with self.rest.stream("GET", "/v1/events", headers=headers) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line[6:]))
                    if seen[-1]["subject"] == until:
                        return seen
        raise AssertionError("the stream ended")


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start("contacts", "activities", "reporting", "web")
    suite.made = suite.bootstrap()  # type: ignore[attr-defined]
    return suite


@pytest.fixture(scope="module")
def people(running: Suite) -> Iterator[tuple[Person, Person]]:
    """Two administrators: no role opens the notifications of somebody else."""

    def client(**headers: str) -> httpx.Client:
        return httpx.Client(base_url=running.url, headers=headers, timeout=30)

    admin = client(Authorization=f"Bearer {running.made['admin_key']}")  # type: ignore[attr-defined]
    other = admin.post("/v1/users", json={"name": "Bob", "role": "admin"}).json()
    link = admin.post("/v1/sign-in-links", json={"user_id": other["id"]}).json()["url"]
    with client() as browser:
        signed_in = browser.post("/v1/session", json={"token": link.partition("#token=")[2]})
        headers = {
            "Cookie": signed_in.headers["set-cookie"].partition(";")[0],
            "X-CSRF-Token": signed_in.json()["csrf_token"],
            "Origin": running.url,
        }
        made = browser.post("/v1/keys", json={"name": "Bob", "role": "admin"}, headers=headers)
        assert made.status_code == 201, made.text
    bob = client(Authorization=f"Bearer {made.json()['key']}")
    me = admin.get("/v1/me").json()["user"]["id"]
    yield Person(me, admin), Person(other["id"], bob)
    admin.close()
    bob.close()


def notify(running: Suite, *people: Person, **values: Any) -> list[str]:
    """As a workflow would; tried again until news of the people has come to activities-svc."""
    ctx = system(running.made["workspace_id"], "workflow_test", origin="automation")  # type: ignore[attr-defined]
    given: dict[str, Any] = {
        "user_ids": [person.id for person in people],
        "key": ids.new("event"),
        "kind": "workflow",
        "title": "Only for you",
        "happened_at": clock.to_text(clock.now()),
        **values,
    }

    def sent() -> list[str]:
        return [one["id"] for one in running.call("activities", "notify", ctx, **given)["data"]]

    def known() -> bool:
        try:
            return bool(sent())
        except Exception as error:  # noqa: BLE001 - an answer of the service, told apart by its code
            assert getattr(error, "code", "") == "activities.recipient_unknown", error
            return False

    eventually(known, what="a notification")
    return sent()


def test_everybody_reads_their_own(running: Suite, people: tuple[Person, Person]) -> None:
    ann, bob = people
    before = ann.unread()
    for_ann, for_bob = notify(running, ann, bob)
    assert ann.unread() == before + 1
    assert for_bob not in {one["id"] for one in ann.inbox()}
    for method, path in (
        ("GET", ""),
        ("POST", "/mark-read"),
        ("POST", "/mark-unread"),
        ("POST", "/archive"),
        ("POST", "/unarchive"),
    ):
        refused = ann.rest.request(method, f"/v1/notifications/{for_bob}{path}")
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), path
    assert ann.rest.get("/v1/notifications", params={"ids": for_bob}).json()["missing"] == [for_bob]
    read = ann.rest.post(f"/v1/notifications/{for_ann}/mark-read").json()
    assert (read["read_at"] is not None, ann.unread(), bob.unread()) == (True, before, 1)
    assert ann.rest.post("/v1/notifications/mark-all-read", json={"until": "soon"}).status_code == 422
    assert bob.rest.post("/v1/notifications/mark-all-read").json() == {"changed": 1}
    assert bob.rest.post("/v1/notifications/archive-all").json() == {"changed": 1}
    assert bob.inbox(filter="archived_at = null") == []


def test_a_notification_travels_to_its_user_only(running: Suite, people: tuple[Person, Person]) -> None:
    """A poll of a few events, one of a whole page, and a stream: whole pages are shared by all who wait for them."""
    ann, bob = people
    begin = ann.position()
    for_ann, for_bob = notify(running, ann, bob)
    end = ann.rest.post("/v1/accounts", json={"name": "Acme"}).json()["id"]
    for person, theirs, other in ((ann, for_ann, for_bob), (bob, for_bob, for_ann)):
        streamed = {event["subject"] for event in person.stream(begin, until=end)}
        assert (theirs in streamed, other in streamed) == (True, False)
        for limit in (200, 100, 1):
            seen = list(person.walk(begin, end, limit=limit))
            subjects = {event["subject"] for event in seen}
            assert (theirs in subjects, other in subjects) == (True, False), limit
            assert all("addressee" not in event for event in seen)


def test_a_poll_for_notifications_waits_for_ones_own(running: Suite, people: tuple[Person, Person]) -> None:
    ann, bob = people
    begin = ann.position()
    notify(running, bob)
    eventually(lambda: bob.events(begin, types="notification.*")["data"], what="the event for Bob")
    assert ann.events(begin, types="notification.*")["data"] == []
    (for_ann,) = notify(running, ann)
    (event,) = ann.events(begin, types="notification.*", wait=20)["data"]
    assert (event["subject"], event["type"]) == (for_ann, "notification.created.v1")
