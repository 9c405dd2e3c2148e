"""What a deal may point to: the menu's questions to other services before a transaction opens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from chassis.access import PARTNER
from chassis.clients import AT_ONCE, Asker, portions
from chassis.errors import FieldError
from chassis.reading import visible
from chassis.record import Record
from chassis.unit_of_work import UnitOfWork
from deals.clients import missing_of, read_of
from deals.domain.deal import Deal
from deals.domain.errors import ReferenceUnknown
from deals.domain.product import Product

LINKS = {"account_id": "account", "contact_id": "contact", "lead_id": "lead"}
OWN: Mapping[str, type[Record]] = {"deal_id": Deal, "product_id": Product}


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


def links_unknown(asker: Asker, arguments: dict[str, Any]) -> dict[str, Any]:
    """Of all that the rows of an import point to: `unknown`, by field, what neither the copies nor its owner know.

    In a dry run nobody is asked: what a row points to may be one that the import itself would have made by now.
    """
    unknown: dict[str, frozenset[str]] = {}
    if arguments["is_dry_run"]:
        return {"unknown": unknown}
    for name, kind in LINKS.items():
        named = (row.get(name) for row in arguments["rows"] if isinstance(row, Mapping))
        wanted = asker.unknown(kind, {value for value in named if isinstance(value, str) and value})
        unknown[name] = frozenset(
            missing for some in portions(sorted(wanted), AT_ONCE) for missing in missing_of(asker, kind, some)
        )
    return {"unknown": unknown}


def unknown_record(field: str, record_id: str) -> ReferenceUnknown:
    """What a row is told that points to a record nobody has."""
    message = f"There is no {LINKS[field]} with the id {record_id}."
    return ReferenceUnknown(
        message, errors=[{"pointer": f"/{field}", "code": "unknown_reference", "message": message}]
    )


def require_own(uow: UnitOfWork, values: Mapping[str, Any], at: str) -> None:
    """Refuse ids of deals and products that are not here or deleted; `at` is where the input names them."""
    for name, cls in OWN.items():
        wanted = values.get(name)
        if (
            wanted
            and uow.session.scalar(select(cls.id).where(*visible(cls, uow.ctx), cls.id == wanted)) is None
        ):
            message = f"There is no {cls.noun} with the id {wanted}."
            raise ReferenceUnknown(
                message, errors=[{"pointer": f"{at}/{name}", "code": "unknown_reference", "message": message}]
            )
