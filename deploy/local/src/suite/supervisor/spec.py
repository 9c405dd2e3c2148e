"""What the supervisor is told about one process."""

from __future__ import annotations

import signal
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spec:
    """`ready` is "notify" (READY=1 over NOTIFY_SOCKET) or "port" (something accepts on `port`).
    `after` names the processes that must be ready before the first start; `rank` orders the stop, highest first."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: str
    cwd: str = "/"
    ready: str = "notify"
    port: int | None = None
    # Only how a process starts; one that runs is not started again because this changed.
    after: list[str] = field(default_factory=list, compare=False)
    rank: int = 0
    stop_signal: int = int(signal.SIGTERM)
    patience: float = 12.0
    user: str | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Spec:
        return cls(**row)
