"""The stage that the worked cases play on: a fresh suite with a movable clock, and people who use it over REST."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from chassis.guard import ACROSS
from chassis.tables import outbox
from suite.testing import Suite, eventually

SERVICES = ("contacts", "deals", "activities", "automation", "reporting")


def answered(answer: httpx.Response) -> Any:
    """What an answer holds; an `AssertionError` with its text when it is a refusal."""
    if answer.status_code >= 300:
        raise AssertionError(f"{answer.request.method} {answer.request.url}: {answer.text}")
    return answer.json()


@dataclass
class Person:
    """Somebody who works here, with a key of their own."""

    id: str
    name: str
    rest: httpx.Client

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return answered(self.rest.post(path, json=dict(body)))

    def refused(self, path: str, **body: Any) -> str:
        """The code of the refusal of a request."""
        answer = self.rest.post(path, json=body)
        return str(answer.json()["code"]) if answer.status_code >= 400 else f"accepted: {answer.text}"

    def inbox(self, kind: str, record_id: str) -> list[str]:
        """The titles of their notifications of a kind about a record."""
        return [one["title"] for one in self.told(kind, record_id)]

    def told(self, kind: str, record_id: str) -> list[dict[str, Any]]:
        """Their notifications of a kind about a record."""
        page = self.rest.get("/v1/notifications", params={"filter": f'kind = "{kind}"', "limit": 200}).json()
        return [one for one in page["data"] if record_id in [each["id"] for each in one["records"]]]


class Stage:
    """A running suite, with its administrator's REST client and a clock that cases move on."""

    def __init__(self, suite: Suite, transport: Callable[[], httpx.BaseTransport] | None = None) -> None:
        self.suite = suite
        self._transport = transport
        suite.start(*SERVICES, "web")
        self.clients: list[httpx.Client] = []
        self.rest = self._client(suite.bootstrap()["admin_key"])
        suite.start("worker")
        self._ahead = timedelta(0)
        eventually(
            lambda: self.get("/v1/workflows", filter='recipe = "stalled_deal"')["data"], what="the recipes"
        )
        eventually(lambda: self.get("/v1/pipelines")["data"], what="the default pipeline")

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def _client(self, key: str) -> httpx.Client:
        client = httpx.Client(
            base_url=self.suite.url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            transport=self._transport() if self._transport else None,
        )
        self.clients.append(client)
        return client

    # --- the clock ---

    @property
    def now(self) -> datetime:
        """The present instant on this stage."""
        return datetime.now(UTC) + self._ahead

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self._ahead += span
        self.suite.move_clock(self._ahead)

    # --- REST ---

    def get(self, path: str, **query: Any) -> Any:
        return answered(self.rest.get(path, params=query))

    def post(self, path: str, body: Mapping[str, Any], **more: Any) -> Any:
        return answered(self.rest.post(path, json=dict(body), **more))

    def version(self, deal: Mapping[str, Any]) -> int:
        """The version of a deal as it is now."""
        return int(self.get(f"/v1/deals/{deal['id']}")["version"])

    def change(self, path: str, changes: Mapping[str, Any]) -> Any:
        """Change a record as it is now."""
        version = self.get(path)["version"]
        return answered(self.rest.patch(path, json=dict(changes), headers={"If-Match": f'"{version}"'}))

    def all(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Every record of a list."""
        found: list[dict[str, Any]] = []
        while True:
            page = self.get(path, limit=200, **query)
            found += page["data"]
            if not page.get("next_cursor"):
                return found
            query["cursor"] = page["next_cursor"]

    def imports(self, name: str, content: str, **fields: str) -> dict[str, Any]:
        """The job that brought in a file, once it is over."""
        return self._over([(name, content.encode())], fields)

    def imports_all(self, files: Sequence[Path], **fields: str) -> dict[str, Any]:
        """The job that brought in some files together, once it is over."""
        return self._over([(file.name, file.read_bytes()) for file in files], fields)

    def _over(self, files: Sequence[tuple[str, bytes]], fields: Mapping[str, str]) -> dict[str, Any]:
        parts = [("file", file) for file in files]
        job = answered(self.rest.post("/v1/imports", files=parts, data=dict(fields)))

        def over() -> dict[str, Any] | None:
            found: dict[str, Any] = self.get(f"/v1/jobs/{job['id']}")
            return found if found["status"] in ("completed", "failed", "cancelled") else None

        return eventually(over, within=300, what="the import is over") or {}

    def tell_again(self, service: str, event_type: str, subject_id: str) -> None:
        """Bring an event to everybody once more, as it went over the bus."""
        statement = select(outbox.c.payload).where(
            outbox.c.type == event_type, outbox.c.subject_id == subject_id
        )
        with self.suite.database(service).reading() as session:
            bodies = list(session.scalars(statement.execution_options(**ACROSS)))
        for body in bodies:
            self.suite.deliver(body)

    # --- metrics ---

    def metrics(self, *names: str, since: str, until: str, **query: str) -> list[dict[str, Any]]:
        """Metrics of a period, as the interface answers them."""
        period = {"names": ",".join(names), "from": since, "to": until}
        rows: list[dict[str, Any]] = self.get("/v1/reports/metrics", **period, **query)["data"]
        return rows

    def figures(self, *names: str, since: str, until: str, **query: str) -> dict[str, Any]:
        """The figures of metrics: amounts as text, all else as numbers."""
        rows = self.metrics(*names, since=since, until=until, **query)
        return {
            row["name"]: row["value"]["amount"] if isinstance(row["value"], dict) else row["value"]
            for row in rows
        }

    # --- people and things ---

    def account(self, name: str) -> str:
        return str(self.post("/v1/accounts", {"name": name})["id"])

    def contract(self, account_id: str, arr: str, starts_on: str, ends_on: str) -> str:
        """A contract over an annual recurring revenue in the currency of the workspace."""
        body = {"account_id": account_id, "arr": {"amount": arr, "currency": "USD"}, "name": "Service"}
        return str(self.post("/v1/contracts", {**body, "starts_on": starts_on, "ends_on": ends_on})["id"])

    def act(self, kind: str, record_id: str, verb: str, **body: Any) -> Any:
        """Do something with a record as it is now."""
        path = f"/v1/{kind}/{record_id}"
        version = self.get(path)["version"]
        return self.post(f"{path}/{verb}", {**body, "expected_version": version})

    def person(self, name: str) -> Person:
        """Only who may administer makes keys, and a key outlives a clock that moves."""
        user = self.post("/v1/users", {"name": name, "role": "admin"})
        link = self.post("/v1/sign-in-links", {"user_id": user["id"]})["url"]
        with httpx.Client(base_url=self.suite.url, timeout=60) as browser:
            session = browser.post("/v1/session", json={"token": link.partition("#token=")[2]})
            headers = {
                "Cookie": session.headers["set-cookie"].partition(";")[0],
                "X-CSRF-Token": session.json()["csrf_token"],
                "Origin": self.suite.url,
            }
            key = answered(browser.post("/v1/keys", json={"name": name, "role": "admin"}, headers=headers))
        return Person(user["id"], name, self._client(key["key"]))

    @cached_property
    def team(self) -> tuple[Person, Person]:
        """A rep and the manager of the rep's team."""
        rep, manager = self.person("Bob"), self.person("Mia")
        team = {"name": "Sales", "manager_id": manager.id, "member_ids": [rep.id]}
        self.post("/v1/teams", team)
        return rep, manager

    @cached_property
    def stages(self) -> dict[str, dict[str, Any]]:
        """The stages of the default pipeline, by name."""
        (pipeline,) = [one for one in self.get("/v1/pipelines")["data"] if one["is_default"]]
        return {stage["name"]: stage for stage in pipeline["stages"]}

    def settled(self) -> None:
        """Return when every event told so far was handled by everybody.

        An event is in an outbox until it is in the queues, and in a queue until what it causes is in an outbox; a look
        at both takes a moment, so it is quiet only when several looks in a row find nothing.
        """
        quiet_since = time.monotonic()

        def still() -> bool:
            nonlocal quiet_since
            waiting = any(queue["messages"] for queue in self.suite.queues() if queue["name"] != "tap")
            if waiting or any(self._untold(service) for service in (*SERVICES, "gateway")):
                quiet_since = time.monotonic()
            return time.monotonic() - quiet_since > 0.3

        eventually(still, within=120, what="every event is handled")

    def _untold(self, service: str) -> bool:
        """Whether a service has facts that it has not sent yet."""
        statement = select(outbox.c.seq).where(outbox.c.status != "sent").limit(1)
        with self.suite.database(service).reading() as session:
            return session.scalar(statement.execution_options(**ACROSS)) is not None

    def effects_done(self) -> None:
        """Return when everything that was to follow has followed: events, the runs they began, and their events."""
        runs = {"filter": 'status = "pending" OR status = "running"', "limit": 1}
        while True:
            self.settled()
            if not self.get("/v1/workflow-runs", **runs)["data"]:
                break
            eventually(
                lambda: not self.get("/v1/workflow-runs", **runs)["data"],
                within=240,
                what="every run has ended",
            )


def at_last(look: Callable[[], Any], expected: Any, within: float = 60) -> Any:
    """What `look` finds as soon as it is what is expected; else what it found last."""
    found: Any = None

    def is_there() -> bool:
        nonlocal found
        found = look()
        return bool(found == expected)

    with suppress(AssertionError):
        eventually(is_there, within=within)
    return found
