"""A user's own files through the running suite: mapped, tried, brought in, corrected, taken back; hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from test_imports import finished, told
from workbook_builders import a_workbook

from suite.testing import Suite

SERVICES = ("contacts", "deals", "activities")
GERMAN = """Vorname;Nachname;Firma;E-Mail;Telefon
Jürgen;Müller;Müller GmbH;jm@mueller.example;030 12345678
Anna;Groß;Köln AG;anna@koeln.example;0221 445566
Zoë;Weiß;Müller GmbH;keine;
"""


@pytest.fixture(scope="module")
def running(suite: Suite) -> Suite:
    suite.start(*SERVICES, "web")
    suite.key = suite.bootstrap()["admin_key"]  # type: ignore[attr-defined]
    return suite.start("worker")


@pytest.fixture
def rest(running: Suite) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {running.key}"}  # type: ignore[attr-defined]
    with httpx.Client(base_url=running.url, headers=headers, timeout=60) as client:
        yield client


def uploaded(rest: httpx.Client, name: str, content: bytes) -> dict[str, Any]:
    answer = rest.post("/v1/uploads", files=[("file", (name, content))])
    assert answer.status_code == 201, answer.text
    upload: dict[str, Any] = answer.json()
    return upload


def brought(rest: httpx.Client, upload: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = rest.post("/v1/imports", json={"upload_id": upload["id"], **body})
    assert answer.status_code == 202, answer.text
    return finished(rest, answer.json()["id"])


def contacts(rest: httpx.Client) -> dict[str, dict[str, Any]]:
    found = rest.get("/v1/contacts", params={"limit": 200}).json()["data"]
    return {contact["email"]: contact for contact in found}


def test_the_whole_way_of_a_file_of_ones_own(running: Suite, rest: httpx.Client) -> None:
    upload = uploaded(rest, "kontakte.csv", GERMAN.encode("cp1252"))
    [file] = upload["files"]
    assert (file["encoding"], file["delimiter"], file["rows"]) == ("cp1252", ";", 3)
    mapping = upload["suggestion"]
    assert (mapping["tables"][0]["object"], mapping["tables"][0]["key"]) == ("contacts", "email")

    preview = rest.post(f"/v1/uploads/{upload['id']}/preview", json={"mapping": mapping}).json()["data"]
    rows = [row for row in preview if row["object"] == "contacts"]
    assert rows[0]["values"]["phone"] == "+493012345678"
    assert [complaint["column"] for complaint in rows[2]["complaints"]] == ["E-Mail"]

    before = told(running)
    trial = brought(rest, upload, mapping=mapping, dry_run=True)
    assert (trial["created"], trial["failed"], told(running), contacts(rest)) == (4, 1, before, {})

    job = brought(rest, upload, mapping=mapping)
    assert (job["created"], job["failed"], job["upload_id"]) == (4, 1, upload["id"])
    assert contacts(rest)["jm@mueller.example"]["last_name"] == "Müller"

    text = rest.get(f"/v1/jobs/{job['id']}/errors.csv").text.replace("keine", "zoe@weiss.example")
    corrected = uploaded(rest, "kontakte.errors.csv", text.encode())
    again = brought(rest, corrected, mapping=mapping)
    assert (again["failed"], set(contacts(rest))) == (
        0,
        {"jm@mueller.example", "anna@koeln.example", "zoe@weiss.example"},
    )

    changed = uploaded(
        rest, "neu.csv", GERMAN.replace("Anna;", "Anne;").replace("keine", "zoe@weiss.example").encode()
    )
    update = brought(rest, changed, mapping=mapping)
    assert (update["updated"], update["created"]) == (1, 0)
    assert contacts(rest)["anna@koeln.example"]["first_name"] == "Anne"

    undo = finished(rest, rest.post(f"/v1/jobs/{update['id']}/undo").json()["id"])
    assert (undo["status"], undo["restored"]) == ("completed", 1)
    assert contacts(rest)["anna@koeln.example"]["first_name"] == "Anna"


def test_a_saved_mapping_reads_next_months_workbook(rest: httpx.Client) -> None:
    columns = [{"column": "Surname", "field": "last_name"}, {"column": "Mail", "field": "email"}]
    body = {"name": "fair", "mapping": {"tables": [{"object": "leads", "key": "email", "columns": columns}]}}
    saved = rest.post("/v1/import-mappings", json=body)
    assert saved.status_code == 201, saved.text
    assert rest.post("/v1/import-mappings", json=body).json()["code"] == "jobs.mapping_name_taken"
    book = a_workbook([["Mail", "Surname"], ["ada@fair.example", "Berg"]])
    job = brought(rest, uploaded(rest, "november.xlsx", book), mapping_id="fair")
    assert (job["created"], job["mapping_id"], job["mapping_name"]) == (1, saved.json()["id"], "fair")
    listed = rest.get("/v1/import-mappings").json()["data"]
    assert {(one["name"], one["is_builtin"]) for one in listed} >= {("crm-sales", True), ("fair", False)}
    builtin = next(one for one in listed if one["is_builtin"])
    refused = rest.delete(
        f"/v1/import-mappings/{builtin['id']}", headers={"If-Match": f'"{builtin["version"]}"'}
    )
    assert refused.json()["code"] == "jobs.mapping_is_builtin"


def test_an_upload_is_its_uploaders_only(rest: httpx.Client) -> None:
    upload = uploaded(rest, "kontakte.csv", GERMAN.encode())
    user = rest.post("/v1/users", json={"name": "Zoe", "role": "admin"}).json()
    assert user["id"] != upload["uploaded_by"]
    assert rest.get(f"/v1/uploads/{upload['id']}").status_code == 200
    assert rest.get("/v1/uploads/upload_01k00000000000000000000000").status_code == 404


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as part:
            for _ in range(300):
                part.write(b" " * 1_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("bomb.xlsx", bomb(), "unpacks_too_large"),
        ("long.csv", b"name,town\n" + b"x" * 3_000_000, "line_too_long"),
        ("wide.csv", ",".join(f"c{n}" for n in range(5000)).encode() + b"\n", "too_many_columns"),
        ("mixed.csv", "a,b\nü,1\n".encode() + "ö,2\n".encode("cp1252"), "mixed_encodings"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(200), "not_a_csv_file"),
        ("open.csv", b'a,b\n"never,closes\n', "broken_csv"),
    ],
)
def test_hostile_files_get_a_clear_error_at_once(
    running: Suite, rest: httpx.Client, name: str, content: bytes, code: str
) -> None:
    answer = rest.post("/v1/uploads", files=[("file", (name, content))])
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["code"] == code
    assert answer.json()["errors"][0]["hint"]
