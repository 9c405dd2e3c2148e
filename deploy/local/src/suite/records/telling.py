"""A ledger in the terminal: what an event led to stands below it, as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import click

from rapport_client import Rapport
from rapport_client.table import RESOURCES

LONGEST_PAGE = 200
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed", "removed", "restored", "kept")
MARKS = {
    "arrived": ("•", None),
    "caused": ("→", "cyan"),
    "suppressed": ("=", "blue"),
    "waiting": ("…", "yellow"),
    "failed": ("✗", "red"),
    "parked": ("✗", "red"),
}
WORDS = {
    "arrived": "happened",
    "caused": "caused",
    "suppressed": "not done",
    "waiting": "waiting",
    "failed": "failed",
    "parked": "given up",
}

Entry = Mapping[str, Any]


def path_of(record_id: str) -> str:
    """Where the interface has the ledger of this record, job or request."""
    noun = record_id.rpartition("_")[0]
    name = next((spec.name for spec in RESOURCES if spec.noun == noun), None)
    return f"/v1/{name}/{record_id}/ledger" if name else f"/v1/requests/{quote(record_id, safe='')}/ledger"


def read(crm: Rapport, record_id: str, kinds: Sequence[str], limit: int) -> dict[str, Any]:
    """The newest `limit` entries, put together from as many pages as it takes."""
    query: dict[str, Any] = {"limit": min(limit, LONGEST_PAGE), "kind": ",".join(kinds) or None}
    told: dict[str, Any] = crm.request("GET", path_of(record_id), params=query)
    while told["next_cursor"] and len(told["entries"]) < limit:
        more = crm.request("GET", path_of(record_id), params={**query, "cursor": told["next_cursor"]})
        told["entries"] += more["entries"]
        told["next_cursor"] = more["next_cursor"]
    told["entries"] = told["entries"][:limit]
    return told


def lines(told: Mapping[str, Any], record_id: str) -> Iterator[str]:
    """The whole answer, line by line."""
    record = told.get("record") or {}
    yield click.style(f"{record.get('label') or record_id}", bold=True) + (
        f"  {record_id}" if record.get("label") else ""
    )
    yield from _counts(told)
    for warning in told["warnings"]:
        yield click.style(f"! {warning['service']} cannot be reached: its part is missing.", fg="yellow")
    yield ""
    entries = told["entries"]
    known = {entry["id"] for entry in entries}
    below: dict[str, list[Entry]] = {}
    for entry in reversed(entries):
        cause = str((entry["because"] or {}).get("event_id") or "")
        if cause in known and cause != entry["id"]:
            below.setdefault(cause, []).append(entry)
    nested = {entry["id"] for some in below.values() for entry in some}
    for entry in entries:
        if entry["id"] not in nested:
            yield from _branch(entry, below, "", "")
    if not entries:
        yield "Nothing of this kind."
    if told["next_cursor"]:
        yield click.style("There is more: raise --limit.", dim=True)


def _counts(told: Mapping[str, Any]) -> Iterator[str]:
    totals = told["totals"]
    counted = [f"{totals[kind]:,} {word}" for kind, word in WORDS.items() if totals[kind]]
    trouble = totals["failed"] + totals["parked"]
    if trouble:
        verdict, color = "Something needs a look.", "red"
    elif totals["waiting"]:
        verdict, color = "Something still waits; nothing is lost.", "yellow"
    else:
        verdict, color = "Nothing is waiting, nothing failed, nothing was done twice.", "green"
    yield click.style(verdict, fg=color) + (f" {', '.join(counted)}." if counted else "")
    if "rows" in told:
        rows = told["rows"]
        parts = ", ".join(f"{rows[name]:,} {name}" for name in OUTCOMES if rows.get(name))
        ends = {True: "it adds up", False: "IT DOES NOT ADD UP", None: "not over yet"}[rows["adds_up"]]
        yield f"{rows['total'] or 0:,} rows: {parts or 'none yet'}; {ends}."
        for reason in rows["reasons"]:
            yield f"  {reason['count']:,} x {reason['message']} ({reason['code']})"
        yield told["events"]["summary"]


def _branch(entry: Entry, below: Mapping[str, list[Entry]], first: str, then: str) -> Iterator[str]:
    mark, color = MARKS[entry["kind"]]
    yield f"{first}{click.style(mark, fg=color)} {_time(entry['at'])}  {entry['summary']}{_handled(entry)}"
    for effect in entry["effects"]:
        record = effect.get("record")
        if record:
            yield f"{then}    {click.style(record['id'], dim=True)}"
    remedy = entry.get("remedy")
    if remedy:
        how = "  (--retry)" if remedy["action"] else ""
        yield f"{then}    {remedy['text']}{how}"
    children = below.get(entry["id"], [])
    for place, child in enumerate(children):
        is_last = place == len(children) - 1
        yield from _branch(
            child, below, f"{then}{'└─' if is_last else '├─'} ", f"{then}{'   ' if is_last else '│  '}"
        )


def _handled(entry: Entry) -> str:
    some = [
        f"{one['service']} +{one['after_ms']:,} ms" + ("" if one["state"] == "done" else f" {one['state']}")
        for one in entry["handled"]
    ]
    return click.style(f"  [{', '.join(some)}]", dim=True) if some else ""


def _time(at: str) -> str:
    """In the zone of whoever reads it."""
    moment = datetime.fromisoformat(at.replace("Z", "+00:00")).astimezone()
    return moment.strftime("%Y-%m-%d %H:%M:%S")
