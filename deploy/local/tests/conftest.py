"""What the tests of this package share: a supervisor in a folder of its own, and processes that do nothing,
a server that answers as it is told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tiny_server import Peer, a_peer

from suite.control import Supervisor
from suite.supervisor.spec import Spec


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A tiny HTTP server that answers as a test tells it."""
    with a_peer() as found:
        yield found


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    found = Supervisor(tmp_path, tmp_path / "supervisor.log")
    found.ensure_running()
    yield found
    if found.is_running():
        found.stop()


@pytest.fixture
def a_process(tmp_path: Path) -> Callable[..., Spec]:
    """Makes a process that says it is ready and then waits for its end; `code` runs before it says so."""

    def make(name: str = "dummy", code: str = "", **facts: Any) -> Spec:
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
            log=str(tmp_path / f"{name}.log"),
            **facts,
        )

    return make
