"""The supervisor with processes that do nothing: it keeps them alive, in order, and leaves nobody behind."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suite.control import Supervisor
from suite.failures import Failure
from suite.supervisor.leftovers import started_at
from suite.supervisor.spec import Spec
from suite.testing import eventually

Make = Callable[..., Spec]


def state_of(supervisor: Supervisor, name: str) -> dict[str, Any]:
    return next(row for row in supervisor.processes() if row["name"] == name)


def wait_until_running(supervisor: Supervisor, *names: str) -> dict[str, int]:
    eventually(
        lambda: all(state_of(supervisor, name)["state"] == "running" for name in names), what=str(names)
    )
    return {name: state_of(supervisor, name)["pid"] for name in names}


def journal(supervisor: Supervisor) -> list[dict[str, Any]]:
    return [json.loads(line) for line in supervisor.log.read_text().splitlines()]


def test_a_killed_process_is_back_and_ready_within_five_seconds(
    supervisor: Supervisor, a_process: Make
) -> None:
    supervisor.apply([a_process()])
    before = wait_until_running(supervisor, "dummy")["dummy"]

    os.kill(before, signal.SIGKILL)

    eventually(lambda: state_of(supervisor, "dummy")["restarts"] == 1, within=5.0)
    after = wait_until_running(supervisor, "dummy")["dummy"]
    assert after != before
    assert "SIGKILL" in state_of(supervisor, "dummy")["last_death"]
    assert any(line["event"] == "process_died" and "SIGKILL" in line["cause"] for line in journal(supervisor))


def test_a_process_that_keeps_dying_waits_longer_each_time(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process(code="sys.exit(7)")])

    eventually(lambda: state_of(supervisor, "dummy")["restarts"] >= 4)
    waits = [line["in_s"] for line in journal(supervisor) if line["event"] == "process_starts_again"]
    assert waits[:4] == [0.2, 0.4, 0.8, 1.6]
    assert "exited with code 7" in state_of(supervisor, "dummy")["last_death"]


def test_a_process_starts_only_after_what_it_needs_is_ready(
    supervisor: Supervisor, a_process: Make, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    slow = a_process("slow", f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)")
    supervisor.apply([slow, a_process("later", after=["slow"])])

    eventually(lambda: state_of(supervisor, "slow")["state"] == "starting")
    assert state_of(supervisor, "later")["state"] == "waiting"
    gate.touch()
    wait_until_running(supervisor, "slow", "later")


def test_processes_that_start_together_take_turns(
    supervisor: Supervisor, a_process: Make, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    turns = max(2, os.cpu_count() or 2)
    names = [f"dummy{number}" for number in range(turns + 1)]
    code = f"while not os.path.exists({str(gate)!r}): time.sleep(0.01)"
    supervisor.apply([a_process(name, code) for name in names])

    eventually(lambda: state_of(supervisor, names[turns - 1])["state"] == "starting")
    assert state_of(supervisor, names[turns])["state"] == "waiting"
    # One that is slow does not keep the others waiting for ever.
    eventually(lambda: state_of(supervisor, names[turns])["state"] == "starting")
    gate.touch()
    wait_until_running(supervisor, *names)


def test_applying_the_same_list_again_changes_nothing(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process("one"), a_process("two")])
    before = wait_until_running(supervisor, "one", "two")

    answer = supervisor.apply([a_process("one"), a_process("two")])

    assert answer == {"started": [], "stopped": []}
    assert wait_until_running(supervisor, "one", "two") == before


def test_scaling_down_ends_only_the_process_that_is_gone(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process("one"), a_process("two")])
    before = wait_until_running(supervisor, "one", "two")

    supervisor.apply([a_process("one")])

    assert [row["pid"] for row in supervisor.processes()] == [before["one"]]
    assert started_at(before["two"]) is None


def test_a_restart_by_hand_is_not_counted_as_a_death(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process()])
    before = wait_until_running(supervisor, "dummy")["dummy"]

    assert supervisor.ask("restart", names=["dummy"], timeout=30)["not_ready"] == []

    row = state_of(supervisor, "dummy")
    assert row["pid"] != before
    assert row["restarts"] == 0


def test_nobody_is_left_after_the_stop_not_even_grandchildren(
    supervisor: Supervisor, a_process: Make, tmp_path: Path
) -> None:
    born = tmp_path / "born"
    code = f"import subprocess; p = subprocess.Popen(['sleep', '600']); open({str(born)!r}, 'w').write(str(p.pid))"
    stubborn = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    supervisor.apply([a_process("parent", code), a_process("stubborn", stubborn, patience=0.3)])
    pids = [*wait_until_running(supervisor, "parent", "stubborn").values(), int(born.read_text())]

    supervisor.stop()

    assert [pid for pid in pids if started_at(pid) is not None] == []
    with pytest.raises(Failure, match="does not run"):
        supervisor.ask("status")


def test_processes_that_stop_together_are_each_heard_to_end(
    supervisor: Supervisor, a_process: Make, tmp_path: Path
) -> None:
    names = [f"dummy{number}" for number in range(8)]
    supervisor.apply([a_process(name) for name in names])
    wait_until_running(supervisor, *names)

    supervisor.stop()

    events = [line["event"] for line in journal(supervisor)]
    assert (events.count("process_stopped"), events.count("process_had_to_be_killed")) == (len(names), 0)


def test_a_process_that_hangs_at_its_end_says_where(
    supervisor: Supervisor, a_process: Make, tmp_path: Path
) -> None:
    stubborn = a_process(code="signal.signal(signal.SIGTERM, signal.SIG_IGN)", patience=0.2)
    stubborn.env["PYTHONFAULTHANDLER"] = "1"
    supervisor.apply([stubborn])
    wait_until_running(supervisor, "dummy")

    supervisor.stop()

    assert "Fatal Python error: Aborted" in Path(stubborn.log).read_text()


def test_a_supervisor_killed_itself_leaves_no_orphans(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process()])
    child = wait_until_running(supervisor, "dummy")["dummy"]

    os.kill(supervisor.ask("status")["pid"], signal.SIGKILL)

    eventually(lambda: started_at(child) is None)
    assert supervisor.ensure_running()
    assert supervisor.processes() == []


def test_a_bad_request_is_refused_and_harms_nobody(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process()])
    with pytest.raises(Failure, match="unknown request"):
        supervisor.ask("dance")
    wait_until_running(supervisor, "dummy")


def test_it_stays_small(supervisor: Supervisor, a_process: Make) -> None:
    supervisor.apply([a_process()])
    wait_until_running(supervisor, "dummy")
    usage = Path(f"/proc/{supervisor.ask('status')['pid']}/smaps_rollup").read_text()
    pss = next(int(line.split()[1]) for line in usage.splitlines() if line.startswith("Pss:"))
    assert pss <= 25 * 1024
