"""The ledger in front of running services: what came twice, what waits and is parked, what a job told, adds up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from import_builders import FILES, PIPELINE
from sqlalchemy import select, update

from chassis import clock, context, envelope, ids
from chassis.bus import bundles
from chassis.guard import ACROSS
from chassis.operation import Runtime
from chassis.tables import dead_letter, held_event, outbox
from gateway import credentials
from gateway.organisation.service import Organisation
from suite.cli import rapport
from suite.testing import Suite, eventually

SERVICES = ("contacts", "deals", "activities", "automation", "reporting")
STAGES = [{"id": ids.new("stage"), "name": "Somewhere", "kind": "open"}]


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start(*SERVICES, "web")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite.start("worker")


@pytest.fixture
def rest(running: Suite) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {running.key}"}  # type: ignore[attr-defined]
    with httpx.Client(base_url=running.url, headers=headers, timeout=30) as client:
        recipes = {"filter": 'recipe = "missed_call_follow_up"'}
        eventually(lambda: client.get("/v1/workflows", params=recipes).json()["data"], what="the recipes")
        eventually(lambda: client.get("/v1/pipelines").json()["data"], what="the default pipeline")
        yield client


@pytest.fixture
def cli(running: Suite) -> Callable[..., str]:
    """What a command of the terminal says."""

    def say(*words: str) -> str:
        where = ("--url", running.url, "--key", running.key)  # type: ignore[attr-defined]
        done = CliRunner().invoke(rapport, [*words, *where])
        assert done.exit_code == 0, done.output
        return done.output

    return say


def ledger(rest: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    answer = rest.get(f"/v1/{path}/ledger", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def of_kind(page: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in page["entries"] if entry["kind"] == kind]


def a_missed_call(rest: httpx.Client, subject: str = "Ring", **headers: str) -> tuple[dict[str, Any], str]:
    """A contact's call that nobody answered, and the contact's id."""
    contact = rest.post("/v1/contacts", json={"last_name": "Berg"}).json()["id"]
    answer = log_call(rest, contact, subject, **headers)
    return answer, contact


def log_call(rest: httpx.Client, contact: str, subject: str, **headers: str) -> dict[str, Any]:
    body = {"kind": "call", "subject": subject, "outcome": "no_answer", "record_ids": [contact]}
    answer = rest.post("/v1/activities", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def told_once(rest: httpx.Client, path: str, kind: str) -> dict[str, Any]:
    """The one entry of a kind, as soon as it is there."""

    def found() -> list[dict[str, Any]]:
        return of_kind(ledger(rest, path), kind)

    (entry,) = eventually(found, what=f"an entry {kind}")
    return entry


def payload_of(suite: Suite, service: str, event_type: str, subject_id: str) -> str:
    with suite.database(service).reading() as session:
        statement = select(outbox.c.payload).where(
            outbox.c.type == event_type, outbox.c.subject_id == subject_id
        )
        return str(session.scalars(statement.execution_options(**ACROSS)).one())


def test_a_missed_call_tells_its_story(rest: httpx.Client) -> None:
    call, contact = a_missed_call(rest, **{"X-Request-Id": f"story-{ids.new('request')}"})
    entry = told_once(rest, f"activities/{call['id']}", "caused")
    assert entry["summary"] == (
        "The call “Ring” was missed, so the workflow “Missed call follow-up” made the task “Follow up via email within "
        "2 hours”."
    )
    (effect,) = entry["effects"]
    task = effect["record"]["id"]
    page = ledger(rest, f"activities/{call['id']}")
    missed = next(one for one in of_kind(page, "arrived") if one["event"]["type"] == "call.missed.v1")
    assert entry["because"]["event_id"] == missed["event"]["id"]
    # The task tells why there is one, the contact what came of the call.
    (made,) = of_kind(ledger(rest, f"activities/{task}"), "arrived")
    assert made["because"]["run_id"] == entry["id"]
    assert made["summary"].endswith("because the call “Ring” was missed.")
    assert told_once(rest, f"contacts/{contact}", "caused")["id"] == entry["id"]
    # Everything that one request caused, however many steps later.
    whole = ledger(rest, f"requests/{missed['event']['request_id']}")
    assert {"call.missed.v1", "activity.created.v1", "run.completed.v1"} <= {
        one["event"]["type"] for one in of_kind(whole, "arrived")
    }


def test_each_event_says_who_took_it_and_when(rest: httpx.Client) -> None:
    call, _ = a_missed_call(rest)

    def is_over() -> bool:
        return bool(ledger(rest, f"activities/{call['id']}")["totals"]["waiting"] == 0)

    def takers() -> set[str]:
        page = ledger(rest, f"activities/{call['id']}")
        missed = [one for one in of_kind(page, "arrived") if one["event"]["type"] == "call.missed.v1"]
        return {one["service"] for event in missed for one in event["handled"]}

    eventually(lambda: takers() == {"automation", "reporting"}, what="both have taken it")
    # Its other events, and the run that it started, may take longer.
    eventually(is_over, what="nothing waits")
    page = ledger(rest, f"activities/{call['id']}")
    assert all(one["state"] == "done" for entry in page["entries"] for one in entry["handled"])


def test_what_comes_twice_is_told_and_done_once(running: Suite, rest: httpx.Client) -> None:
    key = {"Idempotency-Key": ids.new("request")}
    call, contact = a_missed_call(rest, **key)
    path = f"activities/{call['id']}"
    told_once(rest, path, "caused")
    assert log_call(rest, contact, "Ring", **key)["id"] == call["id"]
    body = payload_of(running, "activities", "call.missed.v1", call["id"])
    for _ in range(2):
        running.deliver(body)

    def suppressed() -> dict[tuple[str, str], int]:
        found = [one for one in of_kind(ledger(rest, path), "suppressed") if "times" in one]
        return {(one["service"], one["details"]["sort"]): one["times"] for one in found}

    wanted = {("activities", "command"): 1, ("automation", "event"): 2, ("reporting", "event"): 2}
    eventually(lambda: suppressed() == wanted, what="one entry for each that came again")
    wanted_totals = {
        "arrived": 2,
        "caused": 1,
        # Three that came again, and a notification that nobody gets about what they did themselves.
        "suppressed": 4,
        "waiting": 0,
        "failed": 0,
        "parked": 0,
        "times": 5,
        "all": 0,
    }
    # Nobody waits for its other events once all have taken them.
    eventually(lambda: ledger(rest, path)["totals"] | {"all": 0} == wanted_totals, what="the totals add up")
    tasks = rest.get("/v1/activities", params={"filter": f'record_id = "{contact}" AND kind = "task"'})
    assert len(tasks.json()["data"]) == 1


def test_a_bundle_of_an_import_is_handled_event_by_event(running: Suite, rest: httpx.Client) -> None:
    leads = [rest.post("/v1/leads", json={"last_name": name}).json()["id"] for name in ("Ada", "Bo")]
    known = [payload_of(running, "contacts", "lead.created.v1", lead) for lead in leads]
    for lead in leads:
        path = f"leads/{lead}"
        eventually(lambda path=path: ledger(rest, path)["totals"]["arrived"] == 1, what="it is archived")
    event = json.loads(known[0])
    new = ids.new("lead")
    event |= {"id": ids.new("event"), "subject": new, "sequence": 1}
    broken = json.dumps({**event, "id": ids.new("event"), "sequence": "one"})
    running.send(
        "contacts",
        "lead.created.v1",
        envelope.BULK,
        bundles.join([known[0], broken, "no event", known[1], json.dumps(event)]),
    )

    def suppressed(lead: str) -> list[str]:
        found = of_kind(ledger(rest, f"leads/{lead}"), "suppressed")
        return [one["service"] for one in found if one.get("times") == 1]

    for lead in leads:
        eventually(lambda lead=lead: "reporting" in suppressed(lead), what="what came again is suppressed")
    archived = rest.get("/v1/events", params={"types": "lead.created.v1", "limit": 200}).json()["data"]
    assert [one["subject"] for one in archived].count(new) == 1

    def parked() -> set[str]:
        statement = select(dead_letter.c.payload).execution_options(**ACROSS)
        with running.database("reporting").reading() as session:
            return set(session.scalars(statement)) & {broken, "no event"}

    eventually(lambda: parked() == {broken, "no event"}, what="what is no event is parked by itself")


def test_pages_hold_every_entry_once_and_the_totals_count_them(running: Suite, rest: httpx.Client) -> None:
    key = {"Idempotency-Key": ids.new("request")}
    call, contact = a_missed_call(rest, **key)
    path = f"activities/{call['id']}"
    told_once(rest, path, "caused")
    log_call(rest, contact, "Ring", **key)
    for version in range(1, 6):
        rest.patch(f"/v1/{path}", json={"body": f"note {version}", "expected_version": version})
    eventually(lambda: ledger(rest, path)["totals"]["arrived"] == 7, what="the edits are archived")
    eventually(lambda: ledger(rest, path)["totals"]["waiting"] == 0, what="everybody took them")
    for query in ({}, {"kind": "arrived"}, {"kind": "caused,suppressed"}):
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = ledger(rest, path, limit=2, **query, **cursor)
            found += page["entries"]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert len({one["id"] for one in found}) == len(found)
        assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
        kinds = query["kind"].split(",") if query else ["arrived", "caused", "suppressed"]
        assert {kind: len([one for one in found if one["kind"] == kind]) for kind in kinds} == {
            kind: page["totals"][kind] for kind in kinds
        }
        assert len(found) == sum(page["totals"][kind] for kind in kinds)
    cursor = {"cursor": ledger(rest, path, limit=2)["next_cursor"]}
    for wrong in ({**cursor, "kind": "arrived"}, {"kind": "odd"}, {"limit": "0"}, {"sort": "at"}):
        assert rest.get(f"/v1/{path}/ledger", params=wrong).status_code == 400, wrong


def test_what_a_service_cannot_handle_waits_then_is_parked_and_can_be_tried_again(
    running: Suite, rest: httpx.Client
) -> None:
    deal = rest.post("/v1/deals", json={"name": "Wind park"}).json()["id"]
    path = f"deals/{deal}"
    eventually(lambda: ledger(rest, path)["totals"]["arrived"] == 1, what="the deal is archived")
    eventually(lambda: ledger(rest, path)["totals"]["waiting"] == 0, what="everybody took it")
    # Opened in a pipeline that nobody has heard of: workflows that look at stages cannot judge it.
    event = json.loads(payload_of(running, "deals", "deal.created.v1", deal))
    pipeline = ids.new("pipeline")
    event |= {"id": ids.new("event"), "sequence": 2, "time": clock.to_text(clock.now())}
    event["data"]["record"] |= {"pipeline_id": pipeline, "stage_id": STAGES[0]["id"]}
    running.deliver(json.dumps(event))

    def held() -> list[dict[str, Any]]:
        return [one for one in of_kind(ledger(rest, path), "waiting") if one["details"].get("attempts")]

    (waiting,) = eventually(held, what="it is held for a later attempt")
    assert (waiting["service"], waiting["because"]["event_id"]) == ("automation", event["id"])
    assert waiting["remedy"]["text"].startswith("Nothing to do")
    (handled,) = [
        one
        for entry in of_kind(ledger(rest, path), "arrived")
        if entry["event"]["id"] == event["id"]
        for one in entry["handled"]
        if one["service"] == "automation"
    ]
    assert handled["state"] == "waiting"
    # Its last attempt comes now.
    last = update(held_event).where(held_event.c.event_id == event["id"])
    running.database("automation").transact(
        lambda session: session.execute(last.values(attempts=5, next_at=clock.now()))
    )
    parked = told_once(rest, path, "parked")
    assert f"the pipeline {pipeline} has not been heard of yet" in parked["summary"]
    assert (parked["remedy"]["action"], of_kind(ledger(rest, path), "waiting")) == ("redrive", [])
    # The cause is mended, and it is tried again.
    record = {"id": pipeline, "name": "Late", "stages": STAGES, "version": 1}
    late = {**event, "id": ids.new("event"), "type": "pipeline.created.v1", "subject": pipeline}
    late |= {"subjecttype": "pipeline", "sequence": 1, "data": {"record": record, "changes": {}}}
    running.deliver(json.dumps(late))
    body = {"service": "automation", "letter_id": parked["remedy"]["id"]}

    def tried() -> bool:
        answer = rest.post("/v1/ledger/redrive", json=body)
        assert answer.status_code in (200, 422), answer.text
        page = ledger(rest, path)
        letters = [one["remedy"]["id"] for one in of_kind(page, "parked")]
        body.update({"letter_id": letters[0]} if letters else {})
        return page["totals"]["parked"] == page["totals"]["waiting"] == 0

    eventually(tried, what="it was done after all")
    assert rest.post("/v1/ledger/redrive", json=body).json()["code"] == "letter_is_redriven"


def test_what_was_given_up_on_is_listed_by_cause_tried_again_and_discarded(
    running: Suite, rest: httpx.Client, cli: Callable[..., str]
) -> None:
    path, about = "/v1/admin/dead-letters", []
    for name in ("Given up", "Given up too", "And that"):
        about.append(rest.post("/v1/deals", json={"name": name}).json()["id"])
        running.give_up("automation", payload_of(running, "deals", "deal.created.v1", about[-1]))

    def parked() -> list[dict[str, Any]]:
        page = rest.get(path, params={"limit": 200}).json()
        return [one for one in page["data"] if one["subject_id"] in about]

    eventually(lambda: len(parked()) == 3, what="they are parked")
    (cause,) = {one["cause"] for one in parked()}
    assert cause.startswith("the broker gave up")
    page = rest.get(path, params={"cause": cause, "limit": 2}).json()
    assert [(one["service"], one["count"]) for one in page["causes"] if one["cause"] == cause] == [
        ("automation", 3)
    ]
    rest_of_it = rest.get(path, params={"cause": cause, "limit": 2, "cursor": page["next_cursor"]}).json()
    assert (len(page["data"]), len(rest_of_it["data"]), rest_of_it["next_cursor"]) == (2, 1, None)
    letters = {one["subject_id"]: one["id"] for one in parked()}
    first, second, third = (letters[one] for one in about)
    one = rest.get(f"{path}/{first}").json()
    assert (one["service"], json.loads(one["body"])["subject"]) == ("automation", about[0])

    assert rest.post(f"{path}/{first}/discard", json={}).status_code == 422
    assert rest.post(f"{path}/{first}/discard", json={"reason": "A test"}).json() == {"id": first}
    assert rest.post(f"{path}/{first}/redrive", json={}).json()["code"] == "letter_is_discarded"
    (discarded,) = rest.get(path, params={"status": "discarded", "cause": cause}).json()["data"]
    assert (discarded["id"], discarded["note"]) == (first, "A test")
    assert "(discarded: A test)" in told_once(rest, f"deals/{about[0]}", "parked")["summary"]

    assert rest.post(f"{path}/{second}/redrive", json={}).json()["letter_id"] == second
    assert third in cli("dead-letters", "--cause", cause)
    assert cli("dead-letters", "--cause", cause, "--redrive") == "1 tried again.\n"
    eventually(lambda: parked() == [], what="nobody's task any more")
    for deal in about[1:]:
        # It was handled long ago: again it does nothing, and says so.
        def is_suppressed(deal: str = deal) -> bool:
            entries = of_kind(ledger(rest, f"deals/{deal}"), "suppressed")
            return "automation" in [entry["service"] for entry in entries]

        eventually(is_suppressed, what="it was not done again")
    assert rest.post(f"{path}/redrive", json={"service": "automation", "cause": cause}).json() == {
        "settled": 0,
        "left": 0,
    }
    for wrong in ({"status": "odd"}, {"service": "odd"}, {"sort": "at"}):
        assert rest.get(path, params=wrong).status_code == 400, wrong
    assert rest.get(f"{path}/{ids.new('letter')}").status_code == 404


def test_a_job_tells_what_became_of_its_rows_and_events_also_after_a_kill(
    running: Suite, rest: httpx.Client
) -> None:
    header = PIPELINE.partition("\n")[0]
    rows = [f"L{n},Ada Berg,Crane Pro,Lighthouse,Engaging,1/2/2017,," for n in range(900)]
    files = {
        **FILES,
        "sales_pipeline.csv": "\n".join([header, *rows, "L9999,Nobody,Odd,Odd,Engaging,1/2/2017,,", ""]),
    }
    parts = [("file", (name, content)) for name, content in files.items()]
    job = rest.post("/v1/imports", files=parts, data={"mapping_id": "crm-sales"}).json()["id"]
    eventually(lambda: rest.get(f"/v1/jobs/{job}").json()["processed"] > 200, what="it is well on")
    running.processes["worker"].kill()
    running.processes["worker"].start()
    eventually(
        lambda: rest.get(f"/v1/jobs/{job}").json()["status"] == "completed", within=120, what="it is over"
    )
    told = ledger(rest, f"jobs/{job}")
    assert told["rows"]["adds_up"] is True
    assert sum(kind["rows"] for kind in told["rows"]["kinds"]) == told["rows"]["total"]
    failures = [reason["count"] for reason in told["rows"]["reasons"] if reason["outcome"] == "failed"]
    assert sum(failures) == told["rows"]["failed"] > 0

    def settled() -> bool:
        events = ledger(rest, f"jobs/{job}")["events"]
        return all(one["expected"] == one["done"] for one in events["services"])

    eventually(settled, what="every service took every event")
    events = ledger(rest, f"jobs/{job}")["events"]
    (archive,) = [one for one in events["services"] if one["service"] == "reporting"]
    assert events["told"] == archive["done"] >= told["rows"]["created"]
    made: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        answer = rest.get(
            f"/v1/jobs/{job}/records", params={"entity": "deal", "action": "created", "limit": 200, **cursor}
        )
        page = answer.json()
        made += [row["record"]["id"] for row in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(set(made)) == len(made) == 900
    (arrived,) = of_kind(ledger(rest, f"deals/{made[0]}"), "arrived")
    assert (arrived["because"]["job_id"], arrived["summary"]) == (job, "An import created the deal.")


def another_workspace(suite: Suite) -> str:
    """The key of a second workspace's administrator."""
    key, secret_hash = credentials.new_key(key_id := ids.new("key"))
    runtime = Runtime(name=Organisation.name, database=suite.database("gateway"))
    founder = context.system(ids.new("workspace"), "test")
    values = {"currency": "USD", "key_id": key_id, "secret_hash": secret_hash}
    Organisation.operations["found_workspace"].execute(runtime, founder, values)
    return key


