"""Which files an import takes, how they travel, and the receipt."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path

import pytest

from suite import importing
from suite.failures import Failure
from suite.rest import Refused, Rest


def test_a_folder_stands_for_its_data_files(tmp_path: Path) -> None:
    for name in ("b.csv", "a.CSV", "expected.json", "notes.md", "c.xlsx"):
        (tmp_path / name).touch()
    assert [file.name for file in importing.files_of([tmp_path])] == ["a.CSV", "b.csv", "c.xlsx"]


def test_what_is_not_there_or_no_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="no file or folder"):
        importing.files_of([tmp_path / "nowhere"])
    with pytest.raises(Failure, match="no CSV or XLSX"):
        importing.files_of([tmp_path])
    program = tmp_path / "program.exe"
    program.touch()
    with pytest.raises(Failure, match="no file that can be imported"):
        importing.files_of([program])


class Gateway(http.server.BaseHTTPRequestHandler):
    """Remembers what it was sent; refuses whatever is posted to /refuse."""

    bodies: list[bytes]
    heads: list[dict[str, str]]

    def do_POST(self) -> None:
        type(self).heads.append(dict(self.headers))
        type(self).bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        refused = self.path == "/refuse"
        content = (
            b'{"detail": "Two names are missing.", "code": "invalid", "errors": [{"pointer": "/name", '
            b'"message": "is missing", "hint": "Give it a name."}]}'
            if refused
            else b'{"id": "job_1", "status": "queued"}'
        )
        self.send_response(422 if refused else 202)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Tests stay quiet."""


@pytest.fixture
def gateway() -> Iterator[str]:
    Gateway.bodies, Gateway.heads = [], []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_files_arrive_byte_for_byte(gateway: str, tmp_path: Path) -> None:
    file = tmp_path / 'na"me.csv'
    content = bytes(range(256)) * 2000
    file.write_bytes(content)
    assert Rest(gateway, "key").upload("/v1/imports", [file], {"mapping_id": "crm-sales"})["id"] == "job_1"
    head = f"Content-Type: {Gateway.heads[0]['Content-Type']}\r\n\r\n".encode()
    mapping, sent = message_from_bytes(head + Gateway.bodies[0]).get_payload()  # type: ignore[misc]
    assert mapping.get_payload() == "crm-sales"  # type: ignore[union-attr]
    assert sent.get_payload(decode=True) == content  # type: ignore[union-attr]
    assert Gateway.heads[0]["Authorization"] == "Bearer key"


def test_a_refusal_names_field_and_cure(gateway: str) -> None:
    with pytest.raises(Refused, match="Two names are missing") as refused:
        Rest(gateway, "key").post("/refuse", {})
    assert refused.value.status == 422
    assert "/name is missing" in refused.value.cause
    assert refused.value.cure == "Give it a name."


def test_nobody_at_home_is_a_failure_with_a_cure() -> None:
    with pytest.raises(Failure, match="does not answer") as failure:
        Rest("http://127.0.0.1:1", None).get("/readyz")
    assert "doctor" in failure.value.cure


def test_a_receipt_that_does_not_add_up_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    part = {"entity": "deals", "file": "d.csv", "rows": 10, "created": 4, "unchanged": 5}
    job = {"id": "job_1", "status": "completed", "parts": [part], "corrections": []}
    importing.receipt(job, 1.0)
    assert "does not add up: 10 rows, 9 outcomes" in capsys.readouterr().out
    importing.receipt({**job, "parts": [{**part, "failed": 1}]}, 1.0)
    out = capsys.readouterr().out
    assert "add up" not in out
    assert "1 rows failed" in out
