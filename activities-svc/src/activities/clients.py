"""What activities-svc asks of others, by name."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.clients import Asker

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
