"""What every process reads from its environment, once, into frozen values."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

SUFFIX = "_DATABASE_URL"
LONGEST_SOCKET_PATH = 90


class BadSetting(RuntimeError):
    """A variable is missing or wrong; the text names it and the remedy."""


@dataclass(frozen=True)
class Settings:
    """`home` holds state, keys and sockets; `amqp_url` names the broker; `process` is this process's name."""

    home: Path
    amqp_url: str
    process: str
    log_level: str

    @property
    def keys(self) -> Path:
        return self.home / "keys"


def load() -> Settings:
    """The settings of this process; raises `BadSetting`."""
    home = os.environ.get("RAPPORT_HOME")
    url = os.environ.get("RAPPORT_AMQP_URL")
    if not home:
        raise BadSetting("RAPPORT_HOME is not set; it is the folder that holds the suite's state.")
    if not url or not url.startswith("amqp"):
        raise BadSetting("RAPPORT_AMQP_URL is not set; it looks like amqp://user:password@host:port/vhost.")
    return Settings(
        home=Path(home).absolute(),
        amqp_url=url,
        process=os.environ.get("RAPPORT_PROCESS", "process"),
        log_level=os.environ.get("RAPPORT_LOG_LEVEL", "info"),
    )


def database_url(service: str) -> str:
    """The database of a service, from `<SERVICE>_DATABASE_URL`; raises `BadSetting`."""
    name = service.upper() + SUFFIX
    url = os.environ.get(name)
    if not url:
        raise BadSetting(
            f"{name} is not set; it looks like sqlite:////path/{service}.db or postgresql+psycopg://..."
        )
    return url


def database_urls() -> dict[str, str]:
    """Every database named in the environment: service -> URL."""
    return {
        name[: -len(SUFFIX)].lower(): url
        for name, url in sorted(os.environ.items())
        if name.endswith(SUFFIX) and name != SUFFIX and url
    }


def socket_path(home: Path, name: str) -> Path:
    """Where a Unix socket of this home lives; short enough for the kernel even when the home lies deep."""
    path = home / "run" / name
    if len(str(path)) > LONGEST_SOCKET_PATH:
        digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
        path = Path(tempfile.gettempdir()) / f"rapport-{os.getuid()}-{digest}" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path
