"""Where things lie: the checkout that is run, and the home that holds everything a run makes."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# A unix socket's path has room for 107 bytes; the longest name in here takes about 30 of them.
LONGEST_RUN_FOLDER = 70


def checkout() -> Path:
    """The root of the checkout. `rapport` names it; a test or an import finds it above this file."""
    named = os.environ.get("RAPPORT_CHECKOUT")
    return Path(named) if named else Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Home:
    """One suite's folder ($RAPPORT_HOME, `.rapport` in the checkout by default)."""

    root: Path

    @classmethod
    def current(cls) -> Home:
        """The home of this command. A relative RAPPORT_HOME counts from the folder the command was given in."""
        named = os.environ.get("RAPPORT_HOME")
        return cls(Path(named).absolute() if named else checkout() / ".rapport")

    def make(self) -> None:
        """Makes the folders; only their owner can look into those that hold anything."""
        self.root.mkdir(parents=True, exist_ok=True)
        # The home itself may be passed through, not listed: PostgreSQL's own user works in a folder below it.
        self.root.chmod(0o711)
        for folder in (self.data, self.keys, self.files, self.logs, self.run, self.root / "run"):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def files(self) -> Path:
        return self.root / "files"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """Sockets. In a short folder elsewhere when the home lies too deep for a socket's path."""
        inside = self.root / "run"
        if len(str(inside)) <= LONGEST_RUN_FOLDER:
            return inside
        mark = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"rapport-{os.getuid()}-{mark}"

    @property
    def endpoints(self) -> Path:
        return self.root / "endpoints.json"

    @property
    def settings(self) -> Path:
        return self.root / "settings.json"
