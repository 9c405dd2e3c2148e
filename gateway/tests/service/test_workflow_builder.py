"""Building a workflow through the running gateway: what it would have done, its versions, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import httpx
import pytest

from suite.testing import Suite, eventually

TASK = {"type": "create_task", "subject": "Look at {name}", "due_in": "2h"}
OPENED = {"trigger": {"event": "deal.created.v1"}, "filter": "amount >= 1000", "actions": [TASK]}
AMOUNTS = ("500", "999.99", "1000", "2500")


@pytest.fixture(scope="module")
def key(suite: Suite) -> str:
    suite.start("deals", "activities", "automation", "reporting", "web")
    return str(suite.bootstrap()["admin_key"])


@pytest.fixture
def rest(suite: Suite, key: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=suite.url, headers={"Authorization": f"Bearer {key}"}, timeout=60) as client:
        yield client


def answered(answer: httpx.Response) -> Any:
    assert answer.status_code < 300, answer.text
    return answer.json()


def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def a_deal(rest: httpx.Client, amount: str) -> str:
    deal = {"name": f"Deal over {amount}", "amount": {"amount": amount, "currency": "USD"}}
    return str(answered(rest.post("/v1/deals", json=deal))["id"])


def dry(rest: httpx.Client, **definition: Any) -> dict[str, Any]:
    found: dict[str, Any] = answered(rest.post("/v1/workflows/dry-run", json=definition))
    assert found["is_complete"] and found["next_cursor"] is None
    return found


def do(rest: httpx.Client, workflow: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    headers = {"If-Match": f'"{workflow["version"]}"'}
    done: dict[str, Any] = answered(
        rest.post(f"/v1/workflows/{workflow['id']}/{verb}", json=body, headers=headers)
    )
    return done


def test_it_counts_beforehand_what_then_happens(suite: Suite, rest: httpx.Client) -> None:
    eventually(lambda: answered(rest.get("/v1/pipelines"))["data"], what="the default pipeline")
    ids = [a_deal(rest, amount) for amount in AMOUNTS]
    eventually(lambda: dry(rest, **OPENED)["events"] == len(AMOUNTS), what="the archive has the deals")
    found = dry(rest, **OPENED)
    assert (found["runs"], found["actions"]) == (2, {"create_task": 2})
    assert [example["record_id"] for example in found["examples"]] == ids[2:]
    assert answered(rest.get("/v1/activities", params={"filter": 'kind = "task"'}))["data"] == []

    workflow = answered(rest.post("/v1/workflows", json={"name": "Look", **OPENED}))
    assert answered(rest.post(f"/v1/workflows/{workflow['id']}/dry-run"))["runs"] == 2
    workflow = do(rest, workflow, "enable")
    for amount in AMOUNTS:
        a_deal(rest, amount)
    runs = {"filter": f'workflow_id = "{workflow["id"]}" AND status = "completed"'}
    eventually(
        lambda: len(answered(rest.get("/v1/workflow-runs", params=runs))["data"]) == 2, what="both have run"
    )
    eventually(lambda: dry(rest, **OPENED)["runs"] == 4, what="the archive has these as well")

    headers = {"If-Match": f'"{workflow["version"]}"'}
    path = f"/v1/workflows/{workflow['id']}"
    changed = answered(rest.patch(path, json={"filter": "amount >= 5000"}, headers=headers))
    reverted = do(rest, changed, "revert", revision=1)
    assert (reverted["filter"], reverted["revision"], reverted["status"]) == (
        "amount >= 1000",
        3,
        "published",
    )
    versions = answered(rest.get(f"{path}/versions"))["data"]
    assert [(one["revision"], one["status"]) for one in versions] == [
        (3, "published"),
        (2, "published"),
        (1, "published"),
        (1, "draft"),
    ]
    assert answered(rest.get(f"{path}/analysis"))["data"] == []
    why = answered(rest.get(f"{path}/why", params={"record_id": ids[3]}))["data"]
    assert [(row["revision"], row["said"]) for row in why] == [
        (0, "Not started: the workflow did not exist yet.")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"filter": "ammount > 1"}, (400, "invalid_filter")),
        ({"trigger": {"event": "deal.eaten.v1"}}, (422, "invalid")),
        ({"actions": [{"type": "create_task"}]}, (422, "invalid")),
        ({"actions": [{"type": "set_lifecycle", "stage": "mql"}]}, (422, "automation.action_unfit")),
        ({"days": 0}, (422, "invalid")),
        ({"cursor": "junk"}, (400, "invalid_cursor")),
        ({"owner": "me"}, (422, "invalid")),
    ],
)
def test_what_could_not_be_kept_is_not_counted_either(
    rest: httpx.Client, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    assert refused(rest.post("/v1/workflows/dry-run", json={**OPENED, **changes})) == expected


def test_what_starts_itself_for_certain_stays_a_draft(rest: httpx.Client) -> None:
    echo = {"name": "Echo", "trigger": {"event": "activity.created.v1"}}
    workflow = answered(rest.post("/v1/workflows", json={**echo, "actions": [{**TASK, "subject": "Again"}]}))
    headers = {"If-Match": f'"{workflow["version"]}"'}
    path = f"/v1/workflows/{workflow['id']}"
    assert refused(rest.post(f"{path}/enable", json={}, headers=headers)) == (422, "automation.starts_itself")
    assert answered(rest.get(path))["status"] == "draft"
    (found,) = answered(rest.get(f"{path}/analysis"))["data"]
    assert (found["kind"], found["workflow_ids"]) == ("loop", [workflow["id"]])
    unknown = rest.post(f"{path}/revert", json={"revision": 9}, headers=headers)
    assert refused(unknown) == (422, "automation.revision_unknown")


def test_the_parts_say_what_fits_where(rest: httpx.Client) -> None:
    parts = answered(rest.get("/v1/workflow-parts"))
    subjects = {one["name"] for one in parts["subjects"]}
    assert {one["subject"] for one in parts["triggers"]} <= subjects
    assert {one["only_for"] for one in parts["actions"]} <= {None, *subjects}


def test_looking_at_everything_takes_the_right_to_configure(suite: Suite, rest: httpx.Client) -> None:
    rep = answered(rest.post("/v1/users", json={"name": "Rae", "role": "rep"}))
    link = answered(rest.post("/v1/sign-in-links", json={"user_id": rep["id"]}))["url"]
    with httpx.Client(base_url=suite.url, timeout=60) as browser:
        session = browser.post("/v1/session", json={"token": link.partition("#token=")[2]})
        headers = {
            "Cookie": session.headers["set-cookie"].partition(";")[0],
            "X-CSRF-Token": session.json()["csrf_token"],
            "Origin": suite.url,
        }
        answer = browser.post("/v1/workflows/dry-run", json=OPENED, headers=headers)
        assert refused(answer) == (403, "forbidden")
        assert browser.get("/v1/workflow-parts", headers=headers).status_code == 200


def a_workflow(
    rest: httpx.Client, trigger: dict[str, Any], subject: str, filter: str | None = None
) -> dict[str, Any]:
    """Switched on; it makes a task."""
    task = {"type": "create_task", "subject": f"{subject} {{name}}"}
    body = {"name": subject, "trigger": trigger, "filter": filter, "actions": [task]}
    return do(rest, answered(rest.post("/v1/workflows", json=body)), "enable")


def tasks(rest: httpx.Client, subject: str) -> list[str]:
    """The records of the tasks whose subject begins so."""
    found = answered(rest.get("/v1/activities", params={"filter": f'subject ~ "{subject}"', "limit": 200}))
    return [record_id for task in found["data"] for record_id in task["record_ids"]]


@pytest.mark.parametrize("field", ["expected_close_on", "created_at"])
def test_records_are_taken_up_on_the_day_of_their_date(rest: httpx.Client, field: str) -> None:
    today = datetime.now(UTC).date()
    days = -7 if field == "expected_close_on" else 0
    subject = f"On the day of {field}:"
    ids = {}
    for name, distance in (("soon", 6), ("in a week", 7), ("later", 8)):
        day = (today + timedelta(days=distance)).isoformat()
        body = {"name": f"Deal {name}", "expected_close_on": day, "tags": [field]}
        ids[name] = answered(rest.post("/v1/deals", json=body))["id"]
    trigger = {"event": "deal.enrolled.v1", "by": "date", "field": field, "days": days, "at": "00:00"}
    workflow = a_workflow(rest, trigger, subject, f'tags : "{field}"')
    wanted = sorted(ids.values()) if field == "created_at" else [ids["in a week"]]
    eventually(lambda: sorted(tasks(rest, subject)) == wanted, within=60, what="each has its task")
    path = f"/v1/workflows/{workflow['id']}"
    (one, *_) = answered(rest.get(f"{path}/enrollments"))["data"]
    assert (one["by"], one["status"], one["record_id"] in wanted) == ("date", "told", True)
    assert answered(rest.get(path))["enrolls_at"] > datetime.now(UTC).isoformat()
    why = answered(rest.get(f"{path}/why", params={"record_id": wanted[0]}))
    assert [row["run"]["status"] for row in why["data"]] == ["completed"]
    if field == "expected_close_on":
        why = answered(rest.get(f"{path}/why", params={"record_id": ids["soon"]}))
        assert "7 days before expected_close_on" in why["said"]


def test_records_are_taken_up_by_hand_once_a_request(rest: httpx.Client) -> None:
    workflow = a_workflow(rest, {"event": "deal.enrolled.v1", "by": "hand"}, "By hand:")
    path = f"/v1/workflows/{workflow['id']}/enroll"
    chosen = [a_deal(rest, "1"), a_deal(rest, "2")]
    for _ in range(2):
        answered(rest.post(path, json={"record_ids": chosen}, headers={"Idempotency-Key": "chosen-by-hand"}))
    eventually(lambda: sorted(tasks(rest, "By hand:")) == sorted(chosen), what="one task each")
    version = answered(rest.get(f"/v1/deals/{chosen[0]}"))["version"]
    assert version == 1
    answered(rest.post(path, json={"record_ids": chosen[:1]}))
    eventually(lambda: len(tasks(rest, "By hand:")) == 3, what="and one more")
    assert refused(rest.post(path, json={"record_ids": []}))[0] == 422
    assert refused(rest.post(path, json={"record_ids": ["deal_1"]})) == (422, "automation.record_unfit")
    disabled = do(rest, answered(rest.get(f"/v1/workflows/{workflow['id']}")), "disable")
    assert disabled["status"] == "disabled"
    assert refused(rest.post(path, json={"record_ids": chosen})) == (422, "automation.not_switched_on")


def test_a_schedule_takes_them_up_at_its_hour(suite: Suite, rest: httpx.Client) -> None:
    deal = a_deal(rest, "77777")
    trigger = {"event": "deal.enrolled.v1", "by": "schedule", "every": "day", "at": "00:00"}
    workflow = a_workflow(rest, trigger, "Each day:", "amount = 77777")
    path = f"/v1/workflows/{workflow['id']}"
    midnight = datetime.combine(datetime.now(UTC).date() + timedelta(days=1), time(), UTC)
    eventually(
        lambda: answered(rest.get(path))["enrolls_at"] == midnight.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        within=60,
        what="it says when",
    )
    assert not tasks(rest, "Each day:")
    suite.move_clock(midnight - datetime.now(UTC) + timedelta(minutes=1))
    try:
        eventually(lambda: tasks(rest, "Each day:") == [deal], within=60, what="its hour has come")
    finally:
        suite.move_clock(timedelta(0))
