"""The partner interface as it is published: stubs that match their source, the style of buf, nothing broken since."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from suite import stubs

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
RELEASED = PROTO / stubs.RELEASED
BUF = "@bufbuild/buf@1.75.0"
WORKSPACE = """version: v2
modules:
  - path: ours
  - path: theirs
"""


def test_the_stubs_are_those_of_the_source(tmp_path: Path) -> None:
    stubs.generate(PROTO, tmp_path)
    made = {path.name: path.read_text() for path in (tmp_path / stubs.FOLDER).iterdir()}
    kept = {path.name: path.read_text() for path in (PROTO / "src" / stubs.FOLDER).glob("*_pb2*")}
    assert made == kept, "run `python -m suite.stubs` and commit what it wrote"


@pytest.fixture(scope="session")
def buf(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Runs buf in a folder that holds the interface and what it imports; answers what buf complains about."""
    folder = tmp_path_factory.mktemp("buf")
    if shutil.which("npm") is None:
        pytest.skip("buf comes from npm, which is not installed here")
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(folder), BUF]
    done = subprocess.run(install, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.skip(f"buf cannot be installed here: {done.stderr.strip()[-200:]}")
    settings = (PROTO / "buf.yaml").read_text().replace("version: v2\n", "")
    (folder / "buf.yaml").write_text(WORKSPACE + settings)
    for path in stubs.sources(PROTO):
        target = folder / "ours" / stubs.FOLDER / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    types = folder / "theirs" / "google" / "type"
    types.mkdir(parents=True)
    for name in ("money.proto", "date.proto"):
        shutil.copy(stubs.google_types() / "google" / "type" / name, types)

    def run(*words: str) -> str:
        command = [str(folder / "node_modules" / ".bin" / "buf"), *words]
        said = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
        return said.stdout + said.stderr

    return run


def test_it_is_written_in_one_style(buf: Callable[..., str]) -> None:
    assert buf("lint", "ours") == ""


def test_nothing_that_partners_use_was_broken(buf: Callable[..., str]) -> None:
    """Against the last released form. A release of additions replaces it: `python -m suite.stubs --release`."""
    assert buf("breaking", "ours", "--against", str(RELEASED)) == ""
