"""The organisation's rules, through its operations: who may give what, who stays, how teams hang together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from gateway_builders import AnOrganisation
from sqlalchemy import func, select, update

from chassis import clock, codec, guard, ids
from chassis.errors import AppError, Conflict, Forbidden, Invalid
from chassis.tables import outbox
from gateway import credentials
from gateway.housekeeping import tidy
from gateway.organisation.domain.errors import (
    EmailTaken,
    GrantsTooMuch,
    LastAdministrator,
    LinkNotValid,
    TeamUnderItself,
    UserNotActive,
)
from gateway.organisation.domain.sign_in import BrowserSession


@pytest.fixture
def org() -> AnOrganisation:
    return AnOrganisation()


def told(org: AnOrganisation, subject_id: str) -> list[dict[str, Any]]:
    with org.runtime.database.reading() as session:
        payloads = session.scalars(
            select(outbox.c.payload).where(outbox.c.subject_id == subject_id).order_by("seq")
        )
        return [codec.loads(payload) for payload in payloads]


def link_for(org: AnOrganisation, user_id: str | None = None) -> str:
    link_id = ids.new("link")
    token_hash = credentials.sha256(credentials.new_token())
    org.do("create_sign_in_link", link_id=link_id, token_hash=token_hash, user_id=user_id)
    return link_id


def start_session(org: AnOrganisation, link_id: str) -> Any:
    token_hash = credentials.sha256(credentials.new_token())
    return org.do("start_session", link_id=link_id, session_id=ids.new("session"), token_hash=token_hash)


# --- people ---


def test_an_address_belongs_to_one_person(org: AnOrganisation) -> None:
    ada = org.a_user(email="Ada@Example.com")
    assert ada["email"] == "ada@example.com"
    with pytest.raises(EmailTaken):
        org.a_user("Other", email="ada@example.COM")
    with pytest.raises(EmailTaken):
        org.do(
            "update_user", user_id=org.admin["id"], expected_version=1, changes={"email": "ada@example.com"}
        )
    org.do(
        "update_user",
        user_id=ada["id"],
        expected_version=1,
        changes={"email": "ada@example.com", "name": "A."},
    )


@pytest.mark.parametrize("changes", [{"role": "rep"}, {"is_active": False}])
def test_the_last_administrator_stays(org: AnOrganisation, changes: dict[str, Any]) -> None:
    arguments = {"user_id": org.admin["id"], "expected_version": 1, "changes": changes}
    with pytest.raises(LastAdministrator):
        org.do("update_user", **arguments)
    org.a_user(role="admin")
    assert org.do("update_user", **arguments)["version"] == 2


def test_nobody_grants_what_they_lack(org: AnOrganisation) -> None:
    integration = org.as_role("integration")
    row = {"external_id": "x1", "name": "X", "role": "admin"}
    arguments: dict[str, Any] = {"job_id": ids.new("job"), "first_row": 1, "rows": [row]}
    outcome = org.do_as(integration, "import_users", **arguments)["outcomes"][0]
    assert (outcome["action"], outcome["errors"][0]["code"]) == ("failed", GrantsTooMuch.code)


def test_only_administrators_add_people(org: AnOrganisation) -> None:
    for role in ("manager", "rep", "support", "read_only", "integration"):
        with pytest.raises(Forbidden):
            org.do_as(org.as_role(role), "create_user", name="X")


def test_a_role_nobody_knows_is_refused(org: AnOrganisation) -> None:
    with pytest.raises(Invalid):
        org.a_user(role="god")


# --- teams ---


def test_a_team_is_never_under_itself(org: AnOrganisation) -> None:
    top = org.do("create_team", name="Top")
    middle = org.do("create_team", name="Middle", parent_id=top["id"])
    low = org.do("create_team", name="Low", parent_id=middle["id"])
    for parent in (low, middle, top):
        with pytest.raises(TeamUnderItself):
            org.do("update_team", team_id=top["id"], expected_version=1, changes={"parent_id": parent["id"]})


def test_members_and_their_teams_change_together_and_tell_it(org: AnOrganisation) -> None:
    ada, bob = org.a_user("Ada"), org.a_user("Bob")
    team = org.do("create_team", name="East", member_ids=[ada["id"]])
    assert org.do("get_user", user_id=ada["id"])["team_ids"] == [team["id"]]
    org.do("update_team", team_id=team["id"], expected_version=1, changes={"member_ids": [bob["id"]]})
    assert org.do("get_user", user_id=ada["id"])["team_ids"] == []
    assert org.do("get_user", user_id=bob["id"])["team_ids"] == [team["id"]]
    events = told(org, team["id"])
    assert [event["type"] for event in events][-1] == "team.members_changed.v1"
    assert events[-1]["data"]["member_ids"] == [bob["id"]]
    assert told(org, bob["id"])[-1]["data"]["changes"] == {"team_ids": [[], [team["id"]]]}


def test_a_team_names_people_and_teams_that_exist(org: AnOrganisation) -> None:
    nobody, nothing = ids.new("user"), ids.new("team")
    for values in ({"member_ids": [nobody]}, {"manager_id": nobody}, {"parent_id": nothing}):
        with pytest.raises(Invalid):
            org.do("create_team", name="X", **values)


# --- imports ---


def test_an_import_of_people_and_teams_repeats_without_effect(org: AnOrganisation) -> None:
    people = [{"external_id": name, "name": name} for name in ("ann", "ben", "cleo")]
    teams = [
        {"external_id": "region", "name": "Region"},
        {
            "external_id": "office",
            "name": "Office",
            "parent": "region",
            "manager": "cleo",
            "members": ["ann", "ben"],
        },
    ]

    def run() -> list[str]:
        job: dict[str, Any] = {"job_id": ids.new("job"), "first_row": 1}
        found = [*org.do("import_users", **job, rows=people)["outcomes"]]
        found += org.do("import_teams", **job, rows=teams)["outcomes"]
        return [outcome["action"] for outcome in found]

    assert run() == ["created"] * 5
    assert run() == ["unchanged"] * 5
    office = org.do("list_teams", filter='external_id = "office"')["data"][0]
    ann = org.do("list_users", filter='external_id = "ann"')["data"][0]
    assert ann["team_ids"] == [office["id"]]
    assert len(office["member_ids"]) == 2
    teams[1]["members"] = ["ann"]
    assert run()[-1] == "updated"


def test_a_dry_run_leaves_nothing(org: AnOrganisation) -> None:
    people = [{"external_id": "ann", "name": "Ann"}]
    teams = [{"external_id": "t", "name": "T", "members": ["ann"]}]
    job: dict[str, Any] = {"job_id": ids.new("job"), "first_row": 1, "is_dry_run": True}
    assert org.do("import_users", **job, rows=people)["outcomes"][0]["action"] == "created"
    assert org.do("import_teams", **job, rows=teams)["outcomes"][0]["action"] == "created"
    assert org.do("list_users", count=True)["total"] == 1
    assert org.do("list_teams", count=True)["total"] == 0


def test_an_import_names_what_it_cannot_find(org: AnOrganisation) -> None:
    teams = [{"external_id": "t", "name": "T", "members": ["nobody"]}]
    outcome = org.do("import_teams", job_id=ids.new("job"), first_row=1, rows=teams)["outcomes"][0]
    assert (outcome["action"], outcome["errors"][0]["pointer"]) == ("failed", "/members/0")


# --- keys and signing in ---


def test_a_key_never_shows_its_secret_and_acts_for_its_maker(org: AnOrganisation) -> None:
    made = org.do("create_key", key_id=ids.new("key"), name="k", role="rep", secret_hash="0" * 64)
    assert made["user_id"] == org.admin["id"]
    assert "secret_hash" not in made
    assert "0" * 64 not in str(told(org, made["id"]))


def test_a_link_is_spent_once(org: AnOrganisation) -> None:
    link_id = link_for(org)
    assert start_session(org, link_id)["user_id"] == org.admin["id"]
    with pytest.raises(LinkNotValid):
        start_session(org, link_id)


def test_those_who_left_get_no_link_and_their_links_die(org: AnOrganisation) -> None:
    ada = org.a_user()
    link_id = link_for(org, ada["id"])
    org.do("update_user", user_id=ada["id"], expected_version=1, changes={"is_active": False})
    with pytest.raises(UserNotActive):
        link_for(org, ada["id"])
    with pytest.raises(LinkNotValid):
        start_session(org, link_id)


def test_sessions_that_are_over_are_forgotten(org: AnOrganisation) -> None:
    start_session(org, link_for(org))
    count = select(func.count()).select_from(BrowserSession).execution_options(**guard.ACROSS)

    def sessions() -> int | None:
        with org.runtime.database.reading() as session:
            return session.scalar(count)

    tidy(org.runtime.database)
    assert sessions() == 1
    long_ago = clock.now() - timedelta(hours=1)
    change = update(BrowserSession).values(seen_at=long_ago).execution_options(**guard.ACROSS)
    org.runtime.database.transact(lambda session: session.execute(change))
    tidy(org.runtime.database)
    assert sessions() == 0


def test_the_same_id_twice_is_a_conflict(org: AnOrganisation) -> None:
    user_id = ids.new("user")
    org.a_user(user_id=user_id)
    with pytest.raises(Conflict):
        org.a_user("Other", user_id=user_id)


def test_every_refusal_has_a_code_of_its_own() -> None:
    codes = [
        error.code for error in (EmailTaken, GrantsTooMuch, LastAdministrator, TeamUnderItself, UserNotActive)
    ]
    assert len(set(codes)) == len(codes)
    assert all(issubclass(error, AppError) for error in (EmailTaken, LinkNotValid))
