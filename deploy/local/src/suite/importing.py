"""Uploads files for an import, shows how they would be read, follows the job, and prints the receipt it ends with."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from suite.failures import Failure
from suite.paths import Home
from suite.rest import Refused, Rest
from suite.steps import console

KINDS = (".csv", ".tsv", ".txt", ".xlsx")
OVER = ("completed", "failed", "cancelled")
# How long the gateway may be away (a restart, a broker that comes back) while a job is followed.
PATIENCE = 120.0
ALL_IN, NOT_ENDED, SOME_FAILED = 0, 1, 3
DOUBTFUL = 0.8


@dataclass(frozen=True)
class Wishes:
    """How to import: by a saved mapping or document, or by a guess with what the caller knows better."""

    mapping: str | None = None
    kind: str | None = None
    mode: str | None = None
    key: str | None = None
    dry_run: bool = False
    automation: str = "run"
    save_as: str | None = None
    is_agreed: bool = False
    as_json: bool = False


def run(home: Home, sources: list[Path], wishes: Wishes) -> int:
    """The exit code: every row is in, or some failed. Raises Failure when the job did not complete."""
    files = files_of(sources)
    rest = Rest.of(home)
    out = console(stderr=wishes.as_json)
    size = sum(file.stat().st_size for file in files)
    out.print(
        f"{len(files)} files, {size / 1e6:.1f} MB: {', '.join(file.name for file in files)}", markup=False
    )
    began = time.monotonic()
    job = _by_mapping(rest, files, wishes) if wishes.mapping else _by_guess(rest, files, wishes)
    return _ended(
        rest, follow(rest, job, is_quiet=wishes.as_json), began, as_json=wishes.as_json, name=files[0].name
    )


def undo(home: Home, job_id: str, *, as_json: bool = False) -> int:
    """Take back what an import did; the exit code says whether something had to stay."""
    rest = Rest.of(home)
    began = time.monotonic()
    job = follow(rest, rest.post(f"/v1/jobs/{job_id}/undo", {}), is_quiet=as_json)
    return _ended(rest, job, began, as_json=as_json, name="undo")


def _by_mapping(rest: Rest, files: list[Path], wishes: Wishes) -> dict[str, Any]:
    """The job of an import by a saved mapping or a document."""
    fields = {"dry_run": "true" if wishes.dry_run else "false", "automation": wishes.automation}
    named = wishes.mapping or ""
    if named.endswith(".json"):
        document = _document(Path(named))
        if wishes.save_as:
            _save(rest, wishes.save_as, document, is_quiet=wishes.as_json)
        fields["mapping"] = json.dumps(document)
    else:
        fields["mapping_id"] = named
    return rest.upload("/v1/imports", files, fields)


def _document(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except OSError as error:
        raise Failure(
            f"There is no mapping {path}: {error.strerror}.", "Name a saved one, or a file."
        ) from None
    except ValueError as error:
        raise Failure(f"{path} is not JSON: {error}.", "docs/importing.md shows what a mapping is.") from None
    document: dict[str, Any] = found.get("mapping", found) if isinstance(found, dict) else {}
    if "tables" not in document:
        raise Failure(
            f"{path} is no mapping: it has no tables.", "docs/importing.md shows what a mapping is."
        )
    return document


def _by_guess(rest: Rest, files: list[Path], wishes: Wishes) -> dict[str, Any]:
    """The job of an import by what the files suggest, once somebody has agreed."""
    upload = rest.upload("/v1/uploads", files, {"object": wishes.kind} if wishes.kind else {})
    mapping: dict[str, Any] = upload["suggestion"]
    better = {name: value for name, value in (("mode", wishes.mode), ("key", wishes.key)) if value}
    for table in mapping["tables"]:
        table.update(better)
    show_mapping(mapping, is_quiet=wishes.as_json)
    if not wishes.is_agreed:
        _ask()
    if wishes.save_as:
        _save(rest, wishes.save_as, mapping, is_quiet=wishes.as_json)
    body = {
        "upload_id": upload["id"],
        "mapping": mapping,
        "dry_run": wishes.dry_run,
        "automation": wishes.automation,
    }
    return rest.post("/v1/imports", body)


def _ask() -> None:
    """Go on only when somebody at the terminal says so."""
    if not sys.stdin.isatty():
        raise Failure(
            "This mapping is a guess, and nobody is here to agree to it.",
            "Say --yes to import by it, --dry-run to see what it would do, or name one with --mapping.",
        )
    if input("Import so? [y/N] ").strip().casefold() not in ("y", "yes", "j", "ja"):
        raise Failure(
            "Nothing was imported.", "Correct the guess with --object, --key and --mode, or write a mapping."
        )


def _save(rest: Rest, name: str, mapping: dict[str, Any], *, is_quiet: bool) -> None:
    """Keep the mapping, so that next month's file, whatever it is called, is read in the same way."""
    kept = {**mapping, "tables": [{**table, "file": None} for table in mapping["tables"]]}
    rest.post("/v1/import-mappings", {"name": name, "mapping": kept})
    console(stderr=is_quiet).print(f"Kept the mapping as {name}: --mapping {name}", markup=False)


