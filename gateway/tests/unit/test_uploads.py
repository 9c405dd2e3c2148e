"""Uploads: bounded, under our own names, readable by nobody else, gone when they become nothing."""

from __future__ import annotations

import io
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gateway_builders import AGateway, a_gateway
from import_builders import FILES, PRODUCTS

from gateway import uploads


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[AGateway]:
    made = a_gateway(tmp_path / "home")
    yield made
    made.app.extensions["rapport"].close()


def form(files: dict[str, str], **fields: str) -> dict[str, Any]:
    parts: list[Any] = [(io.BytesIO(text.encode()), name) for name, text in files.items()]
    return {"file": parts, "mapping_id": "crm-sales", **fields}


def send(gateway: AGateway, data: dict[str, Any], **options: Any) -> Any:
    return gateway.call("POST", "/v1/imports", data=data, content_type="multipart/form-data", **options)


def kept(gateway: AGateway) -> list[Path]:
    return sorted(path for path in (gateway.home / "files").rglob("*") if path.is_file())


def test_an_upload_becomes_a_queued_job(gateway: AGateway) -> None:
    answer = send(gateway, form(dict(FILES), dry_run="true"))
    assert answer.status_code == 202, answer.text
    job = answer.get_json()
    assert (job["status"], job["dry_run"], job["total"], len(job["files"])) == ("queued", True, None, 4)
    assert answer.headers["Location"] == f"/v1/jobs/{job['id']}"
    assert gateway.call("GET", answer.headers["Location"]).get_json()["id"] == job["id"]
    assert [path.name for path in kept(gateway)] == ["0.csv", "1.csv", "2.csv", "3.csv"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept(gateway)} == {0o600}
    assert kept(gateway)[1].read_text() == PRODUCTS


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\files\\deals.csv", "deals.csv"),
        ("a\x00b\nc.csv", "abc.csv"),
        ("..", "file.csv"),
        ("x" * 500 + ".csv", "x" * 116 + ".csv"),
    ],
)
def test_a_name_is_only_shown_and_never_a_path(sent: str, shown: str) -> None:
    assert uploads.shown_name(sent) == shown


def test_too_much_is_refused_before_it_is_read(gateway: AGateway) -> None:
    answer = send(gateway, form({"p.csv": PRODUCTS}), environ_overrides={"CONTENT_LENGTH": str(3 * 1024**3)})
    assert (answer.status_code, answer.get_json()["code"]) == (413, "body_too_large")


