"""`./rapport deals list` and its like, against a server that answers as a test tells it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_server import Peer, answer, problem, text

from rapport_client import Money
from rapport_client.spec import Argument
from rapport_client.table import RESOURCES
from suite import cli
from suite.failures import Failure
from suite.records import showing, typing_in

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(peer: Peer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command against the server; returns exit code, standard output, standard error."""
    monkeypatch.setenv("RAPPORT_URL", peer.server.url)
    monkeypatch.setenv("RAPPORT_KEY", "rap_sk_test")

    def command(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["rapport", *words])
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = cli.main()
        out, err = capsys.readouterr()
        return code, out, err

    return command


def a_deal(**values: Any) -> dict[str, Any]:
    return {"id": "deal_1", "version": 1, "name": "Wind park", **values}


def a_page(*deals: dict[str, Any], following: str | None = None) -> Any:
    return answer(200, {"data": list(deals), "next_cursor": following})


def test_a_list_says_when_it_is_not_all(run: Run, peer: Peer) -> None:
    amount = {"amount": "12.50", "currency": "EUR"}
    peer.will(a_page(a_deal(amount=amount), a_deal(id="deal_2", name=None)))
    code, out, err = run("deals", "list", "--limit", "1", "--filter", "amount > 1", "--sort", "-amount")
    assert (code, out.splitlines()[1].split()) == (0, ["deal_1", "Wind", "park", "12.50", "EUR"])
    assert len(out.splitlines()) == 2
    assert "--limit 0" in err
    assert peer.asked[0].query == {"filter": "amount > 1", "sort": "-amount", "limit": "2"}


def test_a_list_of_all_is_told_as_such(run: Run, peer: Peer) -> None:
    peer.will(a_page(a_deal(), following="c1"), a_page(a_deal(id="deal_2")))
    code, out, err = run("deals", "list", "--limit", "0", "-o", "ndjson")
    assert (code, [json.loads(line)["id"] for line in out.splitlines()], err) == (0, ["deal_1", "deal_2"], "")


def test_a_field_of_a_link_expands_it(run: Run, peer: Peer) -> None:
    peer.will(a_page(a_deal(name="=cmd()", account={"name": "Acme"})))
    code, out, _ = run("deals", "list", "--fields", "name,account.name", "-o", "csv")
    assert (code, out) == (0, "name,account.name\n'=cmd(),Acme\n")
    assert (peer.asked[0].query["fields"], peer.asked[0].query["expand"]) == ("name", "account")


def test_values_are_written_as_people_type_them(run: Run, peer: Peer) -> None:
    peer.will(answer(201, a_deal()))
    words = [
        "name=Wind park",
        "amount=1250.00 EUR",
        "tags=a, b",
        "custom.size=12",
        "next_step=",
        "probability=60",
    ]
    assert run("deals", "create", *words)[0] == 0
    assert peer.asked[0].json == {
        "name": "Wind park",
        "amount": {"amount": "1250.00", "currency": "EUR"},
        "tags": ["a", "b"],
        "custom": {"size": 12},
        "next_step": None,
        "probability": 60,
    }


def test_json_lines_make_many(run: Run, peer: Peer) -> None:
    refusal = {"kind": "invalid", "code": "invalid", "detail": "No name.", "errors": []}
    results = [
        {"index": 0, "status": 201, "data": a_deal()},
        {"index": 1, "status": 422, "error": refusal},
    ]
    peer.will(answer(200, {"results": results}))
    lines = '{"name": "a", "amount": "5 USD"}\n{"name": "b"}\n'
    code, out, err = run("deals", "create", "--json", "-", "-o", "ndjson", stdin=lines)
    assert (code, json.loads(out)["id"]) == (4, "deal_1")
    assert "object 2: No name." in err and "1 of 2" in err
    assert peer.asked[0].json["operations"][0]["data"]["amount"] == {"amount": "5", "currency": "USD"}


def test_a_version_that_is_named_is_meant(run: Run, peer: Peer) -> None:
    peer.will(problem(412, "version_conflict", kind="stale", version=4, changed=["name"]))
    code, _, err = run("deals", "update", "deal_1", "next_step=Call", "--version", "3")
    assert (code, len(peer.asked), peer.asked[0].headers["if-match"]) == (5, 1, '"3"')
    assert "Changed by others meanwhile: name" in err