def show_mapping(mapping: dict[str, Any], *, is_quiet: bool = False) -> None:
    """The guessed mapping, doubtful guesses marked."""
    from rich.table import Table

    out = console(stderr=is_quiet)
    for one in mapping["tables"]:
        found = f"{one.get('file') or 'The file'} → {one['object']}"
        out.print(
            f"\n{found}, {one['mode']} by {one.get('key') or 'nothing: every row becomes a new record'}",
            markup=False,
        )
        table = Table(box=None, pad_edge=False)
        for name in ("column", "field", "sure", "read as"):
            table.add_column(name)
        for column in one["columns"]:
            field, sure = column.get("field"), float(column.get("confidence") or 0)
            said = f"{sure:.0%}{'  ?' if sure < DOUBTFUL else ''}" if field else ""
            table.add_row(column["column"], field or "(left out)", said, _how(column))
        out.print(table)


def _how(column: dict[str, Any]) -> str:
    words = [str(column["format"])] if column.get("format") else []
    values = column.get("values") or {}
    words += [f"{text} = {value}" for text, value in list(values.items())[:4]]
    link = column.get("link")
    if link and column.get("field"):
        words.append(
            f"{link['to']} by {', '.join(link['by'])}{', made when missing' if link.get('create') else ''}"
        )
    return "; ".join(words)


def _ended(rest: Rest, job: dict[str, Any], began: float, *, as_json: bool, name: str) -> int:
    """Say how it ended, fetch the rows that failed; the exit code."""
    saved = _errors_file(rest, job, name) if job.get("failed") or job.get("kept") else None
    if as_json:
        sys.stdout.write(json.dumps({**job, "errors_file": str(saved) if saved else None}) + "\n")
    else:
        receipt(job, time.monotonic() - began, saved)
    if job["status"] != "completed":
        error = job.get("error") or {}
        raise Failure(
            f"The {job.get('kind') or 'import'} {job['status']}: {error.get('message') or 'no reason given'}",
            "; ".join(str(one["hint"]) for one in error.get("errors") or [] if one.get("hint"))
            or "Rows already done are not done twice.",
        )
    return SOME_FAILED if job.get("failed") or job.get("kept") else ALL_IN


def _errors_file(rest: Rest, job: dict[str, Any], name: str) -> Path | None:
    """The rows that failed, beside where the command was given, under a name nobody uses yet."""
    status, content, kind = rest.fetch(f"/v1/jobs/{job['id']}/errors.csv")
    if status != 200:
        return None
    stem = re.sub(r"(\.errors)?\.(csv|tsv|txt|xlsx)$", "", name, flags=re.IGNORECASE)
    ending = "zip" if "zip" in kind else "csv"
    path, number = Path(f"{stem}.errors.{ending}"), 2
    while path.exists():
        path, number = Path(f"{stem}.errors.{number}.{ending}"), number + 1
    path.write_bytes(content)
    return path


def files_of(sources: list[Path]) -> list[Path]:
    """The files to upload: those named, and the data files directly in the folders named. Relative names count from
    the folder the command was given in."""
    found: list[Path] = []
    for source in sources:
        if source.is_dir():
            inside = sorted(p for p in source.iterdir() if p.suffix.lower() in (".csv", ".tsv", ".xlsx"))
            if not inside:
                raise Failure(
                    f"There is no CSV or XLSX file in {source}.", "Name another folder, or the files."
                )
            found += inside
        elif source.is_file():
            if source.suffix.lower() not in KINDS:
                raise Failure(f"{source} is no file that can be imported.", f"These can: {', '.join(KINDS)}")
            found.append(source)
        else:
            raise Failure(f"There is no file or folder {source}.", f"It was looked for from {os.getcwd()}.")
    unreadable = [str(file) for file in found if not os.access(file, os.R_OK)]
    if unreadable:
        raise Failure(f"{', '.join(unreadable)} cannot be read.", "Give yourself the right to read it.")
    return found


