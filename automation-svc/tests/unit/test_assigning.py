"""Assignment: the account's owner, else the territory, else by turns; and in words why, also when nobody is found."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from automation_builders import (
    PIPELINE,
    PROPOSAL,
    TEN,
    Answers,
    a_runtime,
    an_event,
    hear,
    run,
    with_recipes,
)
from hypothesis import given
from hypothesis import strategies as st

from automation.domain.territory import following
from automation.usecases.counting_deals import count_what_was
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


# --- by load ---------------------------------------------------------------------------------------------------

_sequence = count(1)


def a_deal(
    runtime: Runtime, owner: str, event: str = "created", deal_id: str = "", status: str = "open"
) -> str:
    """A deal is opened, changes hands or is closed; the later it is told the newer it is."""
    record = {"id": deal_id or ids.new("deal"), "name": "D", "owner_id": owner, "status": status}
    told = an_event(f"deal.{event}.v1", {**record, "pipeline_id": PIPELINE, "stage_id": PROPOSAL})
    hear(runtime, replace(told, sequence=next(_sequence)))
    return str(record["id"])


def assigning(runtime: Runtime, **how: Any) -> None:
    """The recipe of this workspace assigns so."""
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "lead_assignment"')["data"]
    action = {"type": "assign_owner", "pool": "team:Sales", **how}
    changes = {"actions": [action]}
    run(
        runtime,
        "update_workflow",
        workflow_id=recipe["id"],
        expected_version=recipe["version"],
        changes=changes,
    )


def test_the_least_busy_gets_it_and_turns_decide_between_equals(runtime: Runtime) -> None:
    a_team(runtime, ANN, BOB, CYD)
    assigning(runtime, by="least_busy")
    for owner in (ANN, ANN, BOB, CYD):
        a_deal(runtime, owner)
    found = [assigned(runtime) for _ in range(4)]
    assert {owner for owner, _ in found[:2]} == {BOB, CYD}
    assert {owner for owner, _ in found} == {BOB, CYD}
    assert found[0][1] == "Of the team Sales, this is who has the fewest open deals."


def test_only_open_deals_count(runtime: Runtime) -> None:
    a_team(runtime, ANN, BOB)
    assigning(runtime, by="least_busy")
    anns, bobs = [a_deal(runtime, ANN) for _ in range(2)], [a_deal(runtime, BOB) for _ in range(3)]
    assert assigned(runtime)[0] == ANN
    a_deal(runtime, BOB, "won", bobs[0], status="won")
    a_deal(runtime, BOB, "deleted", bobs[1])
    assert assigned(runtime)[0] == BOB
    a_deal(runtime, ANN, "properties_changed", bobs[2])
    a_deal(runtime, BOB, "reopened", bobs[0])
    a_deal(runtime, BOB, "restored", bobs[1])
    assert len(anns) == 2
    assert assigned(runtime)[0] == BOB


def test_what_is_told_late_does_not_count_again(runtime: Runtime) -> None:
    a_team(runtime, ANN, BOB)
    assigning(runtime, capacity=1)
    deal = a_deal(runtime, ANN, "won", status="won")
    late = an_event(
        "deal.created.v1",
        {
            "id": deal,
            "name": "D",
            "owner_id": ANN,
            "status": "open",
            "pipeline_id": PIPELINE,
            "stage_id": PROPOSAL,
        },
    )
    hear(runtime, replace(late, sequence=0))
    a_deal(runtime, BOB)
    assert [assigned(runtime)[0] for _ in range(2)] == [ANN, ANN]


def test_who_has_no_room_is_passed_over_and_when_nobody_has_it_says_so(runtime: Runtime) -> None:
    a_team(runtime, ANN, BOB)
    a_territory(runtime, user_ids=[CYD])
    an_account(runtime, "Acme", DAN)
    assigning(runtime, capacity=2)
    for owner in (ANN, ANN, CYD, CYD, DAN, DAN):
        a_deal(runtime, owner)
    assert [assigned(runtime, company="Acme", **GERMAN)[0] for _ in range(2)] == [BOB, BOB]
    a_deal(runtime, BOB)
    a_deal(runtime, BOB)
    assert assigned(runtime, company="Acme", **GERMAN) == (
        None,
        "The owner of the account Acme has no room for more open deals, nobody in the territory Industry has room for "
        "more open deals, and nobody in the team Sales has room for more open deals.",
    )


def test_the_order_is_that_of_the_action(runtime: Runtime) -> None:
    a_team(runtime, BOB)
    a_territory(runtime, user_ids=[CYD])
    an_account(runtime, "Acme", DAN)
    for order, expected in ((["pool"], BOB), (["territory", "account_owner"], CYD), (["account_owner"], DAN)):
        assigning(runtime, order=order)
        assert assigned(runtime, company="Acme", **GERMAN)[0] == expected
    assert assigned(runtime)[1] == "No account is known."


def test_deals_from_before_are_counted_once() -> None:
    old = [ids.new("deal") for _ in range(3)]
    closed = ids.new("deal")

    def answer(number: int) -> Any:
        page = [{"id": one, "owner_id": ANN, "status": "open"} for one in (*old, closed)]
        return {"data": page[:2], "next": [2]} if number == 1 else {"data": page[2:], "next": None}

    client = Answers(answer)
    runtime = with_recipes(a_runtime(client))
    for one, name in ((ANN, "Ann"), (BOB, "Bob")):
        hear(runtime, an_event("user.created.v1", {"id": one, "name": name}))
    a_team(runtime, ANN, BOB)
    assigning(runtime, by="least_busy")
    a_deal(runtime, ANN, "lost", closed, status="lost")
    for _ in range(2):
        a_deal(runtime, BOB)
    count_what_was(runtime)
    assert assigned(runtime)[0] == BOB
    count_what_was(runtime)
    assert len(client.asked) == 2


@pytest.mark.parametrize(
    "how", [{"order": []}, {"order": ["luck"]}, {"by": "luck"}, {"capacity": 0}, {"capacity": "many"}]
)
def test_a_way_of_choosing_that_means_nothing_is_refused(runtime: Runtime, how: dict[str, Any]) -> None:
    with pytest.raises(AppError) as refused:
        assigning(runtime, **how)
    assert refused.value.kind == "invalid"
