"""Reading logs, and keeping them small."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite import logbook
from suite.failures import Failure
from suite.paths import Home
from suite.supervisor.journal import rotate


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    found.make()
    return found


def test_lines_of_all_processes_are_merged_by_time(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    (home.logs / "deals.log").write_text(
        '{"timestamp": "2026-01-01T10:00:01Z", "event": "second"}\nTraceback of the second\n'
        '{"timestamp": "2026-01-01T10:00:03Z", "event": "fourth"}\n'
    )
    (home.logs / "web.log").write_text(
        '{"timestamp": "2026-01-01T10:00:00Z", "event": "first"}\n'
        '{"timestamp": "2026-01-01T10:00:02Z", "event": "third"}\n'
    )
    logbook.show(home, [], follow=False, lines=10, raw=False)
    words = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    assert words == ["first", "second", "second", "third", "fourth"]


def test_a_services_name_means_all_its_processes(home: Home) -> None:
    for name in ("deals", "deals.2", "contacts"):
        (home.logs / f"{name}.log").touch()
    assert [file.stem for file in logbook.files_of(home, ["deals"])] == ["deals.2", "deals"]
    with pytest.raises(Failure, match="no log of del"):
        logbook.files_of(home, ["del"])


@pytest.mark.parametrize("line", ["", "not json", "[1]", '"text"', "{", '{"event": null}'])
def test_any_line_can_be_read(line: str) -> None:
    assert "web" in logbook.readable("web", line)


def test_a_log_that_grew_too_large_is_moved_aside_and_the_oldest_dropped(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for turn in range(5):
        with open(log, "a") as file:
            file.write(f"{turn}" * 100)
        assert rotate(log, largest=50, kept=3)
        assert log.read_text() == ""
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["web.log", "web.log.1", "web.log.2", "web.log.3"]
    assert (tmp_path / "web.log.1").read_text() == "4" * 100
    assert not rotate(log, largest=50)
