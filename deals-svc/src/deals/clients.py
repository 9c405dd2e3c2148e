"""What deals-svc asks of others, by name."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.clients import Asker

READS = {"account": "read_accounts", "contact": "read_contacts", "lead": "read_leads"}


def read_of(asker: Asker, kind: str, record_id: str) -> bool:
    """Whether contacts-svc has this record."""
    return bool(asker.call("contacts", READS[kind], ids=[record_id])["data"])


def missing_of(asker: Asker, kind: str, record_ids: Sequence[str]) -> list[str]:
    """Those of `record_ids` that contacts-svc does not have."""
    return list(asker.call("contacts", READS[kind], ids=list(record_ids))["missing"])
