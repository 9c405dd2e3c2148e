"""Assignment: the account's owner, else the territory, else by turns; and in words why, also when nobody is found."""

from __future__ import annotations

from typing import Any

import pytest
from automation_builders import TEN, a_runtime, an_event, hear, run, with_recipes
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.territory import following
from chassis import ids
from chassis.errors import AppError
from chassis.operation import Runtime

ANN, BOB, CYD, DAN = (ids.derive("user", TEN, name) for name in ("Ann", "Bob", "Cyd", "Dan"))
TEAM = ids.derive("team", TEN, "Sales")
GERMAN = {"country": "DE", "industry": "manufacturing", "employee_count": 300}


@pytest.fixture
def runtime() -> Runtime:
    runtime = with_recipes(a_runtime())
    people = {"Ann": ANN, "Bob": BOB, "Cyd": CYD, "Dan": DAN}
    hear(runtime, *(an_event("user.created.v1", {"id": one, "name": name}) for name, one in people.items()))
    return runtime


def a_team(runtime: Runtime, *members: str, name: str = "sales") -> None:
    hear(runtime, an_event("team.created.v1", {"id": TEAM, "name": name, "member_ids": list(members)}))


def a_territory(runtime: Runtime, **values: Any) -> dict[str, Any]:
    usual = {"name": "Industry", "filter": 'country = "DE" AND employee_count < 500', "user_ids": [CYD]}
    made: dict[str, Any] = run(runtime, "create_territory", **{**usual, **values})
    return made


def assigned(runtime: Runtime, **lead: Any) -> tuple[str | None, str]:
    """Who gets a new lead, and why."""
    event = an_event("lead.created.v1", {"id": ids.new("lead"), "last_name": "Berg", **lead})
    hear(runtime, event)
    (found,) = run(runtime, "list_runs", filter=f'record_id = "{event.subject_id}"')["data"]
    (step,) = found["steps"]
    return step["input"].get("owner_id"), step["reason"]


def an_account(runtime: Runtime, name: str, owner: str | None, **values: Any) -> None:
    record = {"id": ids.new("account"), "name": name, "owner_id": owner, **values}
    hear(runtime, an_event("account.created.v1", record))


def test_the_owner_of_the_account_comes_first(runtime: Runtime) -> None:
    an_account(runtime, "Acme", ANN, domain="acme.example")
    a_territory(runtime)
    a_team(runtime, BOB)
    why = "The account Acme is known, and this is its owner."
    assert assigned(runtime, company="ACME", **GERMAN) == (ANN, why)
    assert assigned(runtime, email="bea@acme.example", **GERMAN) == (ANN, why)
    assert assigned(runtime, company="Acme Industries", **GERMAN)[0] == CYD


def test_two_accounts_of_that_name_are_nobodys(runtime: Runtime) -> None:
    an_account(runtime, "Acme", ANN)
    an_account(runtime, "acme", DAN)
    a_team(runtime, BOB)
    assert assigned(runtime, company="Acme")[0] == BOB


def test_the_first_territory_that_fits(runtime: Runtime) -> None:
    a_territory(runtime, name="Everywhere", filter="employee_count > 0", user_ids=[DAN], position=200)
    a_territory(runtime, position=10)
    assert assigned(runtime, **GERMAN) == (CYD, "The territory Industry holds this lead.")
    assert assigned(runtime, **{**GERMAN, "employee_count": 500})[0] == DAN
    assert assigned(runtime)[1] == "No account is known, no territory fits, and there is no team Sales."


def test_turns_are_taken(runtime: Runtime) -> None:
    a_team(runtime, ANN, BOB, CYD)
    got = [assigned(runtime)[0] for _ in range(7)]
    assert got == [*sorted([ANN, BOB, CYD]) * 2, sorted([ANN, BOB, CYD])[0]]


def test_who_has_left_gets_nothing(runtime: Runtime) -> None:
    an_account(runtime, "Acme", ANN)
    a_team(runtime, ANN, BOB)
    hear(runtime, an_event("user.properties_changed.v1", {"id": ANN, "name": "Ann", "is_active": False}))
    assert [assigned(runtime, company="Acme")[0] for _ in range(3)] == [BOB] * 3
    hear(runtime, an_event("user.properties_changed.v1", {"id": BOB, "name": "Bob", "is_active": False}))
    nobody = "No account is known, no territory fits, and nobody in the team Sales is active."
    assert assigned(runtime) == (None, nobody)


def test_a_lead_with_an_owner_is_nobody_elses(runtime: Runtime) -> None:
    a_team(runtime, BOB)
    event = an_event("lead.created.v1", {"id": ids.new("lead"), "last_name": "Berg", "owner_id": ANN})
    hear(runtime, event)
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "lead_assignment"')["data"]
    assert run(runtime, "list_runs", filter=f'workflow_id = "{recipe["id"]}"')["data"] == []


@given(st.sets(st.text("abcdef", min_size=1), min_size=1), st.none() | st.text("abcdef", min_size=1))
def test_everybody_has_a_turn_before_anybody_has_two(pool: set[str], last: str | None) -> None:
    had = []
    for _ in pool:
        last = following(list(pool), last)
        had.append(last)
    assert sorted(had) == sorted(pool)


@pytest.mark.parametrize(
    ("values", "kind"),
    [({"filter": "colour = 1"}, "malformed"), ({"filter": ""}, "invalid"), ({"user_ids": ["x"]}, "invalid")],
)
def test_a_territory_that_means_nothing_is_refused(
    runtime: Runtime, values: dict[str, Any], kind: str
) -> None:
    with pytest.raises(AppError) as refused:
        a_territory(runtime, **values)
    assert refused.value.kind == kind
    made = a_territory(runtime)
    with pytest.raises(AppError):
        run(runtime, "update_territory", territory_id=made["id"], expected_version=1, changes=values)


def test_who_takes_turns_is_a_team(runtime: Runtime) -> None:
    trigger = {"event": "lead.created.v1"}
    for pool in ("Sales", "team:"):
        with pytest.raises(AppError) as refused:
            actions = [{"type": "assign_owner", "pool": pool}]
            run(runtime, "create_workflow", name="x", trigger=trigger, actions=actions)
        assert refused.value.code == "automation.pool_unknown"
    with pytest.raises(AppError) as refused:
        actions = [{"type": "assign_owner", "pool": "team:Sales"}]
        run(runtime, "create_workflow", name="x", trigger={"event": "deal.won.v1"}, actions=actions)
    assert refused.value.code == "automation.action_unfit"
