"""The pages of the documentation that a running suite serves: as HTML for people, as Markdown for programs."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway import state
from gateway.markdown import html, relinked

OUTSIDE = ("http://", "https://")


@dataclass(frozen=True)
class Guide:
    """A page: the file it is made of, seen from the documentation's folder, and what one finds there."""

    file: str
    title: str
    about: str


GUIDES: Mapping[str, Guide] = {
    "tutorial": Guide("tutorial.md", "Tutorial", "ten minutes to a program that reacts to won deals"),
    "client": Guide(
        "../gateway/client/README.md", "Python client", "typed records, lazy lists, safe retries, live events"
    ),
    "events": Guide("events.md", "Events", "every type with who tells it, when, its fields, and a sample"),
    "errors": Guide("errors.md", "Errors", "every code with its status and what to do"),
    "importing": Guide("importing.md", "Importing", "files, mappings, dry runs, undo"),
    "exporting": Guide("exporting.md", "Exporting", "any list as CSV, XLSX or JSON lines"),
    "selling": Guide("selling.md", "Selling", "lines, discounts and approvals, contracts, quotas, forecasts"),
    "workflows": Guide("workflows.md", "Workflows", "build them, and see before what they would have done"),
    "leads": Guide("leads.md", "Leads", "scores, territories and turns, stages, conversion"),
    "signals": Guide("signals.md", "Signals", "what people do on your site, and workflows that count it"),
    "metrics": Guide("metrics.md", "Metrics", "figures with their formulas, and the records behind them"),
    "ledger": Guide("ledger.md", "Ledger", "what happened, why, what came twice, what waits"),
    "notifications": Guide(
        "notifications.md", "Notifications", "what tells whom when, and how to switch it off"
    ),
    "partners": Guide("partners.md", "Partners", "the gRPC interface for partner systems"),
    "getting-started": Guide("getting-started.md", "Getting started", "the first quarter of an hour"),
    "architecture": Guide("architecture.md", "How it works", "the way of a request, the way of an event"),
    "operating": Guide("operating.md", "Operating", "commands, settings, what to do when"),
}


def here() -> Mapping[str, Guide]:
    """The pages that this installation has."""
    return {name: guide for name, guide in GUIDES.items() if _path(guide).is_file()}


def markdown(name: str) -> str | None:
    """A page as Markdown, its links leading to the other pages; None when there is none."""
    return _text(name, ".md")


def shown(name: str) -> tuple[str, str] | None:
    """A page as its title and HTML; None when there is none."""
    text = _text(name, "")
    return None if text is None else html(text)


def _text(name: str, suffix: str) -> str | None:
    guide = GUIDES.get(name)
    if guide is None or not _path(guide).is_file():
        return None
    by_file = {known.file: other for other, known in here().items()}

    def address(link: str) -> str | None:
        if link.startswith((*OUTSIDE, "#")):
            return link
        file, _, fragment = link.partition("#")
        target = by_file.get(posixpath.normpath(posixpath.join(posixpath.dirname(guide.file), file)))
        if target is None:
            return None
        return f"/docs/{target}{suffix}" + (f"#{fragment}" if fragment else "")

    return relinked(_path(guide).read_text("utf-8"), address)


def _path(guide: Guide) -> Path:
    return state.settings().docs / guide.file
