"""Whom a lead is given to: the owner of its account, else by territory, else somebody of a team, in a chosen order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from automation.domain.fact import Fact
from automation.domain.territory import Territory, Turn, following
from automation.usecases.counting_deals import workload
from chassis.filters.portable import unicode_lower
from chassis.reading import table_of
from chassis.sql import insert_if_absent
from chassis.tables import reference
from messages.automation import ACCOUNT_OWNER, ASSIGNING_ORDER, LEAST_BUSY, POOL, TEAM, TERRITORY

FEWEST = ", this is who has the fewest open deals"


@dataclass(frozen=True)
class Assignment:
    """Who gets it, None for nobody; and why, in words."""

    user_id: str | None
    reason: str


@dataclass(frozen=True)
class _Asked:
    """An assignment that is wanted: for which lead, and how the action chooses."""

    session: Session
    action: Mapping[str, Any]
    fact: Fact

    @property
    def workspace_id(self) -> str:
        return self.fact.workspace_id

    @property
    def is_by_load(self) -> bool:
        return self.action.get("by") == LEAST_BUSY


def assign(session: Session, action: Mapping[str, Any], fact: Fact) -> Assignment:
    """Decided once, when the workflow fires, the ways tried one after the other.

    Nobody who has left gets anything, nor whoever has as many open deals as the action's `capacity` allows.
    """
    asked = _Asked(session, action, fact)
    misses: list[str] = []
    for way in action.get("order") or ASSIGNING_ORDER:
        found = _WAYS[way](asked)
        if found.user_id is not None:
            return found
        misses.append(found.reason)
    *some, last = misses
    text = f"{', '.join(some)}, and {last}" if some else last
    return Assignment(None, f"{text[0].upper()}{text[1:]}.")


def _by_account_owner(asked: _Asked) -> Assignment:
    """The owner of the account with the lead's company or e-mail domain, if there is exactly one such account."""
    nobody = Assignment(None, "no account is known")
    company, email = asked.fact.record.get("company"), asked.fact.record.get("email") or ""
    known = []
    if company:
        known.append(unicode_lower(reference.c.label) == company.lower())
    if "@" in email:
        known.append(reference.c.data["domain"].as_string() == email.rpartition("@")[2].lower())
    if not known:
        return nobody
    rows = asked.session.execute(
        select(reference.c.label, reference.c.owner_id)
        .where(
            reference.c.workspace_id == asked.workspace_id,
            reference.c.type == "account",
            reference.c.state.is_distinct_from("deleted"),
            or_(*known),
        )
        .limit(2)
    ).all()
    if len(rows) != 1 or rows[0].owner_id is None or not _active(asked, [rows[0].owner_id]):
        return nobody
    if not _with_room(asked, [rows[0].owner_id]):
        return Assignment(None, f"the owner of the account {rows[0].label} has no room for more open deals")
    return Assignment(rows[0].owner_id, f"The account {rows[0].label} is known, and this is its owner.")


def _by_territory(asked: _Asked) -> Assignment:
    territories = asked.session.scalars(
        select(Territory)
        .where(Territory.workspace_id == asked.workspace_id, Territory.deleted_at.is_(None))
        .order_by(Territory.position, Territory.id)
    ).all()
    full = None
    for territory in territories:
        if not territory.holds(asked.fact):
            continue
        active = _active(asked, territory.user_ids)
        chosen = _chosen(asked, territory.id, active)
        if chosen is not None:
            return Assignment(
                chosen, f"The territory {territory.name} holds this lead{FEWEST if asked.is_by_load else ''}."
            )
        full = full or (territory.name if active else None)
    if full is not None:
        return Assignment(None, f"nobody in the territory {full} has room for more open deals")
    return Assignment(None, "no territory fits")


def _by_pool(asked: _Asked) -> Assignment:
    name = str(asked.action.get("pool") or "").removeprefix(TEAM)
    if not name:
        return Assignment(None, "no team takes turns")
    teams = asked.session.scalars(
        select(reference.c.data).where(
            reference.c.workspace_id == asked.workspace_id,
            reference.c.type == "team",
            unicode_lower(reference.c.label) == name.lower(),
        )
    ).all()
    if not teams:
        return Assignment(None, f"there is no team {name}")
    active = _active(asked, [user_id for team in teams for user_id in team.get("member_ids") or ()])
    if not active:
        return Assignment(None, f"nobody in the team {name} is active")
    chosen = _chosen(asked, f"{TEAM}{name.lower()}", active)
    if chosen is None:
        return Assignment(None, f"nobody in the team {name} has room for more open deals")
    if asked.is_by_load:
        return Assignment(chosen, f"Of the team {name}{FEWEST}.")
    return Assignment(chosen, f"The team {name} takes turns.")


_WAYS: Mapping[str, Callable[[_Asked], Assignment]] = {
    ACCOUNT_OWNER: _by_account_owner,
    TERRITORY: _by_territory,
    POOL: _by_pool,
}


def _active(asked: _Asked, user_ids: Sequence[str]) -> list[str]:
    """Those of these users who are here and have not left."""
    rows = asked.session.execute(
        select(reference.c.id, reference.c.data).where(
            reference.c.workspace_id == asked.workspace_id,
            reference.c.type == "user",
            reference.c.id.in_(list(user_ids)),
        )
    )
    return [row.id for row in rows if row.data.get("is_active") is not False]


def _with_room(asked: _Asked, user_ids: Sequence[str]) -> dict[str, int]:
    """Those of these users who may get more, with their open deals; without a `capacity` all of them."""
    capacity = asked.action.get("capacity")
    if capacity is None and not asked.is_by_load:
        return dict.fromkeys(user_ids, 0)
    loads = workload(asked.session, asked.workspace_id, user_ids)
    return {user_id: load for user_id, load in loads.items() if capacity is None or load < capacity}


def _chosen(asked: _Asked, pool: str, user_ids: Sequence[str]) -> str | None:
    """Whose turn it is, of those with room, or of those among them with the fewest open deals; None for nobody.

    One at a time for a pool, so that nobody has two turns in a row.
    """
    loads = _with_room(asked, user_ids)
    if not loads:
        return None
    if asked.is_by_load:
        fewest = min(loads.values())
        loads = {user_id: load for user_id, load in loads.items() if load == fewest}
    key = {"workspace_id": asked.workspace_id, "pool": pool[:140]}
    insert_if_absent(asked.session, table_of(Turn), [{**key, "user_id": None}])
    mine = [getattr(Turn, name) == value for name, value in key.items()]
    last = asked.session.scalar(select(Turn.user_id).where(*mine).with_for_update())
    chosen = following(list(loads), last)
    table = table_of(Turn)
    asked.session.execute(
        update(table).where(*(table.c[name] == value for name, value in key.items())).values(user_id=chosen)
    )
    return chosen
