"""`import`: brings files in through the public API and shows the receipt."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(name="import")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FOLDER|FILE...")
@click.option("--mapping", metavar="NAME", help="How the files are to be read, e.g. crm-sales.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def import_files(sources: tuple[Path, ...], mapping: str | None, dry_run: bool) -> None:
    """Import files: upload, follow, receipt. Running it again changes nothing that is already there."""
    from suite import importing
    from suite.paths import Home

    importing.run(Home.current(), list(sources), mapping=mapping, dry_run=dry_run)


COMMANDS = (import_files,)
