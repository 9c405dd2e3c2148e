"""What the gateway reads from its environment and its home, once, into frozen values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from chassis import settings as common
from chassis.settings import BadSetting

DEFAULT_BIND = "127.0.0.1:8080"
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Settings:
    """`common` is what every process has; `secret` signs cursors, positions and CSRF tokens; `docs` is the folder of
    the documentation."""

    common: common.Settings
    database_url: str
    public_url: str
    secret: bytes
    web: Path
    docs: Path = _HERE.parents[2] / "docs"

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")


def load() -> Settings:
    """The settings of this process; raises `BadSetting`."""
    shared = common.load()
    return Settings(
        common=shared,
        database_url=common.database_url("gateway"),
        public_url=os.environ.get("RAPPORT_PUBLIC_URL", f"http://{bind()}").rstrip("/"),
        secret=_secret(shared.keys / "secret"),
        web=Path(os.environ.get("GATEWAY_WEB", _HERE.parents[1] / "web")),
        docs=Path(os.environ.get("GATEWAY_DOCS", _HERE.parents[2] / "docs")),
    )


def bind() -> str:
    """Where the web server listens."""
    return os.environ.get("GATEWAY_BIND", DEFAULT_BIND)


def _secret(path: Path) -> bytes:
    try:
        secret = bytes.fromhex(path.read_text().strip())
    except (OSError, ValueError) as error:
        raise BadSetting(f"{path} cannot be read ({error}); it holds 32 random bytes in hex.") from None
    if len(secret) < 32:
        raise BadSetting(f"{path} is too short; it holds 32 random bytes in hex.")
    return secret
