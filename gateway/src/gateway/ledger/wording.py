"""The ledger in words a salesperson reads: events, and what services, workflows and jobs did about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

LONGEST = 500
LONGEST_VALUE = 120
MOST_FIELDS = 6

Names = Mapping[str, str]
"""Titles by id."""

SERVICES = {
    "contacts": "Contacts",
    "deals": "Deals",
    "activities": "Activities",
    "automation": "Workflows",
    "reporting": "History and reports",
    "organisation": "Organisation",
}
FIELDS = {
    "annual_revenue": "annual revenue",
    "closed_on": "close date",
    "expected_close_on": "expected close date",
    "opened_on": "opening date",
    "custom": "custom properties",
}
_REPR = re.compile(r"^\w+\((['\"])(?P<text>.*)\1,?\)$", re.DOTALL)


def service(name: str) -> str:
    """A service as people know it."""
    return SERVICES.get(name, name.capitalize())


def thing(noun: str, record: Mapping[str, Any] | None = None) -> str:
    """What kind of record it is: an activity is a call, a task, a note."""
    kind = (record or {}).get("kind") if noun == "activity" else None
    return {"run": "workflow run"}.get(noun, str(kind or noun).replace("_", " "))


def title(record: Mapping[str, Any] | None) -> str | None:
    """What a record is called."""
    for name in ("name", "subject", "title", "workflow_name"):
        value = (record or {}).get(name)
        if value:
            return _cut(str(value))
    return None


def named(noun: str, record: Mapping[str, Any] | None) -> str:
    """A record in a sentence: `the task “Ring back”`."""
    said = title(record)
    return f"the {thing(noun, record)} “{said}”" if said else f"a {thing(noun, record)}"


def fact(
    event: Mapping[str, Any], names: Names, *, doer: str | None = None, with_record: bool = False
) -> str:
    """What an event says, as a clause: `Ann moved the deal from Demo to Proposal`, or without a doer in the passive."""
    noun, _, rest = str(event["type"]).partition(".")
    noun = event.get("subjecttype") or noun
    data = event.get("data") or {}
    record = data.get("record") or {}
    if noun == "run" and not title(record):
        record = {**record, "name": names.get(str(record.get("workflow_id")))}
    subject = named(noun, record) if with_record or noun == "run" else f"the {thing(noun, record)}"
    words = _FACTS.get(rest.rpartition(".")[0])
    if words is None:
        return f"{subject}: {rest.rpartition('.')[0]}".replace("_", " ")
    active, passive = words(subject, data, names)
    return f"{doer} {active}" if doer and active else passive


def bare(event_type: str | None) -> str:
    """An event of which only the type is known: `call missed`."""
    return " ".join(
        (event_type or "a message").rpartition(".v")[0].replace(".", " ").replace("_", " ").split()
    ) or (event_type or "a message")


def sentence(clause: str) -> str:
    """A clause with a capital and a full stop."""
    text = clause.strip()
    text = text[:1].upper() + text[1:]
    return _cut(text if text.endswith((".", "…", "!", "?")) else f"{text}.", LONGEST)


def cause_of_failure(error: str | None) -> str:
    """An error as it was stored, without the wrapping of the program."""
    text = (error or "").strip()
    match = _REPR.match(text)
    return _cut((match["text"] if match else text).rstrip("."), 300)


def times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")


def number(count: int, one: str, many: str = "") -> str:
    """`1 event`, `2,800 events`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(words: list[str]) -> str:
    """`a, b and c`."""
    return " and ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)


Said = tuple[str, str]
"""What follows a doer (empty where nobody does it), and the whole clause without one."""


def _done(verb: str, participle: str = "") -> Callable[[str, Mapping[str, Any], Names], Said]:
    def said(subject: str, data: Mapping[str, Any], names: Names) -> Said:
        return f"{verb} {subject}", f"{subject} was {participle or verb}"

    return said


