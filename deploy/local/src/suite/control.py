"""How the command line talks to the supervisor: starts it, asks it, follows it."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from suite.failures import Failure
from suite.paths import Home
from suite.spawn import tail
from suite.supervisor.spec import Spec

# A daemon outlives this process as a rule; a test that outlives its daemon lets Python reap it by these.
_started: list[subprocess.Popen[bytes]] = []


class Supervisor:
    """The supervisor of one home, as seen from outside. `run` holds its socket; `log` is its journal."""

    def __init__(self, run: Path, log: Path) -> None:
        self.run = run
        self.log = log

    def ask(self, op: str, *, timeout: float = 10.0, **request: Any) -> dict[str, Any]:
        """Sends one request and returns the answer. Raises Failure when no supervisor answers or it refuses."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as conversation:
            conversation.settimeout(timeout)
            try:
                conversation.connect(str(self.run / "supervisor.sock"))
                conversation.sendall(json.dumps({"op": op, **request}).encode() + b"\n")
                with conversation.makefile("rb") as answers:
                    line = answers.readline()
            except TimeoutError as error:
                raise Failure(
                    f"The supervisor did not answer within {timeout:.0f} s.", f"Look at its log: {self.log}"
                ) from error
            except OSError as error:
                raise Failure("The suite does not run.", "Start it: ./rapport up") from error
        if not line:
            raise Failure("The supervisor ended before it answered.", f"Look at its log: {self.log}")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise Failure(f"The supervisor refused: {answer['error']}", f"Look at its log: {self.log}")
        return answer

    def is_running(self) -> bool:
        try:
            self.ask("status", timeout=5.0)
        except Failure:
            return False
        return True

    def ensure_running(self) -> bool:
        """Starts the daemon unless it runs; returns whether it had to. It lives on when this process ends."""
        if self.is_running():
            return False
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as sink:
            daemon = subprocess.Popen(
                [sys.executable, "-m", "suite.supervisor", str(self.run)],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
                cwd="/",
                start_new_session=True,
            )
        _started.append(daemon)
        deadline = time.monotonic() + 30.0
        while not self.is_running():
            if daemon.poll() is not None or time.monotonic() > deadline:
                said = tail(self.log, 5)
                raise Failure(
                    f"The supervisor did not start. Its last words:\n{said}", f"Its log: {self.log}"
                )
            time.sleep(0.02)
        return True

    def apply(self, specs: list[Spec], *, prune: bool = True) -> dict[str, Any]:
        """Makes the processes be what `specs` say; with `prune`, whatever they do not name is stopped."""
        return self.ask("apply", specs=[spec.as_json() for spec in specs], prune=prune, timeout=120.0)

    def processes(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.ask("status")["processes"]
        return rows

    def stop(self) -> None:
        """Ends everything; returns when the supervisor itself is gone."""
        pid = int(self.ask("status")["pid"])
        self.ask("stop", timeout=90.0)
        deadline = time.monotonic() + 10.0
        while _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.02)


def supervisor_of(home: Home) -> Supervisor:
    return Supervisor(home.run, home.logs / "supervisor.log")


@contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Two commands that change one home wait for each other."""
    handle = os.open(home.root / "run" / "up.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