def test_too_much_without_a_length_stops_on_the_way(
    gateway: AGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    data = form({"p.csv": "x" * 5000})
    answer = send(gateway, data)
    assert answer.status_code == 413
    assert kept(gateway) == []


@pytest.mark.parametrize(
    ("data", "status", "pointer"),
    [
        (form({}), 422, "/file"),
        (form({"p.csv": ""}), 422, "/file"),
        ({**form({"p.csv": PRODUCTS}), "mapping_id": "other"}, 422, "/"),
        ({**form({"p.csv": PRODUCTS}), "dry_run": "perhaps"}, 422, "/dry_run"),
        ({**form({"p.csv": PRODUCTS}), "colour": "red"}, 422, "/colour"),
        ({"mapping_id": "crm-sales", "picture": (io.BytesIO(b"x"), "p.csv")}, 422, "/picture"),
    ],
)
def test_what_is_no_import_is_refused_and_leaves_nothing(
    gateway: AGateway, data: dict[str, Any], status: int, pointer: str
) -> None:
    answer = send(gateway, data)
    assert answer.status_code == status, answer.text
    assert pointer in [error["pointer"] for error in answer.get_json()["errors"]] or pointer == "/"
    assert list((gateway.home / "files").iterdir()) == []
    assert gateway.call("GET", "/v1/jobs").get_json()["data"] == []


def test_only_a_form_is_taken(gateway: AGateway) -> None:
    assert gateway.call("POST", "/v1/imports", data="x", content_type="text/csv").status_code == 415


def test_a_broken_form_is_refused(gateway: AGateway) -> None:
    answer = gateway.call(
        "POST", "/v1/imports", data=b"--x\r\nnonsense", content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code in (400, 422)
    assert list((gateway.home / "files").iterdir()) == []


def test_a_repeated_upload_starts_nothing_new(gateway: AGateway) -> None:
    key = {"Idempotency-Key": "monday"}
    first = send(gateway, form({"p.csv": PRODUCTS}), headers=key)
    again = send(gateway, form({"p.csv": PRODUCTS}), headers=key)
    other = send(gateway, form({"p.csv": PRODUCTS + "Tug,Tug,1\n"}), headers=key)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert again.get_json()["id"] == first.get_json()["id"]
    assert len(gateway.call("GET", "/v1/jobs").get_json()["data"]) == 1
    assert len(kept(gateway)) == 1


def test_who_may_not_import_uploads_nothing(gateway: AGateway) -> None:
    key = gateway.call("POST", "/v1/keys", json={"name": "reader", "role": "rep"}).get_json()["key"]
    assert send(gateway, form({"p.csv": PRODUCTS}), key=key).status_code == 403
    assert not (gateway.home / "files").exists()


def test_a_queued_job_is_cancelled_at_once_and_only_once(gateway: AGateway) -> None:
    job = send(gateway, form({"p.csv": PRODUCTS})).get_json()
    path = f"/v1/jobs/{job['id']}/cancel"
    assert gateway.call("POST", path).get_json()["status"] == "cancelled"
    assert gateway.call("POST", path).get_json()["code"] == "jobs.job_is_over"
    assert gateway.call("GET", f"/v1/jobs/{job['id']}/errors.csv").status_code == 404


# --- uploads that are looked at --------------------------------------------------------------------------------

PEOPLE = "Vorname;Nachname;E-Mail\nAda;Berg;ada@berg.example\n"


def upload(gateway: AGateway, text: str = PEOPLE, name: str = "leads.csv", **options: Any) -> Any:
    data = {"file": [(io.BytesIO(text.encode()), name)], **options.pop("fields", {})}
    return gateway.call("POST", "/v1/uploads", data=data, content_type="multipart/form-data", **options)


def test_an_upload_says_what_is_in_it_and_shows_how_it_would_come_in(gateway: AGateway) -> None:
    answer = upload(gateway)
    assert answer.status_code == 201, answer.text
    found = answer.get_json()
    [file] = found["files"]
    assert (file["format"], file["encoding"], file["delimiter"], file["rows"]) == ("csv", "utf-8", ";", 1)
    assert file["columns"][0] == {"name": "Vorname", "samples": ["Ada"], "filled": 1.0}
    assert found["suggestion"]["tables"][0]["object"] == "leads"
    assert gateway.call("GET", answer.headers["Location"]).get_json() == found
    rows = gateway.call("GET", f"/v1/uploads/{found['id']}/preview").get_json()["data"]
    assert [(row["line"], row["object"], row["values"]["email"]) for row in rows] == [
        (2, "leads", "ada@berg.example")
    ]


def test_an_upload_becomes_as_many_jobs_as_are_asked_for(gateway: AGateway) -> None:
    found = upload(gateway).get_json()
    body = {"upload_id": found["id"], "dry_run": True}
    trial = gateway.call("POST", "/v1/imports", json=body)
    real = gateway.call("POST", "/v1/imports", json={**body, "dry_run": False, "automation": "suppress"})
    assert (trial.status_code, real.status_code) == (202, 202)
    assert (trial.get_json()["dry_run"], real.get_json()["automation"]) == (True, "suppress")
    assert len({path.stat().st_ino for path in kept(gateway)}) == 1


def test_a_mapping_that_cannot_be_meant_is_refused_where_it_stands(gateway: AGateway) -> None:
    found = upload(gateway).get_json()
    table = {"object": "leads", "columns": [{"column": "Nachname", "field": "last_nam"}]}
    body = {"upload_id": found["id"], "mapping": {"tables": [table]}}
    answer = gateway.call("POST", "/v1/imports", json=body)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "jobs.bad_mapping")
    [error, _] = answer.get_json()["errors"]
    assert (error["pointer"], error["hint"]) == (
        "/mapping/tables/0/columns/0/field",
        "Did you mean last_name?",
    )


def test_what_is_not_ones_own_is_not_there(gateway: AGateway) -> None:
    found = upload(gateway).get_json()
    other = gateway.call("POST", "/v1/users", json={"name": "Zoe", "role": "admin"}).get_json()
    assert other["id"] != found["uploaded_by"]
    body = {"upload_id": "upload_01k00000000000000000000000"}
    assert gateway.call("POST", "/v1/imports", json=body).get_json()["code"] == "jobs.upload_gone"


def test_a_hostile_upload_is_refused_and_leaves_nothing(gateway: AGateway) -> None:
    answer = upload(gateway, "a,b\n\0\0,1\n" + "x" * 10)
    assert (answer.status_code, answer.get_json()["errors"][0]["code"]) == (422, "unknown_encoding")
    assert list((gateway.home / "files").iterdir()) == []


def test_what_can_be_imported_is_told_with_fields_and_keys(gateway: AGateway) -> None:
    told = {one["name"]: one for one in gateway.call("GET", "/v1/import-objects").get_json()["data"]}
    assert {"accounts", "contacts", "leads", "deals", "activities"} <= told.keys()
    assert told["contacts"]["keys"] == ["external_id", "email"]
    fields = {field["name"]: field for field in told["contacts"]["fields"]}
    assert (fields["account_id"]["type"], fields["account_id"]["links_to"]) == ("link", "accounts")
    assert fields["last_name"]["is_required"]


def test_mappings_are_saved_changed_and_deleted_by_their_version(gateway: AGateway) -> None:
    document = {"tables": [{"object": "leads", "columns": [{"column": "N", "field": "last_name"}]}]}
    made = gateway.call("POST", "/v1/import-mappings", json={"name": "fair", "mapping": document})
    assert made.status_code == 201, made.text
    path = f"/v1/import-mappings/{made.get_json()['id']}"
    body = {"name": "fairs", "expected_version": 1}
    assert gateway.call("PATCH", path, json=body).get_json()["name"] == "fairs"
    taken = gateway.call("POST", "/v1/import-mappings", json={"name": "fairs", "mapping": document})
    assert taken.get_json()["code"] == "jobs.mapping_name_taken"
    bad = gateway.call("POST", "/v1/import-mappings", json={"name": "x", "mapping": {"tables": []}})
    assert bad.status_code == 422
    assert gateway.call("DELETE", path, headers={"If-Match": '"2"'}).status_code == 204
    assert gateway.call("GET", path).status_code == 404
