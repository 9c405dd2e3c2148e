"""Imports from start to end, against real services in this process: receipts, refusals, interruptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from import_builders import ACCOUNTS, FILES, PIPELINE, PRODUCTS, ROWS, ASuite, counts
from sqlalchemy import func, select

from chassis.guard import ACROSS
from chassis.tables import outbox
from gateway.jobs.domain.errors import NothingToUndo
from gateway.jobs.queries import jobs as reads
from gateway.worker import running


@pytest.fixture
def suite() -> ASuite:
    return ASuite()


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(running, "LONGEST_PAUSE", 0.01)


def told(suite: ASuite) -> int:
    """How many events all services have told, apart from that jobs have ended."""
    count = 0
    for runtime in {id(runtime.database): runtime for runtime in suite.runtimes.values()}.values():
        with runtime.database.reading() as session:
            statement = (
                select(func.count())
                .select_from(outbox)
                .where(outbox.c.subject_type != "job")
                .execution_options(**ACROSS)
            )
            count += session.scalar(statement) or 0
    return count


def failures(suite: ASuite, job: dict[str, Any]) -> list[tuple[str, int, str, str]]:
    """File, line, column and code of every complaint."""
    ctx = suite.organisation.as_role("admin")
    with suite.database.reading() as session:
        return [
            (file, row.line, error["column"], error["code"])
            for file in reads.files_with_failures(session, ctx, job["id"])
            for row in reads.failed_rows(session, ctx, job["id"], file)
            for error in row.errors
        ]


# --- a whole import --------------------------------------------------------------------------------------------


def test_everything_comes_in_and_adds_up(suite: ASuite) -> None:
    job = suite.imported()
    assert (job["status"], job["total"], job["processed"]) == ("completed", ROWS, ROWS)
    assert counts(job) == {"created": ROWS}
    assert {part["entity"]: part["rows"] for part in job["parts"]} == {
        "pipelines": 1,
        "users": 5,
        "teams": 4,
        "products": 2,
        "accounts": 3,
        "deals": 4,
    }
    assert {one["code"]: one["count"] for one in job["corrections"]}["product_alias"] == 1


def test_records_know_each_other(suite: ASuite) -> None:
    suite.imported()
    users, teams = suite.all("organisation", "list_users"), suite.all("organisation", "list_teams")
    accounts, products = suite.all("contacts", "list_accounts"), suite.all("deals", "list_products")
    deals, [pipeline] = suite.all("deals", "list_deals"), suite.all("deals", "list_pipelines").values()
    assert teams["manager:Mia Stone"]["parent_id"] == teams["region:North"]["id"]
    assert teams["manager:Mia Stone"]["manager_id"] == users["Mia Stone"]["id"]
    assert users["Ada Berg"]["team_ids"] == [teams["manager:Mia Stone"]["id"]]
    assert accounts["Wharf & Sons"]["parent_id"] == accounts["Harbour Group"]["id"]
    assert accounts["Wharf & Sons"]["industry"] == "technology"
    deal = deals["D1"]
    assert (deal["owner_id"], deal["account_id"]) == (users["Ada Berg"]["id"], accounts["Wharf & Sons"]["id"])
    assert deal["product_id"] == products["Crane Pro"]["id"]
    assert (deal["opened_on"], deal["closed_on"], deal["status"]) == ("2016-10-20", "2017-03-01", "won")
    assert deals["D3"]["amount"] is None
    stages = {stage["id"]: stage["name"] for stage in pipeline["stages"]}
    assert {key: stages[deal["stage_id"]] for key, deal in deals.items()} == {
        "D1": "Won",
        "D2": "Lost",
        "D3": "Engaging",
        "D4": "Prospecting",
    }
    history = suite.ask("deals", "stage_history", deal_id=deal["id"])["data"]
    assert [(step["to_stage"], step["moved_on"]) for step in history] == [
        ("Engaging", "2016-10-20"),
        ("Won", "2017-03-01"),
    ]


def test_a_second_run_changes_nothing_and_tells_nothing(suite: ASuite) -> None:
    suite.imported()
    before = told(suite)
    assert counts(suite.imported()) == {"unchanged": ROWS}
    assert told(suite) == before


def test_a_changed_file_changes_only_what_it_says(suite: ASuite) -> None:
    suite.imported()
    changed = {**FILES, "products.csv": PRODUCTS.replace("4821", "4900")}
    job = suite.imported(changed)
    assert counts(job) == {"updated": 1, "unchanged": ROWS - 1}


def test_a_dry_run_counts_the_same_and_leaves_no_trace(suite: ASuite) -> None:
    before = told(suite)
    job = suite.imported(dry_run=True)
    assert (job["status"], counts(job)) == ("completed", {"created": ROWS})
    assert told(suite) == before
    assert suite.all("deals", "list_deals") == suite.all("contacts", "list_accounts") == {}
    suite.imported()
    assert counts(suite.imported(dry_run=True)) == {"unchanged": ROWS}


def test_deals_alone_find_what_came_in_before(suite: ASuite) -> None:
    suite.imported()
    job = suite.imported({"sales_pipeline.csv": PIPELINE})
    assert counts(job) == {"unchanged": 5}


# --- rows that fail --------------------------------------------------------------------------------------------


def test_rows_that_fail_are_kept_and_the_others_come_in(suite: ASuite) -> None:
    bad = {
        **FILES,
        "accounts.csv": f"{ACCOUNTS}Reef,retail,2001,7,x,Norway,\nCove,retail,2001,7,1,Norway,Nowhere\n",
        "sales_pipeline.csv": PIPELINE
        + "D5,Nobody,Crane Pro,,Engaging,1/1/2017,,\n"
        + "D6,Ada Berg,Crane Pro,Reef,Engaging,1/1/2017,,\n"
        + "D7,Ada Berg,Crane Pro,,Won,2/1/2017,1/1/2017,5\n"
        + "D1,Ada Berg,CranePro,Wharf & Sons,Won,10/20/2016,3/1/2017,1054\n",
    }
    job = suite.imported(bad)
    assert (job["status"], counts(job)) == ("completed", {"created": ROWS, "skipped": 1, "failed": 5})
    assert failures(suite, job) == [
        ("accounts.csv", 5, "employees", "not_a_whole_number"),
        ("accounts.csv", 6, "subsidiary_of", "unknown_account"),
        ("sales_pipeline.csv", 6, "sales_agent", "unknown_person"),
        ("sales_pipeline.csv", 7, "account", "unknown_account"),
        ("sales_pipeline.csv", 8, "close_date", "closes_before_it_opens"),
    ]
    reasons = {
        (one["code"], one["message"]): one["count"] for one in job["reasons"] if one["outcome"] == "failed"
    }
    assert sum(reasons.values()) == job["failed"]
    # Without the value, so that the same mistake in a thousand rows is one line.
    assert reasons["not_a_whole_number", "employees: a value is no whole number; write it like 2500."] == 1


def test_without_its_pipeline_no_deal_comes_in(suite: ASuite) -> None:
    suite.imported()
    [pipeline] = suite.all("deals", "list_pipelines").values()
    suite.ask("deals", "delete_pipeline", pipeline_id=pipeline["id"], expected_version=pipeline["version"])
    job = suite.imported()
    assert (job["status"], job["processed"]) == ("failed", 0)
    assert "restore it" in job["error"]["message"]


def test_rights_are_those_of_who_asked(suite: ASuite) -> None:
    job_id = suite.a_job()
    admin = suite.ask("organisation", "get_user", user_id=suite.organisation.admin["id"])
    second = suite.organisation.a_user("Zoe", role="admin")
    suite.ask(
        "organisation",
        "update_user",
        user_id=admin["id"],
        expected_version=admin["version"],
        changes={"is_active": False},
    )
    assert second["role"] == "admin"
    suite.work()
    assert suite.job(job_id)["error"]["code"] == "jobs.requester_not_active"


# --- files that are refused ------------------------------------------------------------------------------------


def test_a_refused_file_stops_the_import_before_anything_is_written(suite: ASuite) -> None:
    before = told(suite)
    job = suite.imported({**FILES, "sales_pipeline.csv": PIPELINE.replace("deal_stage", "stage")})
    assert (job["status"], job["processed"], job["error"]["code"]) == ("failed", 0, "jobs.file_refused")
    assert job["error"]["errors"][0]["pointer"] == "/sales_pipeline.csv/deal_stage"
    assert told(suite) == before


def test_lost_files_fail_the_job(suite: ASuite) -> None:
    job_id = suite.a_job()
    for path in (suite.folder / job_id).iterdir():
        path.unlink()
    suite.work()
    assert suite.job(job_id)["error"]["errors"][0]["code"] == "file_lost"


# --- interruptions ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As if the process was gone."""


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 1)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("calls", [1, 4, 9, 13, 17, 20])
@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
def test_a_killed_worker_goes_on_where_it_was(
    suite: ASuite, monkeypatch: pytest.MonkeyPatch, calls: int, is_done: bool
) -> None:
    """Killed around some call, before it or after its effect, the next worker ends with the same receipt."""
    job_id = suite.a_job()
    left = calls
    real = suite.call

    def fatal(*names: Any, **arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0 and not is_done:
            raise Killed
        answer = real(*names, **arguments)
        if left == 0:
            raise Killed
        return answer

    monkeypatch.setattr(suite, "call", fatal)
    with pytest.raises(Killed):
        suite.work()
    monkeypatch.setattr(suite, "call", real)
    suite.work()
    job = suite.job(job_id)
    assert (job["status"], counts(job)) == ("completed", {"created": ROWS})
    assert len(suite.all("deals", "list_deals")) == 4
    assert {one["code"]: one["count"] for one in job["corrections"]}["deal_without_account"] == 2


def test_a_missing_broker_is_waited_for_and_the_job_says_so(
    suite: ASuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = suite.a_job()
    stages: list[str] = []
    real = suite.call

    def watching(service: str, operation: str, *rest: Any, **arguments: Any) -> Any:
        if operation == "import_deals":
            stages.append(suite.job(job_id)["stage"])
        return real(service, operation, *rest, **arguments)

    monkeypatch.setattr(suite, "call", watching)
    suite.refusals["import_deals"] = 3
    suite.work()
    job = suite.job(job_id)
    assert (job["status"], counts(job)) == ("completed", {"created": ROWS})
    assert stages == ["deals", *["waiting for the broker"] * 3]


@pytest.mark.usefixtures("small_chunks")
def test_a_cancelled_import_stops_after_its_chunk_and_says_what_is_done(
    suite: ASuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = suite.a_job()
    real = suite.call

    def cancelling(service: str, operation: str, *rest: Any, **arguments: Any) -> Any:
        if operation == "import_products":
            monkeypatch.setattr(suite, "call", real)
            suite.ask("jobs", "cancel_job", job_id=job_id)
        return real(service, operation, *rest, **arguments)

    monkeypatch.setattr(suite, "call", cancelling)
    suite.work()
    job = suite.job(job_id)
    assert (job["status"], job["processed"]) == ("cancelled", 1 + 5 + 4 + 1)
    assert not (suite.folder / job_id).exists()


def test_a_second_import_waits_for_the_first_and_says_so(suite: ASuite) -> None:
    first, second = suite.a_job(), suite.a_job()
    assert suite.job(second)["stage"] == "waits for 1 earlier import"
    suite.work()
    assert [suite.job(one)["status"] for one in (first, second)] == ["completed", "queued"]
    assert suite.job(second)["stage"] == "queued"
    suite.work()
    assert counts(suite.job(second)) == {"unchanged": ROWS}


def test_another_worker_keeps_out_while_one_is_at_work(
    suite: ASuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.a_job()
    real, others = suite.call, []

    def looking(*names: Any, **arguments: Any) -> Any:
        monkeypatch.setattr(suite, "call", real)
        others.append(suite.work("another/1"))
        return real(*names, **arguments)

    monkeypatch.setattr(suite, "call", looking)
    assert suite.work() == 1
    assert others == [0]


def test_a_worker_that_is_to_stop_leaves_the_job_to_the_next(
    suite: ASuite, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = suite.a_job()
    real = suite.call

    def stopping(service: str, operation: str, *rest: Any, **arguments: Any) -> Any:
        if operation == "import_products":
            suite.stopping.set()
        return real(service, operation, *rest, **arguments)

    monkeypatch.setattr(suite, "call", stopping)
    suite.work()
    assert suite.job(job_id)["status"] == "running"
    suite.stopping.clear()
    suite.work("another/1")
    assert counts(suite.job(job_id)) == {"created": ROWS}


@pytest.fixture(autouse=True)
def nothing_left(suite: ASuite) -> Iterator[None]:
    """Whatever happened: no files of a finished job stay behind."""
    yield
    unfinished = {job["id"] for job in suite.ask("jobs", "list_jobs")["data"] if job["finished_at"] is None}
    assert {path.name for path in suite.folder.iterdir()} <= unfinished


# --- taking back -----------------------------------------------------------------------------------------------


def undone(suite: ASuite, job: dict[str, Any]) -> dict[str, Any]:
    undo = suite.ask("jobs", "undo_import", job_id=job["id"])
    suite.work()
    return suite.job(undo["id"])


def test_an_undo_takes_back_what_came_but_people_and_adds_up(suite: ASuite) -> None:
    job = suite.imported()
    undo = undone(suite, job)
    people = 5 + 4
    assert (undo["status"], undo["removed"], undo["kept"]) == ("completed", ROWS - people, people)
    assert sum(one["count"] for one in undo["reasons"]) == people
    assert undo["total"] == undo["processed"] == ROWS
    assert suite.all("deals", "list_deals") == suite.all("contacts", "list_accounts") == {}
    assert suite.job(job["id"])["undo_id"] == undo["id"]
    # The same file comes in again as if it had never been here.
    assert counts(suite.imported()) == {"created": ROWS - people, "unchanged": people}


def test_an_undo_asked_for_twice_is_done_once(suite: ASuite) -> None:
    job = suite.imported()
    first = undone(suite, job)
    before = told(suite)
    assert suite.ask("jobs", "undo_import", job_id=job["id"])["id"] == first["id"]
    assert suite.work() == 0
    assert told(suite) == before


def test_what_was_changed_since_stays_with_its_reason_and_updates_go_back(suite: ASuite) -> None:
    suite.imported()
    changed = suite.imported(
        {**FILES, "products.csv": PRODUCTS.replace("4821", "4900").replace("550", "560")}
    )
    product = suite.all("deals", "list_products")["Crane Basic"]
    suite.ask(
        "deals",
        "update_product",
        product_id=product["id"],
        expected_version=product["version"],
        changes={"family": "Tower"},
    )
    undo = undone(suite, changed)
    assert (undo["status"], undo["restored"], undo["kept"]) == ("completed", 1, 1)
    assert [(one["outcome"], one["code"], one["count"]) for one in undo["reasons"]] == [
        ("kept", "changed_since", 1)
    ]
    products = suite.all("deals", "list_products")
    assert products["Crane Pro"]["list_price"]["amount"] == "4821.00"
    assert products["Crane Basic"]["list_price"]["amount"] == "560.00"
    assert failures(suite, undo) == [("kept", 1, "", "changed_since")]


@pytest.mark.parametrize("what", ["dry run", "running", "undo"])
def test_what_cannot_be_undone_says_why(suite: ASuite, what: str) -> None:
    if what == "running":
        job_id = suite.a_job()
    elif what == "dry run":
        job_id = suite.imported(dry_run=True)["id"]
    else:
        job_id = undone(suite, suite.imported())["id"]
    with pytest.raises(NothingToUndo):
        suite.ask("jobs", "undo_import", job_id=job_id)
