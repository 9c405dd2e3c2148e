"""Local copies of what activities are about: titles and owners to show, the account of a deal for its timeline."""

from __future__ import annotations

from chassis.copies import remember

RECORDS = ("account", "contact", "lead", "deal")
RECORD_EVENTS = tuple(
    f"{noun}.{fact}.v1"
    for noun in RECORDS
    for fact in ("created", "properties_changed", "deleted", "restored")
)
DEAL_FACTS = ("deal.stage_moved.v1", "deal.won.v1", "deal.lost.v1", "deal.reopened.v1", "deal.stalled.v1")
LEAD_FACTS = ("lead.lifecycle_changed.v1", "lead.converted.v1")
USER_EVENTS = ("user.created.v1", "user.properties_changed.v1")

remember_records = remember(keep=("account_id",))
remember_users = remember(keep=("email",))
