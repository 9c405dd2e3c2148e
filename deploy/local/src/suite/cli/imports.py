"""`import`: brings files in through the public API and shows the receipt."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command(name="import")(import_files)


def import_files(
    sources: Annotated[list[Path], typer.Argument(help="A folder, or files.")],
    profile: Annotated[str | None, typer.Option(help="How the files are to be read, e.g. crm-sales.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Import files: upload, follow, receipt. Running it again changes nothing that is already there."""
    from suite import importing
    from suite.paths import Home

    importing.run(Home.current(), sources, profile=profile, dry_run=dry_run)
