"""What activities-svc asks of others, by name."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.clients import Asker, portions
from chassis.filters.values import literal

READS = {
    "account": ("contacts", "read_accounts"),
    "contact": ("contacts", "read_contacts"),
    "lead": ("contacts", "read_leads"),
    "deal": ("deals", "read_deals"),
}


def missing_of(asker: Asker, kind: str, record_ids: Sequence[str]) -> list[str]:
    """Those of `record_ids` that the owner of this kind does not have."""
    service, operation = READS[kind]
    answer = asker.call(service, operation, ids=list(record_ids))
    return list(answer["missing"])


# A contact comes before the lead that it was.
PEOPLE = ("lead", "contact")
EMAILS_AT_ONCE = 50


def people_by_email(asker: Asker, emails: Sequence[str]) -> dict[str, str]:
    """The one contact or lead that has each of these addresses; one that several contacts have is nobody's."""
    found: dict[str, str] = {}
    for kind in PEOPLE:
        for some in portions(emails, EMAILS_AT_ONCE):
            condition = f"email IN ({', '.join(literal(email) for email in some)})"
            page = asker.call("contacts", f"list_{kind}s", filter=condition, limit=200)
            by_address: dict[str, list[str]] = {}
            for person in page["data"]:
                by_address.setdefault(person["email"].lower(), []).append(person["id"])
            found |= {email: people[0] for email, people in by_address.items() if len(people) == 1}
    return found
