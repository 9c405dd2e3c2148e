"""Each cause the doctor can name, provoked."""

from __future__ import annotations

import socket
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from suite import webui
from suite.broker import Broker
from suite.doctor import Finding, checks, examine
from suite.doctor.case import Case
from suite.paths import Home
from suite.settings import Settings

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    home = Home(tmp_path)
    home.make()
    return Case(home, variables={}, settings=Settings(), processes=[])


def only(findings: Iterator[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_a_full_disk(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**8))
    assert only(checks.disk_space(case)).words.startswith("full")
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 5 * 10**8))
    assert only(checks.disk_space(case)).verdict == "warning"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RAPPORT_LOG_LEVEL", "loud"),
        ("RAPPORT_AMQP_URL", "http://localhost"),
        ("DEALS_DATABASE_URL", "mysql://localhost/deals"),
        ("GATEWAY_DATABASE_URL", "sqlite:///relative.db"),
    ],
)
def test_a_variable_that_cannot_work_is_named(case: Case, name: str, value: str) -> None:
    case.variables = {name: value}
    finding = only(checks.variables(case))
    assert finding.verdict == "bad"
    assert name in finding.words


def test_an_absent_broker(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Broker, "is_installed", staticmethod(lambda: False))
    finding = only(checks.broker(case))
    assert finding.words.startswith("absent")
    assert "apt-get install" in finding.cure


def test_a_broker_that_is_down(case: Case) -> None:
    case.variables = {"RAPPORT_AMQP_URL": "amqp://user:secret@127.0.0.1:1/rapport"}
    finding = only(checks.broker(case))
    assert finding.words.startswith("down: 127.0.0.1:1")
    assert "secret" not in finding.words


def test_a_port_that_somebody_else_has(case: Case) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        case.settings.http_port = other.getsockname()[1]
        finding = only(checks.http_port(case))
    assert finding.words.startswith("taken")
    assert "--port" in finding.cure


def test_a_user_interface_that_is_not_built(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webui, "folder", lambda: tmp_path)
    assert only(checks.web_ui(case)).verdict == "warning"
    (tmp_path / "package.json").write_text("{}")
    assert only(checks.web_ui(case)).words == "not built"


def test_keys_that_others_can_read(case: Case) -> None:
    case.home.endpoints.write_text("{}")
    case.home.endpoints.chmod(0o644)
    finding = only(checks.private_files(case))
    assert finding.verdict == "bad"
    assert "endpoints.json" in finding.words


def test_a_process_that_keeps_dying(case: Case) -> None:
    row = {"name": "deals", "state": "restarting", "pid": None, "restarts": 4}
    case.processes = [{**row, "last_death": "exited with code 78 after 0.4 s"}]
    finding = only(checks.processes(case))
    assert "deals is restarting" in finding.words
    assert "code 78" in finding.words


def test_a_database_that_is_behind() -> None:
    finding = checks._database_finding({"store": "deals", "found": "0001", "wanted": "0003"})
    assert "deals is behind: at 0001" in finding.words
    assert "./rapport up" in finding.cure


def test_a_wrong_database_password() -> None:
    error = 'FATAL: password authentication failed for user "deals"'
    finding = checks._database_finding({"store": "deals", "error": error})
    assert finding.words.startswith("wrong password for deals")


def test_a_check_that_breaks_does_not_stop_the_others(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Case) -> Iterator[Finding]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(checks, "ALL", (broken, checks.disk_space))
    findings = examine(case)
    assert [finding.subject for finding in findings] == ["broken", "disk"]