def follow(rest: Rest, job: dict[str, Any], *, is_quiet: bool = False) -> dict[str, Any]:
    """Shows progress until the job is over. A gateway that is away for a while is waited for."""
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    out = console(stderr=is_quiet)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}/{task.total:,.0f} rows"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as progress:
        bar = progress.add_task("queued", total=job.get("total") or 1)
        seen = None
        last_answer = time.monotonic()
        while job["status"] not in OVER:
            time.sleep(0.25)
            try:
                job = rest.get(f"/v1/jobs/{job['id']}")
            except Refused as refused:
                if refused.status < 500 and refused.status != 429:
                    raise
                _still_patient(last_answer, job)
                continue
            except Failure:
                _still_patient(last_answer, job)
                continue
            last_answer = time.monotonic()
            words = job.get("stage") or job["status"]
            progress.update(
                bar, description=words, completed=job.get("processed") or 0, total=job.get("total") or 1
            )
            if not out.is_terminal and words != seen:
                out.print(
                    f"  {words}: {job.get('processed') or 0} of {job.get('total') or '?'} rows", markup=False
                )
                seen = words
    return job


def _still_patient(since: float, job: dict[str, Any]) -> None:
    if time.monotonic() - since > PATIENCE:
        raise Failure(
            f"The gateway has not answered for {PATIENCE:.0f} s; the import itself may go on.",
            f"Look at it later: GET /v1/jobs/{job['id']}. ./rapport doctor looks for the cause.",
        )


def receipt(job: dict[str, Any], seconds: float, saved: Path | None = None) -> None:
    """What came of each part, what was corrected, and whether the counts add up."""
    from rich.table import Table

    out = console()
    table = Table(box=None, pad_edge=False, title_justify="left")
    table.add_column("part")
    table.add_column("file")
    is_undo = job.get("kind") == "undo"
    outcomes_ = (
        ("removed", "restored", "kept")
        if is_undo
        else ("created", "updated", "unchanged", "skipped", "failed")
    )
    counts = ("rows", *outcomes_)
    for count in counts:
        table.add_column(count, justify="right")
    parts = job.get("parts") or []
    for part in parts:
        table.add_row(
            part.get("entity", ""), part.get("file", ""), *(f"{part.get(c) or 0:,}" for c in counts)
        )
    sums = {count: sum(int(part.get(count) or 0) for part in parts) for count in counts}
    table.add_row("all", "", *(f"{sums[count]:,}" for count in counts), style="bold")
    if parts:
        out.print(table)
    corrections = job.get("corrections") or []
    if corrections:
        out.print("\nCorrected while reading:", markup=False)
    for one in corrections:
        examples = "; ".join(str(example) for example in (one.get("examples") or [])[:2])
        out.print(
            f"  {one['count']:>6,} x  {one['message']}" + (f"  ({examples})" if examples else ""),
            markup=False,
        )
    outcomes = sum(sums[count] for count in counts[1:])
    if parts and outcomes != sums["rows"]:
        out.print(f"[red]The receipt does not add up: {sums['rows']} rows, {outcomes} outcomes.[/red]")
    reasons = [one for one in job.get("reasons") or [] if one["outcome"] != "failed"]
    if reasons:
        out.print("\nSkipped or kept:", markup=False)
    for one in reasons:
        out.print(f"  {one['count']:>6,} x  {one['message'] or one['code']}", markup=False)
    if job["status"] == "completed":
        changed = sum(sums.get(name, 0) for name in ("created", "updated", "removed", "restored"))
        what = "would change" if job.get("dry_run") else "taken back" if is_undo else "changed"
        words = f"{changed:,} records {what}" if changed else f"nothing {what}"
        out.print(f"\n[green]✓[/green] {words} [dim]({seconds:.1f} s)[/dim]")
        if changed and not is_undo and not job.get("dry_run"):
            out.print(f"[dim]To take it back: ./rapport import --undo {job['id']}[/dim]")
    left = sums.get("failed", 0) or sums.get("kept", 0)
    if left:
        where = str(saved) if saved is not None else f"GET /v1/jobs/{job['id']}/errors.csv"
        said = "records stay as they are" if is_undo else "rows failed; correct and import them again"
        out.print(f"[yellow]! {left:,} {said}: {where}[/yellow]")
