"""Exports through the running gateway: the same rows in every format, refusals, and a transfer that breaks visibly."""

from __future__ import annotations

import csv
import io
import json
import socket
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from chassis import codec, ids
from chassis.guard import ACROSS
from chassis.tables import outbox
from suite.testing import Suite, a_caller, eventually

ROWS = 2500
PATIENCE = 60.0
# Together more than what sockets take without anybody reading.
TEXT = "x" * 4900
FORMULA = '=HYPERLINK("http://evil.example")'


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start("contacts", "deals", "web")
    found = suite.bootstrap()
    suite.key = found["admin_key"]  # type: ignore[attr-defined]
    job_id = ids.new("job")
    for first in range(0, ROWS, 250):
        rows = [a_row(number) for number in range(first, first + 250)]
        # As patient as the worker that brings rows in.
        ctx = a_caller(workspace_id=found["workspace_id"], origin="import", deadline=time.time() + PATIENCE)
        suite.call("contacts", "import_accounts", ctx, job_id=job_id, first_row=first, rows=rows)
    return suite


def headed(suite: Suite, **options: Any) -> httpx.Client:
    headers = {"Authorization": f"Bearer {suite.key}"}  # type: ignore[attr-defined]
    return httpx.Client(base_url=suite.url, headers=headers, timeout=60, **options)


def a_row(number: int) -> dict[str, Any]:
    row = {"external_id": f"{number:04}", "name": f"Company {number}", "description": TEXT}
    if number == 7:
        row |= {"name": FORMULA, "tags": ["a", "b"], "custom": {"segment": "north"}}
        row |= {"annual_revenue": {"amount": "12.50", "currency": "EUR"}}
    return row


@pytest.fixture
def rest(running: Suite) -> Iterator[httpx.Client]:
    with headed(running) as client:
        yield client


def exported(rest: httpx.Client, **parameters: str) -> httpx.Response:
    answer = rest.get("/v1/accounts/export", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


def told(running: Suite) -> list[dict[str, Any]]:
    with running.database("gateway").reading() as session:
        payloads = session.scalars(
            select(outbox.c.payload)
            .where(outbox.c.subject_type == "export")
            .order_by(outbox.c.seq)
            .execution_options(**ACROSS)
        ).all()
    return [codec.loads(payload) for payload in payloads]


def test_a_whole_list_comes_as_csv_and_is_told_of(running: Suite, rest: httpx.Client) -> None:
    answer = exported(rest, sort="external_id")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["external_id"] for row in rows] == [f"{number:04}" for number in range(ROWS)]
    assert answer.headers["X-Total-Count"] == str(ROWS)
    assert answer.headers["Content-Disposition"].endswith(".csv")
    seventh = rows[7]
    assert seventh["name"] == "'" + FORMULA
    assert (seventh["annual_revenue"], seventh["annual_revenue_currency"]) == ("12.50", "EUR")
    assert (seventh["tags"], seventh["custom.segment"], rows[8]["custom.segment"]) == ("a; b", "north", "")
    started, ended = eventually(lambda: told(running)[-2:], what="both ends are told")
    assert started["data"] == {
        "resource": "accounts",
        "format": "csv",
        "filter": None,
        "sort": "external_id",
        "fields": [],
        "rows": ROWS,
    }
    assert ended["data"] == {"rows": ROWS, "is_complete": True}
    assert started["subject"] == ended["subject"]


def test_lines_are_records_as_lists_show_them(rest: httpx.Client) -> None:
    condition = 'external_id in ("0003", "0007")'
    answer = exported(rest, format="jsonl", filter=condition, sort="-external_id")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    listed = rest.get("/v1/accounts", params={"filter": condition, "sort": "-external_id"}).json()["data"]
    for line, record in zip(lines, listed, strict=True):
        assert {name: line[name] for name in record} == record
    fields = exported(rest, format="jsonl", filter=condition, sort="name", fields="name,owner.name").text
    assert [list(json.loads(line)) for line in fields.splitlines()] == [["id", "name", "owner.name"]] * 2


def test_a_workbook_holds_the_same_and_no_formula(rest: httpx.Client) -> None:
    answer = exported(rest, format="xlsx", filter='external_id in ("0006", "0007")', sort="external_id")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 3
    assert "<f>" not in sheet
    assert "HYPERLINK" in sheet


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"fields": "nonsense"}, "unknown_field"),
        ({"filter": "nonsense = 1"}, "invalid_filter"),
        ({"sort": "nonsense"}, "invalid_sort"),
        ({"format": "pdf"}, "invalid_parameter"),
        ({"limit": "5"}, "unknown_parameter"),
    ],
)
def test_what_cannot_be_exported_is_refused_before_it_begins(
    running: Suite, rest: httpx.Client, parameters: dict[str, str], code: str
) -> None:
    before = len(told(running))
    answer = rest.get("/v1/accounts/export", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert len(told(running)) == before


def test_who_may_not_list_may_not_export(running: Suite, rest: httpx.Client) -> None:
    key = rest.post("/v1/keys", json={"name": "Rep", "role": "rep"}).json()
    headers = {"Authorization": f"Bearer {key['key']}"}
    assert rest.get("/v1/keys/export", headers=headers).status_code == 403
    assert rest.get("/v1/keys/export").status_code == 200
    assert httpx.get(f"{running.url}/v1/accounts/export").status_code == 401


def test_every_list_has_an_export(rest: httpx.Client) -> None:
    paths = rest.get("/v1/openapi.json").json()["paths"]
    lists = {path for path in paths if f"{path}/search" in paths and f"{path}/{{id}}" in paths}
    # What people are told, and how they look at lists, is their own.
    assert {path for path in lists if f"{path}/export" not in paths} == {"/v1/notifications", "/v1/views"}


def test_a_service_that_dies_on_the_way_breaks_the_transfer(running: Suite) -> None:
    little = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 32 * 1024)]
    with headed(running, transport=httpx.HTTPTransport(socket_options=little)) as client:
        with (
            pytest.raises(httpx.RemoteProtocolError),
            client.stream("GET", "/v1/accounts/export") as answer,
        ):
            assert answer.status_code == 200
            for number, _ in enumerate(answer.iter_raw()):
                if number == 0:
                    running.processes["contacts"].kill()
    running.processes["contacts"].start()

    def ended() -> bool:
        return told(running)[-1]["data"].get("is_complete") is False

    eventually(ended, what="the broken end is told")
