"""The process list, and what a process is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from suite.failures import Failure
from suite.paths import Home
from suite.plan import Plan, scale_of
from suite.settings import Settings


def a_plan(home: Path, **facts: object) -> Plan:
    admin = facts.pop("admin_url", None)
    settings = Settings(http_port=8080, **facts)  # type: ignore[arg-type]
    return Plan(Home(home), settings, "amqp://user:secret@127.0.0.1:5672/rapport", admin)  # type: ignore[arg-type]


def test_a_service_scaled_to_two_runs_twice_under_two_names(tmp_path: Path) -> None:
    specs = {spec.name: spec for spec in a_plan(tmp_path, scale={"deals": 2}).specs(None, None)}
    assert {"deals", "deals.2"} <= set(specs)
    assert specs["deals"].env["RAPPORT_PROCESS"] == "deals.1"
    assert specs["deals.2"].env["RAPPORT_PROCESS"] == "deals.2"
    assert specs["deals"].command == specs["deals.2"].command


def test_no_secret_stands_in_a_command_line(tmp_path: Path) -> None:
    for spec in a_plan(tmp_path).specs(None, None):
        assert "secret" not in " ".join(spec.command)


def test_each_service_gets_its_own_database(tmp_path: Path) -> None:
    plan = a_plan(tmp_path)
    assert plan.database_url("deals") == f"sqlite:///{tmp_path}/data/deals.db"
    passwords = {"deals": "p/w", "contacts": "other"}
    plan = a_plan(
        tmp_path, admin_url="postgresql://root:pw@db:5433/postgres", prefix="x", databases=passwords
    )
    assert plan.database_url("deals") == "postgresql+psycopg://x_deals:p%2Fw@db:5433/x_deals"


def test_a_database_named_by_hand_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEALS_DATABASE_URL", "sqlite:////elsewhere/deals.db")
    assert a_plan(tmp_path).environment()["DEALS_DATABASE_URL"] == "sqlite:////elsewhere/deals.db"


def test_the_shell_does_not_change_what_a_process_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = a_plan(tmp_path).environment()
    monkeypatch.setenv("PATH", "/somewhere")
    monkeypatch.setenv("EDITOR", "vi")
    assert a_plan(tmp_path).environment() == before


def test_scale_words_are_read() -> None:
    assert scale_of(["deals=2", "contacts=1"]) == {"deals": 2, "contacts": 1}


@pytest.mark.parametrize("word", ["deals", "deals=", "deals=0", "deals=17", "deals=-1", "deals=two", "web=2"])
def test_a_scale_that_makes_no_sense_is_refused(word: str) -> None:
    with pytest.raises(Failure):
        scale_of([word])
