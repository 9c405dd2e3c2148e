"""Lets another process do what a hostile file could make endless: with bounds on its memory and its time.

Whoever asks keeps its own memory and time, and loads none of the libraries that read files.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from gateway.worker.refusals import FileRefused

MOST_SECONDS = 900.0
MOST_BYTES = 1_500_000_000
BEAT = 1.0


def in_a_process(
    task: Mapping[str, Any],
    hold: Callable[[], None] = lambda: None,
    *,
    seconds: float = MOST_SECONDS,
) -> Any:
    """The answer of `gateway.worker.looking` to a task; raises what it refuses as `FileRefused`."""
    command = [sys.executable, "-m", "gateway.worker.looking"]
    name = str(task.get("name") or "The file")
    began = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    sent: bytes | None = json.dumps(task).encode()
    try:
        while True:
            try:
                out, trouble = process.communicate(sent, timeout=BEAT)
                break
            except subprocess.TimeoutExpired:
                sent = None
                hold()
                if time.monotonic() - began > seconds:
                    raise _too_much(name, "It takes too long to read.") from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        if b"MemoryError" in trouble or process.returncode < 0:
            raise _too_much(name, "It needs too much memory to be read.")
        raise RuntimeError(f"reading {name} failed: {trouble.decode(errors='replace')[-2000:]}")
    answer = json.loads(out)
    refused = answer.get("refused")
    if refused is not None:
        raise FileRefused(
            refused["file"],
            refused["what"],
            refused["remedy"],
            code=refused["code"],
            line=refused["line"],
            column=refused["column"],
        )
    return answer["answer"]


def bound(seconds: float) -> None:
    """Let this process use no more memory, and no more time, than reading a file may take."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _too_much(name: str, what: str) -> FileRefused:
    return FileRefused(
        name, what, "Save the sheet as CSV (UTF-8) and send that, or split it.", code="takes_too_much"
    )
