"""Starts long-lived child processes: in a session of their own, with a log file, and never outliving their parent."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    log: Path,
    cwd: Path | None = None,
    user: str | None = None,
    farewell: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Starts `command` with both outputs appended to `log`, as `user` (root only); it leads its own process group.
    The kernel sends it `farewell` when this process is gone, even by kill -9."""
    # A core file would hold every secret of the process; the limit is inherited.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A program does it, not a hook between fork and exec: this process may have threads, and those break such hooks.
    bound = ["setpriv", "--pdeathsig", farewell.name.removeprefix("SIG"), "--", *command]
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as sink:
        return subprocess.Popen(
            bound,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )


def stop(process: subprocess.Popen[bytes], *, patience: float = 10.0) -> None:
    """SIGTERM, and SIGKILL for the whole group when `patience` seconds were not enough."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process.pid)
    process.wait()


def kill_group(group: int) -> None:
    """Ends whatever is left in a process group; nothing left is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for a failure's message."""
    try:
        with open(path, "rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - 16_384))
            return "\n".join(log.read().decode("utf-8", "replace").splitlines()[-lines:])
    except OSError:
        return ""
