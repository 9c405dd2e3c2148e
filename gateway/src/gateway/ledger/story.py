"""Asks all services for their part of a ledger and puts it together, page by page.

What the archive, the workflows and the tables of the bus know are lists of their own, each newest first; the cursor
remembers how far each was read, so that the pages together hold every entry once, and the totals count them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g

from chassis import access, ids
from gateway.ledger import entries, wording
from gateway.ledger.entries import FACT_KINDS, RUN_KINDS, Known
from gateway.ledger.streams import Entry, Merged, Stream, merge
from gateway.together import Answers, Question, ask
from messages.ledger import FACTS, KINDS

SERVICES = ("organisation", "contacts", "deals", "activities", "automation", "reporting")
RECORD, REQUEST = "record", "request"
Tokens = Mapping[str, Any]
Readers = Mapping[str, tuple[str, str]]
"""Which operation of which service reads many records of a kind by id: noun -> (service, operation)."""


@dataclass(frozen=True)
class Sought:
    """Whose ledger, and which page of it.

    `about` is `record` or `request`; `kinds` narrow the entries, not the totals; `tokens` are those of the page before;
    `with_events` is False where there may be too many events to list them.
    """

    about: str
    id: str
    kinds: Collection[str]
    limit: int
    tokens: Tokens = field(default_factory=dict)
    with_events: bool = True

    @property
    def subject(self) -> dict[str, str]:
        return {f"{self.about}_id": self.id}

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass
class Story:
    """A page of a ledger. `services` is what each said; `label` what the record was called in its latest event."""

    entries: list[Entry]
    following: dict[str, Any] | None
    totals: dict[str, int]
    complete_to: int | None
    services: dict[str, Mapping[str, Any]]
    runs: Mapping[str, int]
    label: str | None
    warnings: dict[str, dict[str, str]]

    @property
    def is_empty(self) -> bool:
        return not self.totals["all"]

    def listed_warnings(self) -> list[dict[str, str]]:
        return list(self.warnings.values())


def tell(sought: Sought, readers: Readers) -> Story:
    """The page that is `sought`; what a service cannot say now is missing and warned of."""
    warnings: dict[str, dict[str, str]] = {}
    archive = _asked({"archive": _archive(sought)}, warnings).get("archive") if sought.with_events else None
    told = archive or {"data": [], "caused": [], "newest": [], "total": 0, "has_more": False}
    heads = {event["id"]: event for event in (*told["newest"], *told["data"])}
    found = _asked(
        {"runs": _runs(sought, told["data"]), **{name: _facts(sought, name, heads) for name in SERVICES}},
        warnings,
    )
    runs = found.pop("runs", {"data": [], "because": [], "totals": {}, "has_more": False})
    known = _known(sought, told, runs, found, heads.values(), readers, warnings)
    waiting = entries.awaited(told["newest"], found)
    streams = {
        "archive": _event_stream(sought, told, known),
        "runs": _run_stream(sought, runs, known),
        "awaited": _awaited_stream(sought, waiting),
        **{name: _fact_stream(sought, name, one, known) for name, one in found.items()},
    }
    page = merge(streams, sought.limit)
    return Story(
        entries=page.entries,
        following=_following(sought, page, streams),
        totals=_totals(told["total"], runs["totals"], len(waiting), found.values()),
        complete_to=archive["latest_position"] if archive is not None else None,
        services=found,
        runs=runs["totals"],
        label=_latest_label(told["data"]),
        warnings=warnings,
    )


def _asked(questions: Mapping[str, Question], warnings: dict[str, dict[str, str]]) -> dict[str, Any]:
    answers: Answers = ask(questions)
    warnings.update({one["service"]: one for one in answers.warnings})
    return answers.found


# --- questions -------------------------------------------------------------------------------------------------


def _archive(sought: Sought) -> Question:
    limit = sought.limit if sought.wants("arrived") else 1
    return Question(
        "reporting",
        "ledger_events",
        {**sought.subject, "before": sought.tokens.get("archive"), "limit": limit},
    )


def _runs(sought: Sought, events: Iterable[Mapping[str, Any]]) -> Question:
    causes = {event["causeid"] for event in events if event.get("causeid")}
    return Question(
        "automation",
        "ledger_runs",
        {
            **sought.subject,
            "event_ids": sorted(causes),
            "statuses": [status for status, kind in RUN_KINDS.items() if sought.wants(kind)],
            "after": sought.tokens.get("runs"),
            "limit": sought.limit,
        },
    )


def _facts(sought: Sought, service: str, event_ids: Iterable[str]) -> Question:
    return Question(
        service,
        f"{sought.about}_ledger",
        {
            **sought.subject,
            "whats": [what for what in FACTS if sought.wants(FACT_KINDS[what])],
            "after": sought.tokens.get(service),
            "limit": sought.limit,
            "event_ids": list(event_ids),
        },
    )


# --- what is known ---------------------------------------------------------------------------------------------


def _known(
    sought: Sought,
    told: Mapping[str, Any],
    runs: Mapping[str, Any],
    services: Mapping[str, Mapping[str, Any]],
    heads: Iterable[Mapping[str, Any]],
    readers: Readers,
    warnings: dict[str, dict[str, str]],
) -> Known:
    events = [*told["data"], *told["caused"]]
    known = Known(sees_reasons=access.may(g.identity.context(), "configure"))
    known.handled = entries.handlings(told["data"], services)
    shown = {event["id"] for event in told["data"]}
    for event in told["caused"]:
        # What workflows did is told by their runs; in the ledger of a request every event is an entry itself.
        if event["origin"] != "automation" and event["id"] not in shown:
            known.followed.setdefault(event["causeid"], []).append(event)
    for run in (*runs["data"], *runs["because"]):
        known.runs[(run["trigger_event_id"], run["workflow_id"])] = run
    for one in services.values():
        for row in one["rows"] if sought.about == RECORD else ():
            known.rows.setdefault(row["job_id"], row)
    for event in sorted(events, key=lambda event: event["position"]):
        title = wording.title((event.get("data") or {}).get("record"))
        if title:
            known.names[event["subject"]] = title
    for run in known.runs.values():
        known.names.setdefault(run["workflow_id"], run.get("workflow_name") or run["workflow_id"])
    _read_names(known, _unnamed(known, events, services), readers, warnings)
    return known


def _unnamed(
    known: Known, events: Iterable[Mapping[str, Any]], services: Mapping[str, Mapping[str, Any]]
) -> set[str]:
    wanted: set[str] = set()
    for event in events:
        for actor in (event["actor"], event.get("onbehalfof")):
            wanted.add(str(actor or "").removeprefix("system:"))
        for pair in ((event.get("data") or {}).get("changes") or {}).values():
            wanted.update(one for one in (pair if isinstance(pair, list) else ()) if isinstance(one, str))
    wanted.update(run["record_id"] for run in known.runs.values())
    for service in services.values():
        wanted.update(fact["record_id"] for fact in service["data"] if fact.get("record_id"))
    return {one for one in wanted if one not in known.names and ids.is_id(one)}


def _read_names(
    known: Known, wanted: Iterable[str], readers: Readers, warnings: dict[str, dict[str, str]]
) -> None:
    by_kind: dict[str, list[str]] = {}
    for record_id in sorted(wanted):
        kind = ids.prefix_of(record_id)
        if kind in readers:
            by_kind.setdefault(kind, []).append(record_id)
    if not by_kind:
        return
    asked = {kind: Question(*readers[kind], {"ids": some[:200]}) for kind, some in by_kind.items()}
    for found in _asked(asked, warnings).values():
        known.names |= {
            record["id"]: title for record in found["data"] if (title := wording.title(record)) is not None
        }


def names_of(
    record_ids: Iterable[str], readers: Readers, warnings: dict[str, dict[str, str]]
) -> dict[str, str]:
    """What some records are called."""
    known = Known()
    _read_names(known, record_ids, readers, warnings)
    return known.names


def _latest_label(events: Iterable[Mapping[str, Any]]) -> str | None:
    titles = (wording.title((event.get("data") or {}).get("record")) for event in events)
    return next((title for title in titles if title), None)


# --- streams ---------------------------------------------------------------------------------------------------


def _event_stream(sought: Sought, told: Mapping[str, Any], known: Known) -> Stream:
    if not sought.wants("arrived"):
        return Stream(())
    listed = [
        (entries.of_event(event, known, with_record=sought.about == REQUEST), event["position"])
        for event in told["data"]
    ]
    return Stream(listed, told["has_more"], sought.tokens.get("archive"))


def _run_stream(sought: Sought, runs: Mapping[str, Any], known: Known) -> Stream:
    if not any(sought.wants(kind) for kind in RUN_KINDS.values()):
        return Stream(())
    listed = [
        (entries.of_run(run, known), {"at": run["created_at"], "key": run["id"]}) for run in runs["data"]
    ]
    return Stream(listed, runs["has_more"], sought.tokens.get("runs"))


def _fact_stream(sought: Sought, service: str, told: Mapping[str, Any], known: Known) -> Stream:
    listed = [
        (entries.of_fact(service, fact, known), {"at": fact["at"], "key": fact["key"]})
        for fact in told["data"]
    ]
    return Stream(listed, told["has_more"], sought.tokens.get(service))


def _awaited_stream(sought: Sought, waiting: list[tuple[Mapping[str, Any], str]]) -> Stream:
    """They are all at hand; the token is how many of them were shown."""
    start = sought.tokens.get("awaited") or 0
    if not sought.wants("waiting"):
        return Stream(())
    now = g.identity.context().now
    listed = [
        (entries.of_awaited(head, service, now), place + 1) for place, (head, service) in enumerate(waiting)
    ]
    return Stream(listed[start:], start=start)


def _following(sought: Sought, page: Merged, streams: Mapping[str, Stream]) -> dict[str, Any] | None:
    """The tokens of the next page; a service that did not answer is asked from where it was left."""
    if page.following is None:
        return None
    return {**sought.tokens, **{name: token for name, token in page.following.items() if name in streams}}


def _totals(
    events: int, runs: Mapping[str, int], waiting: int, services: Collection[Mapping[str, Any]]
) -> dict[str, int]:
    totals = dict.fromkeys(KINDS, 0)
    totals["arrived"] = events
    totals["waiting"] = waiting
    for status, count in runs.items():
        totals[RUN_KINDS[status]] += count
    for service in services:
        for what, count in service["totals"].items():
            totals[FACT_KINDS[what]] += count
    totals["all"] = sum(totals.values())
    totals["times"] = sum(service["times"] for service in services)
    return totals
