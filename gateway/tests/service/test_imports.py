"""Imports through the whole running suite: the sample, a second run, two at once, kills and a missing broker."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from import_builders import ACCOUNTS, FILES, PIPELINE, PRODUCTS, counts
from sqlalchemy import func, select

from chassis.guard import ACROSS
from chassis.tables import outbox
from suite.broker import Broker
from suite.testing import Suite, eventually

SERVICES = ("contacts", "deals")
SAMPLE = Path(__file__).resolve().parents[3] / "deploy" / "local" / "sample"
OVER = ("completed", "failed", "cancelled")
DATABASES = (*SERVICES, "gateway")


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start(*SERVICES, "web")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite.start("worker")


@pytest.fixture
def rest(running: Suite) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {running.key}"}  # type: ignore[attr-defined]
    with httpx.Client(base_url=running.url, headers=headers, timeout=30) as client:
        yield client


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}


def many_deals(prefix: str, count: int = 1500) -> dict[str, str]:
    """The small company, with this many open deals."""
    header = PIPELINE.partition("\n")[0]
    rows = [f"{prefix}{n},Ada Berg,Crane Pro,Lighthouse,Engaging,1/2/2017,," for n in range(count)]
    return {**FILES, "sales_pipeline.csv": "\n".join([header, *rows, ""])}


def start(rest: httpx.Client, files: Mapping[str, str | bytes], **fields: str) -> str:
    parts = [("file", (name, content)) for name, content in files.items()]
    answer = rest.post("/v1/imports", files=parts, data={"mapping_id": "crm-sales", **fields})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def read(rest: httpx.Client, job_id: str) -> dict[str, Any]:
    answer = rest.get(f"/v1/jobs/{job_id}")
    assert answer.status_code == 200, answer.text
    job: dict[str, Any] = answer.json()
    return job


def finished(rest: httpx.Client, job_id: str) -> dict[str, Any]:
    def over() -> dict[str, Any] | None:
        job = read(rest, job_id)
        return job if job["status"] in OVER else None

    job = eventually(over, within=120, what="the import is over")
    assert job is not None
    if job["status"] == "completed":
        assert job["total"] == job["processed"] == sum(counts(job).values())
    return job


def imported(rest: httpx.Client, files: Mapping[str, str | bytes], **fields: str) -> dict[str, Any]:
    return finished(rest, start(rest, files, **fields))


def told(suite: Suite) -> int:
    """How many events the services have told."""
    count = 0
    for name in DATABASES:
        with suite.database(name).reading() as session:
            statement = (
                select(func.count())
                .select_from(outbox)
                .where(outbox.c.subject_type != "job")
                .execution_options(**ACROSS)
            )
            count += session.scalar(statement) or 0
    return count


def deals_named(rest: httpx.Client, prefix: str) -> int:
    found = rest.get("/v1/deals", params={"filter": f'external_id ~ "{prefix}"', "count": "true", "limit": 1})
    return int(found.json()["total"])


def well_on(rest: httpx.Client, job_id: str, rows: int) -> None:
    eventually(lambda: read(rest, job_id)["processed"] >= rows, what=f"{rows} rows are done")


# --- the sample ------------------------------------------------------------------------------------------------


def test_the_sample_comes_in_and_a_second_run_changes_nothing(running: Suite, rest: httpx.Client) -> None:
    first = imported(rest, files_of(SAMPLE))
    assert counts(first) == {"created": first["total"]}
    assert {"product_alias", "deal_without_account"} <= {one["code"] for one in first["corrections"]}
    before = told(running)
    second = imported(rest, files_of(SAMPLE))
    assert counts(second) == {"unchanged": first["total"]}
    assert told(running) == before
    assert list((running.home / "files").iterdir()) == []


def test_a_dry_run_says_the_same_and_changes_nothing(running: Suite, rest: httpx.Client) -> None:
    before = told(running)
    job = imported(rest, many_deals("DRY", 300), dry_run="true")
    assert job["parts"][-1]["created"] == 300
    assert (told(running), deals_named(rest, "DRY")) == (before, 0)


# --- rows that fail --------------------------------------------------------------------------------------------


def test_failed_rows_come_back_as_a_file_that_imports(rest: httpx.Client) -> None:
    bad = PIPELINE.replace("D", "E") + "E5,Ada Berg,Crane Pro,=Nowhere,Engaging,1/1/2017,,\n"
    job = imported(rest, {**FILES, "sales_pipeline.csv": bad})
    assert job["failed"] == 1
    answer = rest.get(f"/v1/jobs/{job['id']}/errors.csv")
    assert "sales_pipeline.errors.csv" in answer.headers["Content-Disposition"]
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["opportunity_id"], row["account"]) == ("E5", "'=Nowhere")
    assert "formula" in row["error"]
    corrected = answer.text.replace("'=Nowhere", "Lighthouse")
    again = imported(rest, {"sales_pipeline.errors.csv": corrected})
    assert counts(again) == {"created": 1, "unchanged": 1}


def test_failed_rows_of_several_files_come_as_one_archive(rest: httpx.Client) -> None:
    bad = {"accounts.csv": ACCOUNTS + "Reef,retail,x,,,,\n", "products.csv": PRODUCTS + "Tug,Tug,y\n"}
    job = imported(rest, {**FILES, **bad})
    assert job["failed"] == 2
    answer = rest.get(f"/v1/jobs/{job['id']}/errors.csv")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert sorted(archive.namelist()) == ["accounts.errors.csv", "products.errors.csv"]
    one = rest.get(f"/v1/jobs/{job['id']}/errors.csv", params={"file": "products.csv"})
    assert one.text.splitlines()[0] == "product,series,sales_price,error"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("accounts.csv", ACCOUNTS.replace("sector", "sectr"), "missing_column"),
        ("accounts.csv", "day,degrees\nMonday,12\n", "missing_column"),
        ("notes.csv", "day,degrees\nMonday,12\n", "wrong_file"),
        ("accounts.csv", ACCOUNTS + '"Reef,retail,2001', "broken_csv"),
        ("accounts.csv", bytes(range(256)) * 20, "unknown_encoding"),
    ],
)
def test_a_wrong_file_stops_everything_with_a_reason(
    running: Suite, rest: httpx.Client, name: str, content: str | bytes, code: str
) -> None:
    before = told(running)
    job = imported(rest, {**FILES, name: content})
    assert (job["status"], job["processed"]) == ("failed", 0)
    assert job["error"]["errors"][0]["code"] == code
    assert told(running) == before


# --- many at once, and interruptions ---------------------------------------------------------------------------


def test_two_imports_at_once_run_one_after_the_other(rest: httpx.Client) -> None:
    first, second = start(rest, many_deals("TWO")), start(rest, many_deals("TWO"))
    assert read(rest, second)["stage"] == "waits for 1 earlier import"
    one, other = finished(rest, first), finished(rest, second)
    assert one["finished_at"] <= other["started_at"]
    assert other["unchanged"] == other["total"]
    assert deals_named(rest, "TWO") == 1500


def test_a_killed_worker_goes_on_where_it_was(running: Suite, rest: httpx.Client) -> None:
    job_id = start(rest, many_deals("KIL"))
    for rows in (100, 500, 900):
        well_on(rest, job_id, rows)
        running.processes["worker"].kill()
        running.processes["worker"].start()
    job = finished(rest, job_id)
    assert job["status"] == "completed"
    assert job["created"] >= 1500
    assert deals_named(rest, "KIL") == 1500


def test_a_killed_service_is_waited_for(running: Suite, rest: httpx.Client) -> None:
    job_id = start(rest, many_deals("SVC"))
    well_on(rest, job_id, 300)
    running.processes["deals"].kill()
    eventually(
        lambda: read(rest, job_id)["stage"] == "waiting for deals", what="the job says what it waits for"
    )
    running.processes["deals"].start()
    job = finished(rest, job_id)
    assert (job["status"], deals_named(rest, "SVC")) == ("completed", 1500)
    assert job["created"] >= 1500


def test_cut_connections_do_not_matter(running: Suite, rest: httpx.Client) -> None:
    job_id = start(rest, many_deals("CUT"))
    well_on(rest, job_id, 300)
    running.close_connections()
    assert finished(rest, job_id)["status"] == "completed"
    assert deals_named(rest, "CUT") == 1500


def test_a_stopped_broker_is_waited_for(running: Suite, rest: httpx.Client, broker: Broker) -> None:
    job_id = start(rest, many_deals("BRO"))
    well_on(rest, job_id, 300)
    broker.stop()
    waiting = "waiting for the broker"
    eventually(lambda: read(rest, job_id)["stage"] == waiting, what="the job says what it waits for")
    broker.start()
    job = finished(rest, job_id)
    assert (job["status"], deals_named(rest, "BRO")) == ("completed", 1500)
    assert job["created"] >= 1500


def test_a_running_import_is_cancelled_between_chunks(rest: httpx.Client) -> None:
    job_id = start(rest, many_deals("STO", 4000))
    well_on(rest, job_id, 200)
    rest.post(f"/v1/jobs/{job_id}/cancel")
    job = finished(rest, job_id)
    assert job["status"] == "cancelled"
    assert 0 < job["processed"] < job["total"]
    assert deals_named(rest, "STO") == job["parts"][-1]["created"]
