"""What the tests of this package share: waiting with a deadline, and a supervisor in a folder of its own."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from suite.control import Supervisor
from suite.supervisor.spec import Spec


T = TypeVar("T")


def eventually(question: Callable[[], T], *, within: float = 20.0, why: str = "") -> T:
    """Asks until the answer is true; fails when it never is."""
    deadline = time.monotonic() + within
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > deadline:
            pytest.fail(f"not within {within} s: {why or question}")
        time.sleep(0.02)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    found = Supervisor(tmp_path, tmp_path / "supervisor.log")
    found.ensure_running()
    yield found
    if found.is_running():
        found.stop()


def a_process(folder: Path, name: str = "dummy", code: str = "", **facts: object) -> Spec:
    """A process that says it is ready and then waits for its end; `code` runs before it says so."""
    program = (
        "import os, signal, socket, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        f"{code}\n"
        "s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)\n"
        "s.sendto(b'READY=1', os.environ['NOTIFY_SOCKET'])\n"
        "signal.pause()\n"
    )
    return Spec(
        name=name,
        command=[sys.executable, "-c", program],
        env={"PATH": os.environ["PATH"]},
        log=str(folder / f"{name}.log"),
        **facts,  # type: ignore[arg-type]
    )
