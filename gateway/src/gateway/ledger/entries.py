"""Turns what services know into entries of the ledger: one form for events, runs, duplicates and what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chassis import clock, ids
from chassis.envelope import lane
from gateway.ledger import wording
from gateway.ledger.streams import Entry

RUN_KINDS = {
    "completed": "caused",
    "suppressed": "suppressed",
    "failed": "failed",
    "pending": "waiting",
    "running": "waiting",
}
FACT_KINDS = {
    "suppressed": "suppressed",
    "held": "waiting",
    "unsent": "waiting",
    "parked": "parked",
    "row": "arrived",
}
CHANGES_SHOWN = 30


@dataclass
class Known:
    """What the entries of a page are told with.

    `names` are titles by id; `rows` the import rows of the record by job; `runs` those by (event, workflow);
    `followed` what events caused elsewhere; `handled` what services made of events; `sees_reasons` whether the
    reader may see the texts of errors nobody foresaw.
    """

    names: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    runs: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    followed: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    handled: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sees_reasons: bool = False


def of_event(event: Mapping[str, Any], known: Known, *, with_record: bool) -> Entry:
    """An event: something arrived, or in the ledger of a request what an earlier event caused."""
    record = (event.get("data") or {}).get("record") or {}
    because = _because(event, known)
    actor = actor_of(event, known)
    clause = wording.fact(
        event, known.names, doer=_doer(actor, because, known), with_record=with_record
    ) + _why(because, known)
    return {
        "id": event["id"],
        "at": event["time"],
        "kind": "arrived",
        "summary": wording.sentence(clause),
        "service": event["source"],
        "actor": actor,
        "origin": event["origin"],
        "record": {
            "type": event["subjecttype"],
            "id": event["subject"],
            "label": wording.title(record) or known.names.get(event["subject"]),
        },
        "event": {
            "id": event["id"],
            "type": event["type"],
            "position": event["position"],
            "sequence": event["sequence"],
            "request_id": event.get("requestid"),
            "depth": event.get("depth") or 0,
            "changes": dict(list(((event.get("data") or {}).get("changes") or {}).items())[:CHANGES_SHOWN]),
        },
        "because": because,
        "effects": [_followed(one, known) for one in known.followed.get(event["id"], ())],
        "handled": known.handled.get(event["id"], []),
    }


def _because(event: Mapping[str, Any], known: Known) -> dict[str, Any] | None:
    cause, request = event.get("causeid"), str(event.get("requestid") or "")
    because: dict[str, Any] = {}
    if cause:
        because["event_id"] = cause
        workflow_id = str(event["actor"]).removeprefix("system:")
        run = known.runs.get((cause, workflow_id))
        if ids.is_id(workflow_id, "workflow"):
            because["workflow"] = {
                "id": workflow_id,
                "name": (run or {}).get("workflow_name") or known.names.get(workflow_id),
            }
        if run is not None:
            because |= {"run_id": run["id"], "record": _record_of(run, known)}
            because["workflow"]["revision"] = run["revision"]
    if ids.is_id(request, "job"):
        because["job_id"] = request
        row = known.rows.get(request)
        if row is not None and not cause:
            because["row"] = row["row"]
    return because or None


def _doer(actor: Mapping[str, Any], because: Mapping[str, Any] | None, known: Known) -> str | None:
    """Who did it, as the subject of a sentence."""
    if because and because.get("workflow"):
        name = because["workflow"].get("name")
        return f"the workflow “{name}”" if name else "a workflow"
    if because and because.get("job_id"):
        return "an import"
    return actor["name"] if actor["type"] == "person" else None


def _why(because: Mapping[str, Any] | None, known: Known) -> str:
    """Why a workflow did it."""
    if not because or not because.get("workflow"):
        return ""
    run = known.runs.get((because["event_id"], because["workflow"]["id"]))
    return f", because {_trigger(run, known)}" if run is not None else ""


def actor_of(event: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """Who did it: a person, a workflow, or the suite itself."""
    actor = str(event.get("onbehalfof") or event["actor"])
    if not actor.startswith("system:"):
        return {"type": "person", "id": actor, "name": known.names.get(actor)}
    what = actor.removeprefix("system:")
    if ids.is_id(what, "workflow"):
        return {"type": "workflow", "id": what, "name": known.names.get(what)}
    return {"type": "suite", "id": what, "name": wording.service(what)}


def _followed(event: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """What an event led to on another record."""
    record = (event.get("data") or {}).get("record") or {}
    return {
        "summary": wording.sentence(wording.fact(event, known.names, with_record=True)),
        "event_id": event["id"],
        "status": "completed",
        "record": {
            "type": event["subjecttype"],
            "id": event["subject"],
            "label": wording.title(record),
        },
    }


# --- runs ------------------------------------------------------------------------------------------------------


def of_run(run: Mapping[str, Any], known: Known) -> Entry:
    """A workflow that began because of an event, and what it did."""
    kind = RUN_KINDS[run["status"]]
    effects = [_effect(step, known) for step in run["steps"]]
    entry: Entry = {
        "id": run["id"],
        "at": run["created_at"],
        "kind": kind,
        "summary": wording.sentence(_told(run, kind, effects, known)),
        "service": "automation",
        "actor": {"type": "workflow", "id": run["workflow_id"], "name": run.get("workflow_name")},
        "origin": "automation",
        "record": _record_of(run, known),
        "because": {
            "event_id": run["trigger_event_id"],
            "workflow": {
                "id": run["workflow_id"],
                "name": run.get("workflow_name"),
                "revision": run["revision"],
            },
            "run_id": run["id"],
            "verdict": run.get("verdict"),
            "request_id": run.get("request_id"),
        },
        "effects": effects,
        "handled": [],
    }
    if kind == "failed":
        entry["remedy"] = {
            "text": "Correct what the reason names, then try the run again; what is done already is not done twice.",
            "action": "retry_run",
            "id": run["id"],
        }
    elif kind == "waiting" and any(effect["error"] for effect in effects):
        entry["remedy"] = {"text": "Nothing to do: it is tried again by itself.", "action": None, "id": None}
    return entry


def _told(run: Mapping[str, Any], kind: str, effects: Sequence[Mapping[str, Any]], known: Known) -> str:
    workflow = f"the workflow “{run.get('workflow_name') or run['workflow_id']}”"
    why = _trigger(run, known)
    if kind == "suppressed":
        reason = str(run.get("reason") or "").removeprefix("Suppressed: ")
        return f"{why}, and {workflow} did nothing: {reason}"
    done = [effect["summary"] for effect in effects if effect["status"] == "completed"]
    if kind == "caused":
        return f"{why}, so {workflow} {wording.listed(done) or 'ran'}"
    if kind == "failed":
        return f"{why}, but {workflow} failed: {wording.cause_of_failure(run.get('reason'))}"
    tried = next((effect for effect in effects if effect["error"]), None)
    if tried is not None:
        return (
            f"{why}, and {workflow} tries again by itself: "
            f"{wording.number(tried['attempts'], 'attempt')}, {wording.cause_of_failure(tried['error'])}"
        )
    return f"{why}, and {workflow} is at work"


def _trigger(run: Mapping[str, Any], known: Known) -> str:
    """Why a run began, as far as the run itself knows it."""
    label = known.names.get(run["record_id"])
    record = {"name": label, "kind": "call" if run["trigger_type"].startswith("call.") else None}
    event = {
        "type": run["trigger_type"],
        "subjecttype": run["record_type"],
        "data": {"record": record if label else {"kind": record["kind"]}},
    }
    if run["trigger_type"].endswith("stage_moved.v1"):
        subject = wording.named(run["record_type"], record if label else None)
        return f"{subject} entered a stage"
    return wording.fact(event, known.names, with_record=bool(label))


def _effect(step: Mapping[str, Any], known: Known) -> dict[str, Any]:
    planned, output = step["input"], step.get("output") or {}
    record_id = output.get("id")
    return {
        "summary": _made(step["action"], planned),
        "action": step["action"],
        "status": step["status"],
        "key": step["effect_key"],
        "attempts": step["attempts"],
        "error": step.get("error"),
        "next_at": step.get("next_at") if step["status"] == "pending" else None,
        "record": {"type": ids.prefix_of(record_id), "id": record_id, "label": wording.title(planned)}
        if record_id
        else None,
    }


def _made(action: str, planned: Mapping[str, Any]) -> str:
    """What an action did: `made the task “Call back”`, `sent the notification “Ann gave you the deal”`."""
    verb, _, noun = action.partition("_")
    made = {"create": "made", "notify": "sent"}.get(verb, verb)
    return f"{made} {wording.named(noun or 'notification', planned)}"


def _record_of(run: Mapping[str, Any], known: Known) -> dict[str, Any]:
    return {"type": run["record_type"], "id": run["record_id"], "label": known.names.get(run["record_id"])}


# --- what the tables of the bus know ---------------------------------------------------------------------------


def of_fact(service: str, fact: Mapping[str, Any], known: Known) -> Entry:
    """Something that came again, waits, is parked, or a row of an import that changed nothing."""
    summary = _SAID[fact["what"]](service, fact, known)
    entry: Entry = {
        "id": f"{service}:{fact['key']}",
        "at": fact["at"],
        "kind": FACT_KINDS[fact["what"]],
        "summary": wording.sentence(summary),
        "service": service,
        "actor": None,
        "origin": None,
        "record": _subject(fact, known),
        "because": _cause(fact),
        "effects": [],
        "handled": [],
        "details": _details(fact, known),
    }
    if fact["what"] == "suppressed":
        entry["times"] = fact["count"]
    if fact["what"] == "parked":
        entry["remedy"] = _remedy_of_parked(fact, known)
    if fact["what"] in ("held", "unsent"):
        entry["remedy"] = {"text": "Nothing to do: it is tried again by itself.", "action": None, "id": None}
    return entry


def _remedy_of_parked(fact: Mapping[str, Any], known: Known) -> Entry:
    if fact.get("letter_id") is None:
        return {
            "text": "Nothing to do: somebody discarded it, for the reason given.",
            "action": None,
            "id": None,
        }
    text = (
        "Correct what the reason names, then have it tried again. It keeps its identity, so nothing is done twice."
        if known.sees_reasons
        else "Ask an administrator to look at it: they see the reason and can have it tried again."
    )
    return {"text": text, "action": "redrive" if known.sees_reasons else None, "id": fact["letter_id"]}


def _again(service: str, fact: Mapping[str, Any], known: Known) -> str:
    came = wording.times(fact["count"] + 1)
    match fact["sort"]:
        case "event":
            who = wording.service(service)
            return (
                f"“{wording.bare(fact['type'])}” came {came} to {who}; after the first time nothing was done"
            )
        case "row":
            return f"a row of an import was sent {came}; it was brought in once"
        case "effect":
            return f"a workflow asked {came} to {_operation(fact['type'])}; it was done once"
    return f"the request to {_operation(fact['type'])} was sent {came}; it was done once"


def _held(service: str, fact: Mapping[str, Any], known: Known) -> str:
    what, who = f"“{wording.bare(fact['type'])}”", wording.service(service)
    if not fact["attempts"]:
        error = str(fact.get("error") or "")
        behind = ", behind an earlier event of this record" if error.startswith("waits behind") else ""
        return f"{what} waits to be handled by {who}{behind}"
    why = f": {wording.cause_of_failure(fact['error'])}" if known.sees_reasons else ""
    return f"{who} could not handle {what} yet ({wording.number(fact['attempts'], 'attempt')}){why}"


def _parked(service: str, fact: Mapping[str, Any], known: Known) -> str:
    what, who = f"“{wording.bare(fact['type'])}”", wording.service(service)
    why = f": {wording.cause_of_failure(fact['error'])}" if known.sees_reasons else ""
    return f"{who} gave up on {what} after {wording.number(fact['attempts'], 'attempt')}{why}"


def _unsent(service: str, fact: Mapping[str, Any], known: Known) -> str:
    why = f" ({wording.cause_of_failure(fact['error'])})" if fact.get("error") and known.sees_reasons else ""
    return f"“{wording.bare(fact['type'])}” is written down and waits to be sent to the other services{why}"


def _row(service: str, fact: Mapping[str, Any], known: Known) -> str:
    return f"an import brought this {wording.thing(fact['entity'])} again; it was as it should be, nothing changed"


_SAID = {"suppressed": _again, "held": _held, "parked": _parked, "unsent": _unsent, "row": _row}


def _details(fact: Mapping[str, Any], known: Known) -> dict[str, Any]:
    names = (
        "sort",
        "key",
        "type",
        "consumer",
        "count",
        "first_at",
        "attempts",
        "next_at",
        "job_id",
        "row",
        "action",
    )
    shown = (*names, "error", "fingerprint", "letter_id") if known.sees_reasons else names
    return {name: fact[name] for name in shown if fact.get(name) is not None}


def _cause(fact: Mapping[str, Any]) -> dict[str, Any] | None:
    because = {}
    if fact.get("event_id"):
        because["event_id"] = fact["event_id"]
    request = str(fact.get("request_id") or "")
    if ids.is_id(request, "job"):
        because["job_id"] = request
    if request:
        because["request_id"] = request
    return because or None


def _subject(fact: Mapping[str, Any], known: Known) -> dict[str, Any] | None:
    record_id = fact.get("record_id")
    if not record_id or not ids.is_id(record_id):
        return None
    return {"type": ids.prefix_of(record_id), "id": record_id, "label": known.names.get(record_id)}


def _operation(name: str) -> str:
    """`log_activity` as words."""
    return name.replace("_", " ")


# --- who has not taken what yet --------------------------------------------------------------------------------


def awaited(
    heads: Iterable[Mapping[str, Any]], services: Mapping[str, Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], str]]:
    """The events that a service listens to and has not taken, newest first, each with the service.

    Events of one queue are taken in order: what is older than one that was taken was never meant for the service, or
    is not remembered any more.
    """
    found: list[tuple[Mapping[str, Any], str]] = []
    for name, told in services.items():
        taken = {one["event_id"] for one in told["handled"]}
        passed: set[tuple[str, str]] = set()
        for head in heads:
            queue = (head["source"], lane(head["origin"], head["subject"]))
            if head["id"] in taken:
                passed.add(queue)
            elif queue not in passed and hears(told["hears"], head):
                found.append((head, name))
    found.sort(key=lambda pair: -pair[0]["position"])
    return found


def hears(types: Mapping[str, str | None], head: Mapping[str, Any]) -> bool:
    """Whether a service listened to events of this type when this one was told."""
    return any(
        since is not None and since <= head["time"] for since in (types.get(head["type"]), types.get("*"))
    )


def of_awaited(head: Mapping[str, Any], service: str, now: datetime) -> Entry:
    """An event that a service has not taken yet."""
    return {
        "id": f"{service}:awaited:{head['id']}",
        "at": head["time"],
        "kind": "waiting",
        "summary": wording.sentence(
            f"{wording.service(service)} has not taken “{wording.bare(head['type'])}” yet"
        ),
        "service": service,
        "actor": None,
        "origin": None,
        "record": {"type": head["subjecttype"], "id": head["subject"], "label": None},
        "because": {"event_id": head["id"]},
        "effects": [],
        "handled": [],
        "remedy": {
            "text": "Nothing is lost: it is taken as soon as the service gets to it. When it stays so for minutes, "
            "look at the status of the services.",
            "action": None,
            "id": None,
        },
        "details": {"seconds": max(0, round((now - clock.from_text(head["time"])).total_seconds()))},
    }


def handlings(
    events: Iterable[Mapping[str, Any]], services: Mapping[str, Mapping[str, Any]]
) -> dict[str, list[dict[str, Any]]]:
    """For each event the services that took it: when, how much later, and what became of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        told = clock.from_text(event["time"])
        for name, service in services.items():
            for one in service["handled"]:
                if one["event_id"] == event["id"]:
                    later = clock.from_text(one["at"]) - told
                    found.setdefault(event["id"], []).append(
                        {
                            "service": name,
                            "state": one["state"],
                            "at": one["at"],
                            "after_ms": max(0, round(later.total_seconds() * 1000)),
                        }
                    )
    return found
