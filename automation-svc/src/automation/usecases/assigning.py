"""Whom a lead is given to: the owner of its account, else by territory, else by turns among a team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from automation.domain.fact import Fact
from automation.domain.territory import Territory, Turn, following
from chassis.filters.portable import unicode_lower
from chassis.reading import table_of
from chassis.sql import insert_if_absent
from chassis.tables import reference
from messages.automation import TEAM


@dataclass(frozen=True)
class Assignment:
    """Who gets it, None for nobody; and why, in words."""

    user_id: str | None
    reason: str


def assign(session: Session, action: Mapping[str, Any], fact: Fact) -> Assignment:
    """Decided once, when the workflow fires. Nobody who has left gets anything."""
    owner = _account_owner(session, fact)
    if owner is not None:
        return owner
    for territory in _territories(session, fact.workspace_id):
        if territory.holds(fact):
            active = _active(session, fact.workspace_id, territory.user_ids)
            if active:
                chosen = _next(session, fact.workspace_id, territory.id, active)
                return Assignment(chosen, f"The territory {territory.name} holds this lead.")
    return _by_turns(session, fact, str(action.get("pool") or "").removeprefix(TEAM))


def _account_owner(session: Session, fact: Fact) -> Assignment | None:
    """The owner of the account with the lead's company or e-mail domain, if there is exactly one such account."""
    company, email = fact.record.get("company"), fact.record.get("email") or ""
    known = []
    if company:
        known.append(unicode_lower(reference.c.label) == company.lower())
    if "@" in email:
        known.append(reference.c.data["domain"].as_string() == email.rpartition("@")[2].lower())
    if not known:
        return None
    rows = session.execute(
        select(reference.c.label, reference.c.owner_id)
        .where(
            reference.c.workspace_id == fact.workspace_id,
            reference.c.type == "account",
            reference.c.state.is_distinct_from("deleted"),
            or_(*known),
        )
        .limit(2)
    ).all()
    if len(rows) != 1 or rows[0].owner_id is None:
        return None
    if not _active(session, fact.workspace_id, [rows[0].owner_id]):
        return None
    return Assignment(rows[0].owner_id, f"The account {rows[0].label} is known, and this is its owner.")


def _territories(session: Session, workspace_id: str) -> Sequence[Territory]:
    return session.scalars(
        select(Territory)
        .where(Territory.workspace_id == workspace_id, Territory.deleted_at.is_(None))
        .order_by(Territory.position, Territory.id)
    ).all()


def _by_turns(session: Session, fact: Fact, name: str) -> Assignment:
    if not name:
        return Assignment(None, "No account is known, no territory fits, and no team takes turns.")
    teams = session.scalars(
        select(reference.c.data).where(
            reference.c.workspace_id == fact.workspace_id,
            reference.c.type == "team",
            unicode_lower(reference.c.label) == name.lower(),
        )
    ).all()
    if not teams:
        return Assignment(None, f"No account is known, no territory fits, and there is no team {name}.")
    members = [user_id for team in teams for user_id in team.get("member_ids") or ()]
    active = _active(session, fact.workspace_id, members)
    if not active:
        return Assignment(
            None, f"No account is known, no territory fits, and nobody in the team {name} is active."
        )
    return Assignment(
        _next(session, fact.workspace_id, f"{TEAM}{name.lower()}", active), f"The team {name} takes turns."
    )


def _active(session: Session, workspace_id: str, user_ids: Sequence[str]) -> list[str]:
    """Those of these users who are here and have not left."""
    rows = session.execute(
        select(reference.c.id, reference.c.data).where(
            reference.c.workspace_id == workspace_id,
            reference.c.type == "user",
            reference.c.id.in_(list(user_ids)),
        )
    )
    return [row.id for row in rows if row.data.get("is_active") is not False]


def _next(session: Session, workspace_id: str, pool: str, user_ids: Sequence[str]) -> str:
    """Whose turn it is; one at a time for a pool, so that nobody has two turns in a row."""
    key = {"workspace_id": workspace_id, "pool": pool[:140]}
    insert_if_absent(session, table_of(Turn), [{**key, "user_id": None}])
    mine = [getattr(Turn, name) == value for name, value in key.items()]
    last = session.scalar(select(Turn.user_id).where(*mine).with_for_update())
    chosen = following(user_ids, last)
    table = table_of(Turn)
    session.execute(
        update(table).where(*(table.c[name] == value for name, value in key.items())).values(user_id=chosen)
    )
    return chosen
