"""What `./rapport check` and the commit hook run: ruff, mypy, and the boundaries between the packages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from suite.paths import checkout
from suite.steps import Steps


def run(files: list[str]) -> int:
    """Runs every check whatever the others say; returns 0 when all pass."""
    root = checkout()
    steps = Steps()
    here = [str(Path(file).absolute()) for file in files] or ["."]
    binaries = Path(sys.executable).parent
    commands = {
        "ruff check": [str(binaries / "ruff"), "check", "--quiet", "--output-format", "concise", *here],
        "ruff format": [str(binaries / "ruff"), "format", "--check", "--output-format", "concise", *here],
        # All of it whatever the files: a single one would be judged without its neighbours.
        "mypy": [sys.executable, "-m", "mypy", *sources(root)],
        "import boundaries": [str(binaries / "lint-imports"), "--no-logo", "--no-cache"],
    }
    failed = 0
    for words, command in commands.items():
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            steps.console.print(f"[green]✓[/green] {words}")
            continue
        failed += 1
        steps.console.print(f"[red]✗[/red] {words}")
        steps.console.print((done.stdout + done.stderr).strip(), markup=False)
    return 1 if failed else 0


def sources(root: Path) -> list[str]:
    """The source folder of every member of this checkout."""
    return [
        str(folder.relative_to(root))
        for pattern in ("*/src", "gateway/client/src", "deploy/*/src")
        for folder in sorted(root.glob(pattern))
    ]
