"""Builds the web UI with npm, when its sources changed since the last build."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from suite.failures import Failure
from suite.paths import checkout

OLDEST_NODE = (20, 19)
LEFT_OUT = {"node_modules", "dist"}


def folder() -> Path:
    return checkout() / "gateway" / "web"


def has_sources() -> bool:
    return (folder() / "package.json").exists()


def is_current() -> bool:
    """True when the build in dist/ was made from the sources as they are now."""
    return _mark() == _digest(folder())


def is_built() -> bool:
    return (folder() / "dist" / "index.html").exists()


def build(log: Path) -> None:
    """Installs the UI's libraries and builds it. Two suites of one checkout do not build at once."""
    with open(folder() / "package.json", "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_current():
            return
        digest = _digest(folder())
        environment = _environment_with_node()
        if _libraries_are_behind():
            _run(["npm", "ci", "--no-audit", "--no-fund"], environment, log)
        _run(["npm", "run", "build"], environment, log)
        (folder() / "dist" / ".sources").write_text(digest)


def _mark() -> str | None:
    try:
        return (folder() / "dist" / ".sources").read_text()
    except OSError:
        return None


def _digest(root: Path) -> str:
    total = hashlib.sha256()
    for place, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        for name in sorted(files):
            path = Path(place) / name
            if path.suffix == ".tsbuildinfo":
                continue
            total.update(str(path.relative_to(root)).encode() + b"\0")
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _libraries_are_behind() -> bool:
    """npm writes node_modules/.package-lock.json last; it is older than the lock when that changed since."""
    installed = folder() / "node_modules" / ".package-lock.json"
    try:
        return installed.stat().st_mtime < (folder() / "package-lock.json").stat().st_mtime
    except FileNotFoundError:
        return True


def _environment_with_node() -> dict[str, str]:
    """PATH with a Node that is new enough: the machine's own, or the one that comes as a Python package."""
    if _node_is_new_enough(shutil.which("node")) and shutil.which("npm"):
        return dict(os.environ)
    lock = Path(__file__).resolve().parents[2] / "node.lock"
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    done = subprocess.run(
        [*install, "--require-hashes", "-r", str(lock)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Failure(
            f"The web UI needs Node.js 20.19 or newer, and it could not be installed: {done.stderr.strip()}",
            "Install Node.js with npm, then run ./rapport up again.",
        )
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def _node_is_new_enough(node: str | None) -> bool:
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST_NODE


def _run(command: list[str], environment: dict[str, str], log: Path) -> None:
    with open(log, "ab") as sink:
        done = subprocess.run(
            command,
            cwd=folder(),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            check=False,
        )
    if done.returncode != 0:
        last = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise Failure(f"`{' '.join(command)}` failed in gateway/web:\n{last}", f"The whole log: {log}")
