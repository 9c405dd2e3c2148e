"""What one home remembers between commands: ports, scale, where its databases are, what was done once."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Settings:
    """`postgres` is None (SQLite), "local" (a private server) or the URL of a server; `databases` holds the password
    of each role on it and `prefix` what their names start with. `seeded` tells how the first start filled the suite,
    `queues_of` which state of the code the private broker has the queues of."""

    http_port: int | None = None
    grpc_port: int | None = None
    currency: str = "USD"
    postgres: str | None = None
    prefix: str | None = None
    databases: dict[str, str] = field(default_factory=dict)
    scale: dict[str, int] = field(default_factory=dict)
    seeded: str | None = None
    queues_of: str | None = None

    @classmethod
    def load(cls, path: Path) -> Settings:
        """The remembered settings; the defaults for a new home. Unknown names of a later version are left out."""
        try:
            known = json.loads(path.read_text())
        except FileNotFoundError:
            return cls()
        return cls(**{name: value for name, value in known.items() if name in cls.__dataclass_fields__})

    def save(self, path: Path) -> None:
        write_private(path, asdict(self))


def write_private(path: Path, content: dict[str, Any]) -> None:
    """Writes JSON that only its owner can read; a reader sees the old or the new content, never half of it."""
    draft = path.with_name(path.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    draft.replace(path)
