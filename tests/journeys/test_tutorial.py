"""The tutorial, block by block: what it tells a developer to do is done, and what it shows is what comes."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, Rapport, started

from rapport_client import Rapport as Client

TUTORIAL = ROOT / "docs/tutorial.md"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN, SHOWN = ("sh", "python"), "output"


@dataclass(frozen=True)
class Block:
    """Code to run, and what the page shows of its output (None: nothing)."""

    line: int
    language: str
    code: str
    output: str | None


def blocks(text: str) -> list[Block]:
    """The page's code in order; refuses a fence that is neither run nor compared."""
    found: list[Block] = []
    for match in _FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        language, content = match[1], match[2]
        if language in RUN:
            found.append(Block(line, language, content, None))
        elif language == SHOWN and found and found[-1].output is None:
            found[-1] = Block(found[-1].line, found[-1].language, found[-1].code, content)
        else:
            raise AssertionError(
                f"line {line}: a block of {language or 'nothing'} that is neither run nor shown"
            )
    return found


class Reader:
    """Somebody who types in the page, in one shell and one Python, in the folder of the checkout."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self.environment = folder, environment
        self._names: dict[str, object] = {"__name__": "tutorial"}

    def run(self, block: Block) -> str:
        return self._shell(block.code) if block.language == "sh" else self._python(block)

    def _shell(self, code: str) -> str:
        script = f"set -eo pipefail\n{code}\nenv -0 > .environment\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self._folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=400,
            check=False,
        )
        assert done.returncode == 0, f"{code}\n{done.stdout}"
        entries = (self._folder / ".environment").read_text().split("\0")
        self.environment = dict(entry.split("=", 1) for entry in entries if entry)
        return done.stdout

    def _python(self, block: Block) -> str:
        printed = io.StringIO()
        # Padded, so that a traceback names the page's line.
        code = compile("\n" * block.line + block.code, str(TUTORIAL), "exec")
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(printed):
            for name in ("RAPPORT_URL", "RAPPORT_KEY"):
                os.environ[name] = self.environment[name]
            exec(code, self._names)
        return printed.getvalue()

    def leave(self) -> None:
        """End what Python was left with."""
        client = self._names.get("crm")
        if isinstance(client, Client):
            client.close()


@pytest.fixture(scope="module")
def suite_of_a_newcomer() -> Iterator[Rapport]:
    with started("--empty") as found:
        yield found


def test_the_tutorial_does_what_it_says(
    suite_of_a_newcomer: Rapport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RAPPORT_URL", "RAPPORT_KEY"):
        # Set and deleted, so that they are taken back at the end.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    (tmp_path / "rapport").symlink_to(ROOT / "rapport")
    environment = {**os.environ, "RAPPORT_HOME": str(suite_of_a_newcomer.home), "NO_COLOR": "1"}
    reader = Reader(tmp_path, environment)
    same = doctest.OutputChecker().check_output
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    read = list(blocks(TUTORIAL.read_text("utf-8")))
    assert {block.language for block in read} == {"sh", "python"}
    assert any(block.output is not None for block in read), "the page shows no output to compare"
    with contextlib.ExitStack() as left:
        left.callback(reader.leave)
        for block in read:
            came = reader.run(block)
            assert block.output is None or same(block.output, came, flags), (
                f"line {block.line} shows\n{block.output}\nbut it is\n{came}"
            )