def test_nobody_sees_the_ledger_of_another_workspace(running: Suite, rest: httpx.Client) -> None:
    call, _ = a_missed_call(rest, **{"X-Request-Id": f"mine-{ids.new('request')}"})
    request = told_once(rest, f"activities/{call['id']}", "caused")["because"]["request_id"]
    headers = {"Authorization": f"Bearer {another_workspace(running)}"}
    for path in (f"activities/{call['id']}", f"requests/{request}", f"activities/{ids.new('activity')}"):
        assert rest.get(f"/v1/{path}/ledger", headers=headers).status_code == 404, path
    assert rest.get("/v1/activities/nonsense/ledger").status_code == 404


def test_a_service_that_is_away_takes_only_its_part_along(running: Suite, rest: httpx.Client) -> None:
    call, _ = a_missed_call(rest)
    told_once(rest, f"activities/{call['id']}", "caused")
    address = f"activities/{call['id']}"
    eventually(lambda: len(of_kind(ledger(rest, address), "arrived")) == 2, what="both events archived")
    running.processes["automation"].kill()
    try:

        def warned() -> dict[str, Any] | None:
            page = ledger(rest, f"activities/{call['id']}")
            return page if page["warnings"] else None

        page = eventually(warned, what="a warning")
        assert page is not None
        assert [one["service"] for one in page["warnings"]] == ["automation"]
        assert (len(of_kind(page, "arrived")), of_kind(page, "caused")) == (2, [])
    finally:
        running.processes["automation"].start()
