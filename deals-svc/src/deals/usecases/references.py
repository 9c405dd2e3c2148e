"""What a deal may point to: the menu's questions to other services before a transaction opens."""

from __future__ import annotations

from typing import Any

from chassis.access import PARTNER
from chassis.clients import Asker
from chassis.errors import FieldError
from deals.clients import read_of
from deals.domain.errors import ReferenceUnknown

LINKS = {"account_id": "account", "contact_id": "contact", "lead_id": "lead"}


def references_exist(asker: Asker, arguments: dict[str, Any]) -> dict[str, Any]:
    """Refuse ids of accounts, contacts and leads that neither the local copies nor their owner know.

    For a partner their owner is always asked: it knows what the partner may see.
    """
    values = arguments.get("changes", arguments)
    errors: list[FieldError] = []
    for name, kind in LINKS.items():
        wanted = values.get(name)
        is_known = asker.ctx.role != PARTNER and bool(wanted) and asker.knows(kind, wanted)
        if wanted and not is_known and not read_of(asker, kind, wanted):
            pointer = f"/changes/{name}" if "changes" in arguments else f"/{name}"
            message = f"There is no {kind} with the id {wanted}."
            errors.append({"pointer": pointer, "code": "unknown_reference", "message": message})
    if errors:
        raise ReferenceUnknown(errors[0]["message"], errors=errors)
    return {}
