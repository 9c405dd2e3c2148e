"""What an activity may be about: the menu's questions to other services before a transaction opens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from activities.clients import PEOPLE, READS, missing_of, people_by_email
from activities.domain.errors import ReferenceUnknown
from chassis import ids
from chassis.clients import AT_ONCE, Asker, portions
from chassis.errors import FieldError


def references_exist(asker: Asker, arguments: dict[str, Any]) -> dict[str, Any]:
    """Refuse records that neither the local copies nor their owner know; other kinds are taken as they are."""
    values = arguments.get("changes", arguments)
    unknown: dict[str, list[str]] = defaultdict(list)
    for record_id in values.get("record_ids") or ():
        kind = ids.prefix_of(record_id)
        if kind in READS and not asker.knows(kind, record_id):
            unknown[kind].append(record_id)
    pointer = "/changes/record_ids" if "changes" in arguments else "/record_ids"
    errors: list[FieldError] = [
        {
            "pointer": pointer,
            "code": "unknown_reference",
            "message": f"There is no {kind} with the id {missing}.",
        }
        for kind, wanted in unknown.items()
        for missing in missing_of(asker, kind, wanted)
    ]
    if errors:
        raise ReferenceUnknown(errors[0]["message"], errors=errors)
    return {}


def records_unknown(asker: Asker, arguments: dict[str, Any]) -> dict[str, Any]:
    """Of all that the rows of an import are about: `unknown`, what neither the local copies nor its owner know.

    In a dry run nobody is asked: what a row is about may be one that the import itself would have made by now.
    """
    named: dict[str, set[str]] = defaultdict(set)
    for row in arguments["rows"] if not arguments["is_dry_run"] else ():
        record_ids = row.get("record_ids") if isinstance(row, Mapping) else None
        for record_id in record_ids if isinstance(record_ids, list) else ():
            if isinstance(record_id, str) and ids.prefix_of(record_id) in READS:
                named[ids.prefix_of(record_id)].add(record_id)
    return {"unknown": _unknown(asker, named)}


def people_of(asker: Asker, arguments: dict[str, Any]) -> dict[str, Any]:
    """Of all the people that signals name: `unknown`, whom nobody has, and `by_email`, who has which address.

    An address that several people have is nobody's.
    """
    named: dict[str, set[str]] = defaultdict(set)
    emails: set[str] = set()
    for sent in arguments["signals"]:
        record_id = sent.get("record_id") if isinstance(sent, Mapping) else None
        email = sent.get("email") if isinstance(sent, Mapping) else None
        if isinstance(record_id, str) and ids.is_id(record_id):
            named[ids.prefix_of(record_id)].add(record_id)
        elif isinstance(email, str) and email:
            emails.add(email.strip().lower())
    named = {kind: wanted for kind, wanted in named.items() if kind in PEOPLE}
    return {"unknown": _unknown(asker, named), "by_email": people_by_email(asker, sorted(emails))}


def _unknown(asker: Asker, named: Mapping[str, set[str]]) -> frozenset[str]:
    """Of records by their kind: those that neither the local copies nor their owner know."""
    unknown: set[str] = set()
    for kind, wanted in named.items():
        for some in portions(sorted(asker.unknown(kind, wanted)), AT_ONCE):
            unknown.update(missing_of(asker, kind, some))
    return frozenset(unknown)


def unknown_record(record_id: str, pointer: str) -> ReferenceUnknown:
    """What a row is told that names a record nobody has."""
    message = ReferenceUnknown.message.format(what=ids.prefix_of(record_id), id=record_id)
    return ReferenceUnknown(
        message, errors=[{"pointer": pointer, "code": ReferenceUnknown.code, "message": message}]
    )
