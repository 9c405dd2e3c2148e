"""The people that planned notifications concern, out of the local copies: two statements a batch at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from automation.domain.actions import NOTIFY
from automation.domain.fact import Fact
from automation.domain.people import People, Team
from automation.domain.workflow import Workflow
from chassis.tables import reference
from messages.automation import ADMINS, MANAGER, TEAM


def read_people(session: Session, begun: Iterable[tuple[Workflow, Fact]]) -> Mapping[str, People]:
    """By workspace; those where nobody is to be notified have none."""
    wanted: dict[str, set[str]] = defaultdict(set)
    with_teams: set[str] = set()
    with_admins: set[str] = set()
    named_teams: dict[str, set[str]] = defaultdict(set)
    for workflow, fact in begun:
        for action in workflow.actions:
            if action["type"] == NOTIFY:
                to = action.get("to") or ()
                wanted[fact.workspace_id].update(one for one in (*to, fact.owner_id, fact.doer) if one)
                teams_named = {one.removeprefix(TEAM) for one in to if one.startswith(TEAM)}
                named_teams[fact.workspace_id] |= {name.casefold() for name in teams_named}
                if ADMINS in to:
                    with_admins.add(fact.workspace_id)
                if MANAGER in to or teams_named:
                    with_teams.add(fact.workspace_id)
    if not wanted:
        return {}
    teams: dict[str, list[Team]] = defaultdict(list)
    for row in _copies(session, with_teams, "team"):
        members = frozenset(row.data.get("member_ids") or ())
        team = Team(row.data.get("manager_id"), members, row.label)
        teams[row.workspace_id].append(team)
        if team.manager_id:
            wanted[row.workspace_id].add(team.manager_id)
        if team.name.casefold() in named_teams[row.workspace_id]:
            wanted[row.workspace_id].update(members)
    admins: dict[str, set[str]] = defaultdict(set)
    for row in _copies(session, with_admins, "user"):
        if row.data.get("role") == "admin":
            admins[row.workspace_id].add(row.id)
            wanted[row.workspace_id].add(row.id)
    names: dict[str, dict[str, str]] = defaultdict(dict)
    inactive: dict[str, set[str]] = defaultdict(set)
    for row in _copies(session, wanted, "user", set().union(*wanted.values())):
        names[row.workspace_id][row.id] = row.label
        if row.data.get("is_active") is False:
            inactive[row.workspace_id].add(row.id)
    return {
        workspace_id: People(
            names[workspace_id],
            frozenset(inactive[workspace_id]),
            teams[workspace_id],
            frozenset(admins[workspace_id]),
        )
        for workspace_id in wanted
    }


def _copies(
    session: Session, workspaces: Iterable[str], kind: str, record_ids: Iterable[str] | None = None
) -> Iterable[Any]:
    within = list(workspaces)
    if not within:
        return ()
    statement = select(reference.c.workspace_id, reference.c.id, reference.c.label, reference.c.data).where(
        reference.c.workspace_id.in_(within), reference.c.type == kind
    )
    if record_ids is not None:
        statement = statement.where(reference.c.id.in_(list(record_ids)))
    return session.execute(statement)
