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
