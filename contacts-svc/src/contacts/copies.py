"""What contacts-svc keeps of others, fed by events: users and teams by name, deals and activities as figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from chassis import clock, ids
from chassis.copies import remember
from chassis.envelope import Event
from chassis.reading import table_of
from chassis.sql import upsert
from contacts.domain.figures import AccountDeal, LastActivity

USER_EVENTS = ("user.created.v1", "user.properties_changed.v1")
TEAM_EVENTS = ("team.created.v1", "team.properties_changed.v1", "team.members_changed.v1")
DEAL_EVENTS = (
    "deal.created.v1",
    "deal.properties_changed.v1",
    "deal.stage_moved.v1",
    "deal.won.v1",
    "deal.lost.v1",
    "deal.reopened.v1",
    "deal.deleted.v1",
    "deal.restored.v1",
)
ACTIVITY_EVENTS = ("activity.created.v1",)
OURS = ("account", "contact", "lead")

remember_users = remember(keep=("email", "team_ids"))
remember_teams = remember(keep=("parent_id", "manager_id", "member_ids"))


def remember_deals(session: Session, events: Sequence[Event]) -> None:
    """Keep whose each deal is and whether it is open, as its newest event says."""
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        key = (event.workspace_id, event.subject_id)
        if key in newest and newest[key]["sequence"] >= event.sequence:
            continue
        is_here = not event.type.startswith("deal.deleted.")
        newest[key] = {
            "workspace_id": event.workspace_id,
            "deal_id": event.subject_id,
            "account_id": event.record.get("account_id") if is_here else None,
            "is_open": event.record.get("status") == "open" and is_here,
            "sequence": event.sequence,
        }
    upsert(session, table_of(AccountDeal), list(newest.values()), newer="sequence")


def remember_activities(session: Session, events: Sequence[Event]) -> None:
    """Keep when something last happened on each record. What is planned for later happened when it was planned."""
    latest: dict[tuple[str, str], dict[str, Any]] = {}
    for event in events:
        occurred = event.record.get("occurred_at")
        if occurred is None:
            continue
        at = min(clock.from_text(occurred), event.time)
        for record_id in event.record.get("record_ids") or ():
            key = (event.workspace_id, record_id)
            if ids.prefix_of(record_id) in OURS and (key not in latest or latest[key]["at"] < at):
                latest[key] = {"workspace_id": event.workspace_id, "record_id": record_id, "at": at}
    upsert(session, table_of(LastActivity), list(latest.values()), newer="at")
