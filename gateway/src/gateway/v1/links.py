"""Expanding links: one batch read per service and page puts `account` beside `account_id`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.errors import AppError, Malformed
from gateway import http

AT_ONCE = 200


@dataclass(frozen=True)
class Link:
    """How a field leads to a record of some service.

    With `within`, the linked record is itself only the way: the value is the entry of its list `within[0]` whose id
    stands in the field `within[1]`.
    """

    field: str
    service: str
    operation: str
    within: tuple[str, str] | None = None


class UnknownLink(Malformed):
    code = "unknown_link"
    message = "{name} cannot be expanded here; allowed: {allowed}."


OWNER = Link("owner_id", "organisation", "read_users")
TEAM = Link("team_id", "organisation", "read_teams")
ACCOUNT = Link("account_id", "contacts", "read_accounts")
CONTACT = Link("contact_id", "contacts", "read_contacts")
LEAD = Link("lead_id", "contacts", "read_leads")


def chosen(names: Iterable[str], links: Mapping[str, Link]) -> dict[str, Link]:
    """The links of these names; raises `UnknownLink`."""
    found: dict[str, Link] = {}
    for name in names:
        if name not in links:
            raise UnknownLink(name=name[:80], allowed=", ".join(links) or "nothing")
        found[name] = links[name]
    return found


def expand(records: Sequence[dict[str, Any]], links: Mapping[str, Link]) -> list[dict[str, str]]:
    """Put the linked records into `records`; returns a warning for each service that did not answer.

    What the caller may not see, and what is gone, is null.
    """
    warnings: list[dict[str, str]] = []
    known: dict[tuple[str, str], dict[str, Any]] = {}
    for source in dict.fromkeys((link.service, link.operation) for link in links.values()):
        wanted = {
            record[link.field]
            for link in links.values()
            if (link.service, link.operation) == source
            for record in records
            if record.get(link.field)
        }
        try:
            known[source] = _read(source, sorted(wanted))
        except AppError as error:
            if error.kind not in ("unavailable", "timeout"):
                raise
            known[source] = {}
            warnings.append({"service": source[0], "code": error.code})
    for name, link in links.items():
        for record in records:
            record[name] = _value(link, record, known[(link.service, link.operation)])
    return warnings


def _read(source: tuple[str, str], record_ids: list[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start in range(0, len(record_ids), AT_ONCE):
        answer = http.call(*source, {"ids": record_ids[start : start + AT_ONCE]})
        found.update({record["id"]: record for record in answer["data"]})
    return found


def _value(link: Link, record: Mapping[str, Any], known: Mapping[str, Any]) -> Any:
    linked = known.get(record.get(link.field) or "")
    if linked is None or link.within is None:
        return linked
    entries, field = link.within
    return next((entry for entry in linked[entries] if entry["id"] == record.get(field)), None)