def test_a_verb_takes_its_arguments_as_options(run: Run, peer: Peer) -> None:
    peer.will(answer(200, a_deal()), answer(200, a_deal(status="lost")))
    code, out, _ = run("deals", "lose", "deal_1", "--reason", "price", "-o", "json")
    assert (code, json.loads(out)["status"], peer.asked[1].json) == (0, "lost", {"reason": "price"})
    assert peer.asked[1].path == "/v1/deals/deal_1/lose"


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (problem(400, "invalid_filter", kind="malformed"), 2),
        (problem(404, "not_found", kind="not_found"), 3),
        (problem(410, "gone", kind="gone"), 3),
        (problem(403, "forbidden", kind="forbidden"), 4),
        (problem(422, "deals.deal_is_closed", kind="rule"), 4),
        (problem(500, "internal", kind="internal"), 1),
    ],
)
def test_the_exit_code_tells_what_happened(run: Run, peer: Peer, refusal: Any, expected: int) -> None:
    peer.will(refusal)
    code, out, err = run("deals", "get", "deal_1", "-o", "json")
    assert (code, out) == (expected, "")
    assert err.startswith("✗ It is ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["deal", "list"], "Did you mean deals?"),
        (["deals", "lst"], "Did you mean list?"),
        (["deals", "update", "deal_1", "nextstep=x"], "Did you mean next_step?"),
        (["deals", "update", "deal_1"], "Nothing to change"),
        (["deals", "create"], "needs name"),
        (["deals", "create", "name=x", "amount=12"], "1250.00 EUR"),
        (["deals", "create", "name=x", "type=nwe"], "Did you mean new?"),
        (["deals", "create", "name=x", "opened_on=tomorrow"], "a day like"),
        (["deals", "create", "--json", "{nope"], "not JSON"),
        (["deals", "create", "--json", "[1]"], "no JSON object"),
        (["deals", "create", "--json", "/nowhere.json"], "cannot be read"),
        (["deals", "lose", "deal_1"], "--reason"),
        (["reports", "win-rate", "--group-by", "ownr"], "Did you mean owner?"),
    ],
)
def test_what_is_mistyped_is_told_before_anybody_is_asked(
    run: Run, peer: Peer, words: list[str], said: str
) -> None:
    code, out, err = run(*words)
    assert (code, out, peer.asked) == (2, "", [])
    assert said in err


def test_another_suite_needs_a_key(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_KEY")
    code, _, err = run("deals", "list", "--url", "http://127.0.0.1:1")
    assert (code, "--key" in err) == (2, True)


def test_no_suite_here(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("RAPPORT_URL", "RAPPORT_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    code, _, err = run("deals", "list")
    assert (code, "./rapport up" in err) == (1, True)


def test_events_are_a_line_each(run: Run, peer: Peer) -> None:
    event = {
        "id": "event_1",
        "type": "deal.won.v1",
        "subject": "deal_1",
        "time": "2026-03-02T09:30:00Z",
        "position": "p1",
        "data": {"record": {"name": "Wind\x1b[31m park"}},
    }
    entry = f"id: p1\nevent: deal.won.v1\ndata: {json.dumps(event)}\n\n"
    peer.will(text(entry + entry))
    code, out, _ = run("events", "--follow", "--after", "p0", "--types", "deal.*", "--limit", "1")
    assert (code, len(out.splitlines())) == (0, 1)
    assert out.split()[2:4] == ["deal.won.v1", "deal_1"]


def test_an_export_lands_in_its_file(run: Run, peer: Peer, tmp_path: Path) -> None:
    peer.will(text("id\ndeal_1\n", media_type="text/csv"))
    assert run("deals", "export", str(tmp_path / "deals.csv"), "--filter", "amount > 1")[0] == 0
    assert (tmp_path / "deals.csv").read_text() == "id\ndeal_1\n"
    assert peer.asked[0].query == {"format": "csv", "filter": "amount > 1"}


def test_a_reader_that_goes_away_is_no_failure(peer: Peer) -> None:
    """`./rapport deals list | head -0`, as a process: what is left to write is written at its end."""
    peer.will(a_page(a_deal()))
    command = [sys.executable, "-m", "suite", "deals", "list", "-o", "json"]
    environment = {**os.environ, "RAPPORT_URL": peer.server.url, "RAPPORT_KEY": "rap_sk_test"}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        command, env=environment, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_kind_of_record_has_its_commands() -> None:
    from suite.cli.records import COMMANDS

    for spec in RESOURCES:
        commands = set(getattr(COMMANDS[spec.name], "commands"))
        assert {"list", "get", "fields"} <= commands
        assert {verb.path for verb in spec.verbs} <= commands


def test_a_table_keeps_ids_whole_and_fits() -> None:
    rows = [["id", "name"], ["deal_01k8zq3v9fe1wtb5j0c6d7x2ga", "x" * 300]]
    lines = list(showing.lined_up(rows, is_wide=False))
    assert lines[1].startswith("deal_01k8zq3v9fe1wtb5j0c6d7x2ga")
    assert len(lines[1]) < 300 and lines[1].endswith("…")


def test_typed_values() -> None:
    def typed(kind: str, text: str) -> Any:
        return typing_in.value(Argument("field", kind), text)

    assert typed("money", "5 usd") == Money("5", "USD")
    assert typed("boolean", "yes") is True
    assert typed("instant", "2026-03-02T10:00").tzinfo is not None
    assert typed("any", "1.5") == 1.5
    assert typed("object", '{"a": 1}') == {"a": 1}
    with pytest.raises(Failure, match="neither true nor false"):
        typed("boolean", "perhaps")
