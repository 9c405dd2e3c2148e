"""What an activity may be about: the menu's questions to other services before a transaction opens."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from activities.clients import READS, missing_of
from activities.domain.errors import ReferenceUnknown
from chassis import ids
from chassis.clients import Asker
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
