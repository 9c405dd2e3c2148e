"""Uploads files to the import job, follows it, and prints the receipt it ends with."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from suite.failures import Failure
from suite.paths import Home
from suite.rest import Refused, Rest
from suite.steps import console

KINDS = (".csv", ".tsv", ".xlsx", ".json", ".ndjson")
OVER = ("completed", "failed", "cancelled")
# How long the gateway may be away (a restart, a broker that comes back) while a job is followed.
PATIENCE = 120.0


def run(home: Home, sources: list[Path], *, mapping: str | None, dry_run: bool) -> None:
    """Raises Failure when the job did not complete."""
    files = files_of(sources)
    rest = Rest.of(home)
    out = console()
    size = sum(file.stat().st_size for file in files)
    out.print(
        f"{len(files)} files, {size / 1e6:.1f} MB: {', '.join(file.name for file in files)}", markup=False
    )
    fields = {"dry_run": "true" if dry_run else "false", **({"mapping_id": mapping} if mapping else {})}
    began = time.monotonic()
    job = rest.upload("/v1/imports", files, fields)
    job = follow(rest, job)
    receipt(job, time.monotonic() - began)
    if job["status"] != "completed":
        error = job.get("error") or {}
        said = error.get("detail") or error.get("message") if isinstance(error, dict) else error
        raise Failure(
            f"The import {job['status']}: {said or 'no reason given'}",
            f"Its rows with errors: GET /v1/jobs/{job['id']}/errors.csv. Rows already done are not done twice.",
        )


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


def follow(rest: Rest, job: dict[str, Any]) -> dict[str, Any]:
    """Shows progress until the job is over. A gateway that is away for a while is waited for."""
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    out = console()
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


def receipt(job: dict[str, Any], seconds: float) -> None:
    """What came of each part, what was corrected, and whether the counts add up."""
    from rich.table import Table

    out = console()
    table = Table(box=None, pad_edge=False, title_justify="left")
    table.add_column("part")
    table.add_column("file")
    counts = ("rows", "created", "updated", "unchanged", "skipped", "failed")
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
    if job["status"] == "completed":
        what = "would change" if job.get("dry_run") else "changed"
        changed = sums["created"] + sums["updated"]
        words = f"{changed:,} records {what}" if changed else f"nothing {what}"
        out.print(f"\n[green]✓[/green] {words} [dim]({seconds:.1f} s)[/dim]")
    if sums["failed"]:
        out.print(f"[yellow]! {sums['failed']:,} rows failed: GET /v1/jobs/{job['id']}/errors.csv[/yellow]")