def _edited(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    changes: Mapping[str, Any] = data.get("changes") or {}
    if len(changes) == 1:
        ((name, pair),) = changes.items()
        field, (before, after) = (
            _field(name),
            pair if isinstance(pair, list) and len(pair) == 2 else (None, None),
        )
        if _is_empty(after):
            return f"cleared the {field} of {subject}", f"the {field} of {subject} was cleared"
        to = value(after, names)
        if _is_empty(before):
            return f"set the {field} of {subject} to {to}", f"the {field} of {subject} was set to {to}"
        both = f"from {value(before, names)} to {to}"
        return f"changed the {field} of {subject} {both}", f"the {field} of {subject} changed {both}"
    words = [_field(name) for name in list(changes)[:MOST_FIELDS]]
    if len(changes) > MOST_FIELDS:
        words.append(f"{len(changes) - MOST_FIELDS} more")
    what = f": {listed(words)}" if words else ""
    return f"edited {subject}{what}", f"{subject} was edited{what}"


def _moved(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    before, after = data.get("from_stage"), data.get("to_stage")
    way = f"{f'from {before} ' if before else ''}to {after}"
    return f"moved {subject} {way}", f"{subject} moved {way}"


def _won(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    amount = (data.get("record") or {}).get("amount")
    worth = f", worth {value(amount, names)}" if amount else ""
    return f"won {subject}{worth}", f"{subject} was won{worth}"


def _lost(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    why = f": {_cut(str(data['reason']))}" if data.get("reason") else ""
    return f"lost {subject}{why}", f"{subject} was lost{why}"


def _failed(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    why = f": {cause_of_failure(data['reason'])}" if data.get("reason") else ""
    return "", f"{subject} failed{why}"


def _enrolled(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    name = names.get(str(data.get("workflow_id")))
    which = f"the workflow “{name}”" if name else "a workflow"
    how = {"date": "by its date", "schedule": "by its schedule", "hand": "by hand"}.get(
        str(data.get("by")), ""
    )
    return "", f"{which} took {subject} up {how}".rstrip()


def _arr_moved(subject: str, data: Mapping[str, Any], names: Names) -> Said:
    way = f"from {value(data.get('arr_before'), names)} to {value(data.get('arr_after'), names)}"
    return (
        f"moved the annual revenue of {subject} {way}",
        f"the annual revenue of {subject} moved {way}",
    )


def _happened(text: str) -> Callable[[str, Mapping[str, Any], Names], Said]:
    """What nobody does: the text with the subject in braces."""
    return lambda subject, data, names: ("", text.format(subject))


_FACTS: Mapping[str, Callable[[str, Mapping[str, Any], Names], Said]] = {
    "created": _done("created"),
    "properties_changed": _edited,
    "deleted": _done("deleted"),
    "restored": _done("restored"),
    "stage_moved": _moved,
    "won": _won,
    "lost": _lost,
    "reopened": _done("reopened"),
    "completed": _done("completed"),
    "failed": _failed,
    "missed": lambda subject, data, names: ("", f"{subject} was missed"),
    "published": _done("switched on"),
    "disabled": _done("switched off"),
    "members_changed": lambda subject, data, names: (
        f"changed the members of {subject}",
        f"the members of {subject} changed",
    ),
    "enrolled": _enrolled,
    "stalled": _happened("{} has been quiet for too long"),
    "due": _happened("{} is due soon"),
    "adopted": _happened("{} was taken over from the converted lead"),
    "lifecycle_changed": _moved,
    "converted": _done("converted"),
    "approved": _done("approved"),
    "rejected": _done("rejected"),
    "recalled": _done("recalled"),
    "shared": _done("shared"),
    "unshared": lambda subject, data, names: (
        f"stopped sharing {subject}",
        f"{subject} is not shared any more",
    ),
    "arr_moved": _arr_moved,
    "renewed": _done("renewed"),
    "cancelled": _done("cancelled"),
    "renewal_opened": _happened("the renewal deal of {} was opened"),
    "renewal_due": _happened("the renewal of {} is due"),
    "review_due": _happened("the review of {} is due"),
    "lapsed": _happened("{} was neither renewed nor cancelled in time"),
    "anniversary": _happened("{} has run for another year"),
    "started": _done("started"),
    "ended": _happened("{} ended"),
}


def value(given: Any, names: Names) -> str:
    """A value as a person would write it."""
    if isinstance(given, Mapping):
        if "amount" in given and "currency" in given:
            return f"{_decimal(given['amount'])} {given['currency']}"
        return "new values"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, int):
        return f"{given:,}"
    if isinstance(given, list):
        return listed([value(one, names) for one in given[:MOST_FIELDS]])
    return _cut(names.get(str(given), str(given)))


def _decimal(text: Any) -> str:
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        return str(text)
    return f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,.2f}"


def _field(name: str) -> str:
    return FIELDS.get(name) or name.removesuffix("_ids").removesuffix("_id").replace("_", " ")


def _is_empty(given: Any) -> bool:
    return given is None or given in ("", [], {})


def _cut(text: str, longest: int = LONGEST_VALUE) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
