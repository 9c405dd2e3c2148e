"""`import`: brings files in through the public API, shows the mapping and the receipt, and takes an import back."""

from __future__ import annotations

from pathlib import Path

import click

MODES = ("create", "update", "upsert")


@click.command(name="import")
@click.argument("sources", nargs=-1, type=click.Path(path_type=Path), metavar="[FOLDER|FILE]...")
@click.option("--mapping", metavar="NAME|FILE.json", help="A saved mapping, or a document; guessed without.")
@click.option("--object", "kind", metavar="KIND", help="What the rows are: contacts, leads, deals ...")
@click.option("--mode", type=click.Choice(MODES), help="What becomes of records that are here or not.")
@click.option("--key", metavar="FIELD", help="The field by which records that are here are found.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--no-workflows", is_flag=True, help="No workflow acts on what the import changes.")
@click.option("--save-mapping", metavar="NAME", help="Keep the mapping under this name.")
@click.option("--undo", metavar="JOB", help="Take back what this import did.")
@click.option("-y", "--yes", is_flag=True, help="Import by the guessed mapping without asking.")
@click.option("-o", "--output", type=click.Choice(("text", "json")), default="text", show_default=True)
def import_files(
    sources: tuple[Path, ...],
    mapping: str | None,
    kind: str | None,
    mode: str | None,
    key: str | None,
    dry_run: bool,
    no_workflows: bool,
    save_mapping: str | None,
    undo: str | None,
    yes: bool,
    output: str,
) -> None:
    """Import CSV and XLSX files: upload, map, follow, receipt. Running it again changes nothing that is already there.

    Exit code: 0 when every row is in, 3 when some failed (they are in a file that imports again), 1 when the import
    did not come to its end.
    """
    from suite import importing
    from suite.paths import Home

    if undo is not None:
        if sources:
            raise click.UsageError("--undo takes a job and no files.")
        raise SystemExit(importing.undo(Home.current(), undo, as_json=output == "json"))
    if not sources:
        raise click.UsageError("Name the files to import, or a folder of them.")
    if mapping is not None and (kind or mode or key):
        raise click.UsageError("--object, --mode and --key correct a guess; a mapping says them itself.")
    wishes = importing.Wishes(
        mapping=mapping,
        kind=kind,
        mode=mode,
        key=key,
        dry_run=dry_run,
        automation="suppress" if no_workflows else "run",
        save_as=save_mapping,
        is_agreed=yes or dry_run,
        as_json=output == "json",
    )
    raise SystemExit(importing.run(Home.current(), list(sources), wishes))


COMMANDS = (import_files,)
