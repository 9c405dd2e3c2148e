"""The change feed: what a partner is told of, from when on, and that a door that dies takes no event along.

RAPPORT_FEED_EVENTS=10000 runs the longer form by hand.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import httpx
import pytest
from partner_builders import Partner, a_partner, a_program, read, refused

from chassis import ids
from messages.organisation import SCOPES
from rapport.partner.v1 import accounts_pb2, contacts_pb2, events_pb2
from suite.testing import Suite, eventually

EVENTS = int(os.environ.get("RAPPORT_FEED_EVENTS", "1000"))
KILLS, WRITERS = 4, 4
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.ABORTED)


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    # A reader that does not read is noticed within three seconds.
    suite.env["PARTNER_SLOW_SECONDS"] = "3"
    suite.start("contacts", "deals", "reporting", "web", "partner")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite


@pytest.fixture(scope="module")
def rest(running: Suite) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {running.key}"}  # type: ignore[attr-defined]
    with httpx.Client(base_url=running.url, headers=headers, timeout=30) as client:
        yield client


@pytest.fixture
def partner(running: Suite, rest: httpx.Client) -> Iterator[Partner]:
    made = a_partner(running, rest, streams=50)
    yield made
    made.program.close()


def an_account(partner: Partner, name: str, request_id: str = "", **values: Any) -> Any:
    account = accounts_pb2.Account(name=name, **values)
    request = accounts_pb2.CreateAccountRequest(account=account, request_id=request_id)
    return partner.program.call(partner.program.accounts.CreateAccount, request)


class Follower:
    """Reads a feed on a thread of its own, and comes back with the last token whenever the stream breaks."""

    def __init__(self, partner: Partner, after: str = "", types: tuple[str, ...] = ()) -> None:
        self.events: list[Any] = []
        self.breaks: list[str] = []
        self.token = after
        self._types = types
        self._partner = partner
        self._is_over = threading.Event()
        self.is_following = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self.is_following.wait(30), self.breaks

    def _run(self) -> None:
        while not self._is_over.is_set():
            request = events_pb2.WatchEventsRequest(after=self.token, types=self._types)
            self._stream = self._partner.program.watch(request)
            try:
                for answer in self._stream:
                    self.token = answer.resume_token
                    if answer.HasField("event"):
                        self.events.append(answer.event)
                    self.is_following.set()
            except grpc.RpcError as error:
                self.breaks.append(read(error).code)
                self._is_over.wait(0.1)

    def told(self) -> list[tuple[str, str]]:
        return [(event.type, event.subject) for event in self.events]

    def close(self) -> None:
        self._is_over.set()
        self._stream.cancel()
        self._thread.join(10)


@pytest.fixture
def follow(partner: Partner) -> Iterator[Callable[..., Follower]]:
    made: list[Follower] = []

    def one(**options: Any) -> Follower:
        made.append(Follower(options.pop("of", partner), **options))
        return made[-1]

    yield one
    for follower in made:
        follower.close()


def test_a_partner_is_told_of_its_own_and_of_what_is_shared(
    running: Suite, rest: httpx.Client, partner: Partner, follow: Callable[..., Follower]
) -> None:
    other = a_partner(running, rest, "Other")
    theirs = follow(of=other)
    mine = follow()
    own = an_account(partner, "Own")
    ours = rest.post("/v1/accounts", json={"name": "Ours", "description": "secret"}).json()
    rest.patch(f"/v1/accounts/{ours['id']}", json={"name": "Ours 2", "expected_version": 1})
    shared = rest.post(f"/v1/accounts/{ours['id']}/share", json={"partner_id": partner.id}).json()
    patch = {"name": "Ours 3", "description": "more", "expected_version": shared["version"]}
    changed = rest.patch(f"/v1/accounts/{ours['id']}", json=patch).json()
    wanted = [
        ("account.created.v1", own.id),
        ("account.shared.v1", ours["id"]),
        ("account.properties_changed.v1", ours["id"]),
    ]
    eventually(lambda: mine.told() == wanted, what=f"{mine.told()}")
    assert [event.is_own for event in mine.events] == [True, False, False]
    last = mine.events[-1]
    assert (last.account.name, last.account.HasField("description")) == ("Ours 3", False)
    assert (list(last.changed_fields), last.account.etag) == (["name"], f'"{changed["version"]}"')
    assert rest.post(f"/v1/accounts/{ours['id']}/unshare", json={"partner_id": partner.id}).status_code == 200
    rest.patch(
        f"/v1/accounts/{ours['id']}", json={"name": "Ours 4", "expected_version": changed["version"] + 1}
    )
    an_account(partner, "After")
    eventually(lambda: len(mine.events) == 5, what="the end of sharing, and what comes after it")
    assert mine.told()[3] == ("account.unshared.v1", ours["id"])
    assert mine.events[3].WhichOneof("record") is None
    # What happened while it was shared is told no more, the end of sharing is.
    again = follow(after="start")
    eventually(lambda: len(again.events) == 3, what="the whole feed once more")
    assert again.told() == [wanted[0], ("account.unshared.v1", ours["id"]), *mine.told()[4:]]
    assert theirs.events == []
    other.program.close()


def test_types_and_scopes_narrow_the_feed(
    running: Suite, rest: httpx.Client, follow: Callable[..., Follower]
) -> None:
    scopes = tuple(one for one in SCOPES if one != "contacts:read")
    partner = a_partner(running, rest, "Narrow", scopes=scopes)
    mine = follow(of=partner, types=("account.created.v1", "contact.*"))
    account = an_account(partner, "One")
    contact = contacts_pb2.Contact(last_name="Berg", account_id=account.id)
    program = partner.program
    program.call(program.contacts.CreateContact, contacts_pb2.CreateContactRequest(contact=contact))
    eventually(lambda: len(mine.events) == 2, what="two events")
    kinds = {event.type: event.WhichOneof("record") for event in mine.events}
    assert kinds == {"account.created.v1": "account", "contact.created.v1": None}
    with refused("INVALID_ARGUMENT") as said:
        next(program.watch(events_pb2.WatchEventsRequest(types=["acount.*"])))
    assert said.fields == {"types.0"}
    for token in ("forged", mine.token[:-2]):
        with refused("INVALID_ARGUMENT"):
            next(program.watch(events_pb2.WatchEventsRequest(after=token)))
    program.close()


def test_anothers_token_is_no_good(running: Suite, rest: httpx.Client, partner: Partner) -> None:
    other = a_partner(running, rest, "Thief")
    token = next(partner.program.watch(events_pb2.WatchEventsRequest())).resume_token
    with refused("INVALID_ARGUMENT"):
        next(other.program.watch(events_pb2.WatchEventsRequest(after=token)))
    other.program.close()


def test_streams_are_bounded(running: Suite, rest: httpx.Client) -> None:
    partner = a_partner(running, rest, "Many", streams=2)
    streams = [partner.program.watch(events_pb2.WatchEventsRequest()) for _ in range(2)]
    for stream in streams:
        next(stream)
    with refused("RESOURCE_EXHAUSTED") as said:
        next(partner.program.watch(events_pb2.WatchEventsRequest()))
    assert said.reason == "STREAMS_EXCEEDED"
    streams[0].cancel()

    def there_is_room() -> bool:
        stream = partner.program.watch(events_pb2.WatchEventsRequest())
        try:
            return bool(next(stream).resume_token)
        except grpc.RpcError:
            return False
        finally:
            stream.cancel()

    eventually(there_is_room, what="room for another stream")
    partner.program.close()


def test_a_slow_reader_is_sent_away_with_its_token(
    running: Suite, partner: Partner, follow: Callable[..., Follower]
) -> None:
    # What a program that does not read may be sent at most: otherwise the library would take in megabytes for it.
    small = (("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 16_384))
    program = a_program(running, partner.key, *small)
    stream = program.watch(events_pb2.WatchEventsRequest(), seconds=120)
    first = next(stream).resume_token
    follower = follow(after=first)
    for number in range(150):
        an_account(partner, f"{number} " + "x" * 190, address="y" * 490, city="z" * 110)
    eventually(lambda: len(follower.events) == 150, what="all events at the reader who reads")
    seen = 0
    with refused("RESOURCE_EXHAUSTED") as said:
        for _ in stream:
            seen += 1
            # Reads on once it was found to be slow; its status comes after what was on its way.
            threading.Event().wait(3.5 if seen == 1 else 0)
    assert (said.reason, seen < 150) == ("SLOW_READER", True)
    late = follow(after=said.details["ErrorInfo"].metadata["resume_token"])
    eventually(lambda: late.token == follower.token, what="the slow one comes back")
    assert len(late.events) == 150 - seen
    program.close()


@pytest.mark.slow
def test_a_door_that_dies_takes_no_event_along(
    running: Suite, rest: httpx.Client, partner: Partner, follow: Callable[..., Follower]
) -> None:
    """Neither a gap nor a double after kill -9, however often."""
    follower = follow()
    made: set[str] = set()

    def write(first: int) -> None:
        for number in range(first, EVENTS, WRITERS):
            request_id = ids.new("request")
            while True:
                try:
                    made.add(an_account(partner, f"Account {number}", request_id).id)
                    break
                except grpc.RpcError as error:
                    assert error.code() in AGAIN, read(error)

    writers = [threading.Thread(target=write, args=(one,), daemon=True) for one in range(WRITERS)]
    for writer in writers:
        writer.start()
    for kill in range(1, KILLS + 1):
        wanted = EVENTS * kill // (KILLS + 1)
        eventually(lambda wanted=wanted: len(follower.events) >= wanted, within=300, what="the feed goes on")
        running.processes["partner"].kill()
        running.processes["partner"].start()
    for writer in writers:
        writer.join(300)
    eventually(lambda: len(follower.events) >= len(made), within=120, what="the rest of the events")
    told = [event.id for event in follower.events]
    assert max(Counter(told).values()) == 1, "an event was told twice"
    archived: list[str] = []
    after = "start"
    while True:
        page = rest.get("/v1/events", params={"types": "account.*", "after": after, "limit": 200}).json()
        archived += [event["id"] for event in page["data"] if event["subject"] in made]
        after = page["position"]
        if not page["has_more"]:
            break
    assert told == archived, "an event is missing, or out of order"
    assert len(told) == len(made) == EVENTS
    assert len(follower.breaks) >= KILLS
