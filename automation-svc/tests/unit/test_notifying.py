"""Who is told what by the recipes: each recipe once, nobody of what they did themselves, imports folded."""

from __future__ import annotations

from typing import Any

import pytest
from automation_builders import (
    CALL,
    DEAL,
    PIPELINE,
    PROPOSAL,
    USER,
    WORKSPACE,
    Answers,
    a_context,
    a_fact,
    a_runtime,
    a_workflow,
    an_event,
    hear,
    money,
    run,
    with_recipes,
)
from sqlalchemy import delete

from automation.domain.errors import RecipientUnknown, TriggerUnfit
from automation.domain.recipes import RECIPES
from automation.domain.workflow import Workflow
from automation.usecases.install_recipes import install_new_recipes
from automation.usecases.run_steps import run_steps
from chassis import ids
from chassis.errors import AppError
from chassis.operation import Runtime

BOB = "user_01k8bbbbbbbbbbbbbbbbbbbbbb"
MIA = "user_01k8cccccccccccccccccccccc"
ACCOUNT = "account_01k8aaaaaaaaaaaaaaaaaaaaaa"
LEAD = "lead_01k8aaaaaaaaaaaaaaaaaaaaaa"
SIGNAL = "signal_01k8aaaaaaaaaaaaaaaaaaaaaa"
LEAD = "lead_01k8aaaaaaaaaaaaaaaaaaaaaa"
# Those that count have tests of their own.
COUNTED = (
    "data_incomplete",
    "data_duplicated",
    "pricing_interest",
    "mails_opened",
    "prices_viewed_twice",
    "whitepaper_downloaded",
)
APPROVAL = "approval_01k8aaaaaaaaaaaaaaaaaaaaaa"
JOB = "job_01k8aaaaaaaaaaaaaaaaaaaaaa"
MOVED = {"to_stage": "Proposal", "to_stage_kind": "open", "moved_at": "2026-03-02T10:00:00.000Z"}
TASK = {"id": CALL, "kind": "task", "subject": "Send the offer", "owner_id": BOB, "record_ids": [DEAL]}
OF_BOB = {
    "id": DEAL,
    "name": "Wind park",
    "owner_id": BOB,
    "account_id": ACCOUNT,
    "amount": money("75000.00"),
    "pipeline_id": PIPELINE,
    "stage_id": PROPOSAL,
}
GIVEN = {"changes": {"owner_id": [USER, BOB]}}


@pytest.fixture
def runtime() -> Runtime:
    """A workspace with its recipes, Ann (who acts), Bob, his manager Mia, and an account."""
    runtime = with_recipes(a_runtime())
    team = {"id": ids.new("team"), "name": "North", "manager_id": MIA, "member_ids": [BOB]}
    hear(
        runtime,
        *(an_event("user.created.v1", {"id": one, "name": name}) for one, name in NAMES.items()),
        an_event("team.created.v1", team),
        an_event("account.created.v1", {"id": ACCOUNT, "name": "Acme", "owner_id": USER}),
    )
    return runtime


NAMES = {USER: "Ann", BOB: "Bob", MIA: "Mia"}


def steps(runtime: Runtime, recipe: str) -> list[dict[str, Any]]:
    """The steps of all runs of a recipe."""
    (workflow,) = run(runtime, "list_workflows", filter=f'recipe = "{recipe}"')["data"]
    runs = run(runtime, "list_runs", filter=f'workflow_id = "{workflow["id"]}"', sort="created_at")["data"]
    return [step for one in runs for step in one["steps"]]


def told(runtime: Runtime, recipe: str) -> list[tuple[list[str], str, str | None]]:
    """Whom a recipe tells what."""
    return [
        (step["input"]["user_ids"], step["input"]["title"], step["input"]["body"])
        for step in steps(runtime, recipe)
        if step["status"] != "skipped"
    ]


RECIPES_AND_FACTS: list[tuple[str, str, dict[str, Any], dict[str, Any], str, str | None]] = [
    ("task_assigned", "activity.created.v1", TASK, {}, "Ann gave you a task: Send the offer", None),
    (
        "task_assigned",
        "activity.properties_changed.v1",
        TASK,
        GIVEN,
        "Ann gave you a task: Send the offer",
        None,
    ),
    (
        "deal_assigned",
        "deal.properties_changed.v1",
        OF_BOB,
        GIVEN,
        "Ann gave you the deal Wind park",
        "Acme · 75,000.00 EUR · Proposal",
    ),
    (
        "deal_assigned",
        "deal.created.v1",
        OF_BOB,
        {},
        "Ann gave you the deal Wind park",
        "Acme · 75,000.00 EUR · Proposal",
    ),
    (
        "lead_assigned",
        "lead.created.v1",
        {"id": LEAD, "name": "Ada Berg", "company": "Acme", "owner_id": BOB},
        {},
        "Ann gave you the lead Ada Berg",
        "Acme",
    ),
    (
        "account_assigned",
        "account.properties_changed.v1",
        {"id": ACCOUNT, "name": "Acme", "owner_id": BOB, "industry": "Energy"},
        GIVEN,
        "Ann gave you the account Acme",
        "Energy",
    ),
    (
        "contact_assigned",
        "contact.created.v1",
        {"id": "contact_01k8aaaaaaaaaaaaaaaaaaaaaa", "name": "Cy", "account_id": ACCOUNT, "owner_id": BOB},
        {},
        "Ann gave you the contact Cy",
        "Acme",
    ),
    ("deal_won_told", "deal.won.v1", OF_BOB, {}, "Ann won your deal Wind park", "Acme · 75,000.00 EUR"),
    (
        "deal_lost_told",
        "deal.lost.v1",
        {**OF_BOB, "lost_reason": "Price"},
        {},
        "Ann closed your deal Wind park as lost",
        "Acme · 75,000.00 EUR · Price",
    ),
    (
        "missed_call_told",
        "call.missed.v1",
        {**TASK, "kind": "call", "subject": "Ring", "occurred_at": "2026-03-02T10:00:00.000Z"},
        {"ended_at": "2026-03-02T10:00:00.000Z"},
        "Missed call: Ring",
        None,
    ),
    (
        "task_due",
        "task.due.v1",
        TASK,
        {"due_at": "2026-03-02T10:15:00.000Z"},
        "Task due: Send the offer",
        None,
    ),
    (
        "approval_requested",
        "approval.created.v1",
        {
            "id": APPROVAL,
            "name": "Wind park",
            "owner_id": BOB,
            "deal_id": DEAL,
            "status": "pending",
            "discount": 20.01,
            "amount": {"amount": "80.00", "currency": "EUR"},
        },
        {},
        "Wind park: a discount of 20.01 % needs your approval",
        "80.00 EUR",
    ),
    (
        "discount_approved",
        "deal.properties_changed.v1",
        {**OF_BOB, "approval_status": "approved"},
        {"changes": {"approval_status": ["pending", "approved"]}},
        "The discount of your deal Wind park is approved",
        "Acme · 75,000.00 EUR",
    ),
    (
        "discount_rejected",
        "deal.properties_changed.v1",
        {**OF_BOB, "approval_status": "rejected"},
        {"changes": {"approval_status": ["pending", "rejected"]}},
        "The discount of your deal Wind park was rejected",
        "Acme · 75,000.00 EUR",
    ),
    (
        "job_completed_told",
        "job.completed.v1",
        {"id": JOB, "kind": "import", "requested_by": BOB, "created": 3, "updated": 0, "failed": 1},
        {},
        "Your import is done",
        "3 created · 1 failed",
    ),
    (
        "job_failed_told",
        "job.failed.v1",
        {"id": JOB, "kind": "import", "requested_by": BOB, "error": {"message": "The file is empty."}},
        {},
        "Your import failed",
        "The file is empty.",
    ),
]


@pytest.mark.parametrize(("recipe", "event", "record", "data", "title", "body"), RECIPES_AND_FACTS)
def test_a_recipe_tells_the_owner(
    runtime: Runtime,
    recipe: str,
    event: str,
    record: dict[str, Any],
    data: dict[str, Any],
    title: str,
    body: str | None,
) -> None:
    fact = an_event(event, record, **data)
    hear(runtime, fact)
    hear(runtime, fact)
    assert told(runtime, recipe) == [([BOB], title, body)]


def test_a_large_deal_is_told_to_the_manager_too(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.stage_moved.v1", OF_BOB, **MOVED))
    (step,) = steps(runtime, "large_deal_told")
    assert (step["input"]["user_ids"], step["input"]["title"], step["input"]["body"]) == (
        [BOB, MIA],
        "The large deal Wind park entered Proposal",
        "Acme · 75,000.00 EUR · Bob",
    )


def test_a_large_deal_is_told_to_the_teams_that_are_named(runtime: Runtime) -> None:
    sam, left = ids.new("user"), ids.new("user")
    people = [({"id": sam, "name": "Sam"}), {"id": left, "name": "Lee", "is_active": False}]
    engineers = {
        "id": ids.new("team"),
        "name": "sales engineering",
        "manager_id": None,
        "member_ids": [sam, BOB, left],
    }
    hear(
        runtime,
        *(an_event("user.created.v1", person) for person in people),
        an_event("team.created.v1", engineers),
        an_event("deal.stage_moved.v1", OF_BOB, **MOVED),
    )
    (step,) = steps(runtime, "large_deal_told")
    assert sorted(step["input"]["user_ids"]) == sorted([BOB, MIA, sam])
    assert step["reason"] == "There is no team Finance. Lee is not active any more."


def test_a_team_without_members_is_said(runtime: Runtime) -> None:
    finance = {"id": ids.new("team"), "name": "Finance", "manager_id": None, "member_ids": []}
    hear(runtime, an_event("team.created.v1", finance), an_event("deal.stage_moved.v1", OF_BOB, **MOVED))
    (step,) = steps(runtime, "large_deal_told")
    assert step["reason"] == "There is no team Sales Engineering. Nobody is in the team Finance."


def test_a_stalled_deal_reminds_its_owner_and_is_told_to_the_manager_once(runtime: Runtime) -> None:
    fact = an_event("deal.stalled.v1", OF_BOB, quiet_since="2026-02-23T10:00:00.000Z", quiet_days=7)
    hear(runtime, fact)
    hear(runtime, fact)
    assert told(runtime, "stalled_deal") == [
        ([BOB], "No activity for 7 days: Wind park", "Acme · 75,000.00 EUR · Proposal"),
        ([MIA], "A deal of your team has stalled: Wind park", "Bob · Acme · 75,000.00 EUR · Proposal"),
    ]


def test_a_customer_whose_health_falls_is_told_to_owner_and_manager(runtime: Runtime) -> None:
    acme = {"id": ACCOUNT, "name": "Acme", "owner_id": BOB, "health": 59, "health_source": "usage model"}
    hear(runtime, an_event("account.properties_changed.v1", acme, changes={"health": [60, 59]}))
    assert told(runtime, "customer_at_risk") == [
        ([BOB, MIA], "Acme is at risk: health 59", "Bob · usage model"),
    ]


def test_a_contract_that_lapsed_is_told_to_owner_and_manager(runtime: Runtime) -> None:
    contract = {
        "id": ids.new("contract"),
        "name": "Platform",
        "owner_id": BOB,
        "account_id": ACCOUNT,
        "arr": {"amount": "12000.00", "currency": "EUR"},
        "renews_on": "2027-01-01",
    }
    hear(runtime, an_event("contract.lapsed.v1", contract, due_on="2027-01-01"))
    [(users, title, body)] = told(runtime, "contract_lapsed")
    assert (users, title) == ([BOB, MIA], "Neither renewed nor cancelled: Platform")
    assert "to be renewed on 2027-01-01" in body


def test_every_recipe_that_notifies_has_its_test() -> None:
    notifying = {key for key, values in RECIPES.items() if values["actions"][0]["type"] == "notify"}
    assert notifying == {case[0] for case in RECIPES_AND_FACTS} | {
        "large_deal_told",
        "stalled_deal",
        "customer_at_risk",
        "contract_lapsed",
        *COUNTED,
    }


def test_a_white_paper_is_told_to_the_owner(runtime: Runtime) -> None:
    download = {"id": SIGNAL, "kind": "download", "title": "Wind guide", "record_id": LEAD, "owner_id": BOB}
    download["occurred_at"] = "2026-03-02T10:00:00.000Z"
    hear(runtime, an_event("signal.created.v1", download))
    assert told(runtime, "whitepaper_downloaded") == [([BOB], "Somebody downloaded Wind guide", None)]


def test_a_notification_knows_its_records_its_target_and_its_cause(runtime: Runtime) -> None:
    won = an_event("deal.won.v1", OF_BOB)
    hear(runtime, won)
    (step,) = steps(runtime, "deal_won_told")
    wanted = {
        "kind": "deal_won",
        "record_ids": [DEAL, ACCOUNT],
        "target_id": DEAL,
        "actor_id": USER,
        "happened_at": "2026-03-02T10:00:00.000Z",
        "key": step["effect_key"],
    }
    assert wanted.items() <= step["input"].items()


# --- whom not ----------------------------------------------------------------------------------------------------


def test_nobody_is_told_of_what_they_did_themselves_and_the_run_says_so(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.won.v1", {**OF_BOB, "owner_id": USER}))
    (step,) = steps(runtime, "deal_won_told")
    reason = "Ann did it, and nobody is told of what they did themselves."
    assert (step["status"], step["reason"]) == ("skipped", reason)
    (found,) = run(runtime, "list_runs", filter='trigger_type = "deal.won.v1"')["data"]
    assert (found["status"], found["reason"]) == ("suppressed", f"Suppressed: {reason}")


def test_who_is_left_out_is_said_beside_who_is_told(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.stage_moved.v1", {**OF_BOB, "owner_id": USER}, **MOVED))
    (mine,) = steps(runtime, "large_deal_told")
    assert "Ann did it" in mine["reason"]
    assert "Ann is in no team that somebody else manages." in mine["reason"]


def test_a_record_without_an_owner_tells_nobody(runtime: Runtime) -> None:
    hear(runtime, an_event("deal.won.v1", {**OF_BOB, "owner_id": None}))
    assert [step["reason"] for step in steps(runtime, "deal_won_told")] == ["The record has no owner."]


def test_who_has_left_is_not_told(runtime: Runtime) -> None:
    hear(runtime, an_event("user.properties_changed.v1", {"id": BOB, "name": "Bob", "is_active": False}))
    hear(runtime, an_event("deal.won.v1", OF_BOB))
    assert [step["reason"] for step in steps(runtime, "deal_won_told")] == ["Bob is not active any more."]


def test_a_record_made_without_an_owner_is_assigned_to_nobody(runtime: Runtime) -> None:
    hear(runtime, an_event("lead.created.v1", {"id": LEAD, "name": "Ada Berg"}))
    assert steps(runtime, "lead_assigned") == []


def test_a_task_that_a_workflow_made_is_not_announced(runtime: Runtime) -> None:
    hear(runtime, an_event("activity.created.v1", TASK, origin="automation"))
    assert steps(runtime, "task_assigned") == []


def test_an_old_call_that_is_logged_late_is_no_news(runtime: Runtime) -> None:
    old = {**TASK, "kind": "call", "occurred_at": "2026-02-02T10:00:00.000Z"}
    hear(runtime, an_event("call.missed.v1", old, ended_at="2026-02-02T10:00:00.000Z"))
    assert steps(runtime, "missed_call_told") == []


def test_other_activities_are_no_tasks(runtime: Runtime) -> None:
    hear(runtime, an_event("activity.created.v1", {**TASK, "kind": "note"}))
    assert steps(runtime, "task_assigned") == []


def test_the_end_of_a_job_is_told_to_whoever_asked_for_it(runtime: Runtime) -> None:
    """It was the requester's job, and yet not their doing that it ended."""
    hear(runtime, an_event("job.completed.v1", {"id": JOB, "kind": "import", "requested_by": USER}))
    (step,) = steps(runtime, "job_completed_told")
    assert (step["input"]["user_ids"], step["input"]["target_id"], step["input"]["record_ids"]) == (
        [USER],
        JOB,
        [],
    )


# --- imports -----------------------------------------------------------------------------------------------------


def leads(number: int, owner: str = BOB, job: str = JOB, is_quiet: bool = False) -> list[Any]:
    return [
        an_event(
            "lead.created.v1",
            {"id": ids.new("lead"), "name": f"Lead {index}", "owner_id": owner},
            origin="import",
            request_id=job,
            is_quiet=is_quiet,
        )
        for index in range(number)
    ]


def test_an_import_tells_each_owner_once(runtime: Runtime) -> None:
    hear(runtime, *leads(20), *leads(10, MIA))
    hear(runtime, *leads(20))
    told_by_import = sorted(told(runtime, "lead_assigned"))
    title = "Ann imported leads that are yours"
    assert told_by_import == sorted([([BOB], title, None), ([MIA], title, None)])
    found = run(runtime, "list_runs", filter="events > 1")["data"]
    assert sorted(one["events"] for one in found) == [10, 40]


def test_the_next_import_tells_again(runtime: Runtime) -> None:
    hear(runtime, *leads(2), *leads(2, job="job_01k8bbbbbbbbbbbbbbbbbbbbbb"))
    assert len(told(runtime, "lead_assigned")) == 2


def test_an_import_of_ones_own_records_tells_nobody_in_one_run(runtime: Runtime) -> None:
    hear(runtime, *leads(30, USER))
    (found,) = run(runtime, "list_runs", filter='trigger_type = "lead.created.v1"')["data"]
    assert (found["status"], found["events"]) == ("suppressed", 30)


def test_an_import_that_wants_no_workflow_leaves_one_run_that_says_so(runtime: Runtime) -> None:
    hear(runtime, *leads(20, is_quiet=True))
    hear(runtime, *leads(10, MIA, is_quiet=True))
    (found,) = run(runtime, "list_runs", filter='trigger_type = "lead.created.v1"')["data"]
    assert (found["status"], found["events"], found["steps"]) == ("suppressed", 30, [])
    assert "no workflow acts on it" in found["reason"]


def test_in_a_workflow_that_does_more_an_import_does_not_notify(runtime: Runtime) -> None:
    actions = [{"type": "create_task", "subject": "Call"}, {"type": "notify", "title": "New lead"}]
    draft = run(
        runtime, "create_workflow", name="Both", trigger={"event": "lead.created.v1"}, actions=actions
    )
    run(runtime, "enable_workflow", workflow_id=draft["id"], expected_version=1)
    hear(runtime, *leads(2))
    found = run(runtime, "list_runs", filter=f'workflow_id = "{draft["id"]}"')["data"]
    assert [[step["status"] for step in one["steps"]] for one in found] == [["pending", "skipped"]] * 2
    assert found[0]["steps"][1]["reason"] == "An import does not notify for each of its records."


# --- what can be written -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "pointer"),
    [
        ({"type": "notify"}, "/actions/0/title"),
        ({"type": "notify", "title": "Hi", "subject": "No"}, "/actions/0/subject"),
        ({"type": "notify", "title": "Hi", "kind": "gossip"}, "/actions/0/kind"),
        ({"type": "notify", "title": "Hi", "to": []}, "/actions/0/to"),
        ({"type": "notify", "title": "Hi", "to": [ids.new("user") for _ in range(51)]}, "/actions/0/to"),
        ({"type": "create_task"}, "/actions/0/subject"),
        ({"type": "create_task", "subject": "Do", "to": ["owner"]}, "/actions/0/to"),
    ],
)
def test_an_action_that_says_the_wrong_things_is_refused(action: dict[str, Any], pointer: str) -> None:
    with pytest.raises(AppError) as refusal:
        run(
            a_runtime(),
            "create_workflow",
            name="W",
            trigger={"event": "deal.won.v1"},
            actions=[action],
        )
    assert [error["pointer"] for error in refusal.value.errors] == [pointer]


def test_a_recipient_is_a_person_or_a_part_that_one_plays() -> None:
    with pytest.raises(RecipientUnknown):
        a_workflow(actions=[{"type": "notify", "title": "Hi", "to": ["everybody"]}])
    with pytest.raises(RecipientUnknown):
        a_workflow(actions=[{"type": "notify", "title": "Hi", "to": ["team:"]}])


@pytest.mark.parametrize(
    "trigger",
    [
        {"event": "deal.won.v1", "field": "owner_id", "or_created": True},
        {"event": "deal.properties_changed.v1", "or_created": True},
    ],
)
def test_only_the_change_of_a_field_can_count_what_is_made_as_well(trigger: dict[str, Any]) -> None:
    with pytest.raises(TriggerUnfit):
        a_workflow(trigger=trigger)


def test_a_record_made_with_a_value_has_changed_to_it() -> None:
    trigger = {"event": "deal.properties_changed.v1", "field": "type", "after": "renewal", "or_created": True}
    workflow = a_workflow(trigger=trigger)
    assert workflow.is_met(a_fact("deal.created.v1", record={"type": "renewal"}))
    assert not workflow.is_met(a_fact("deal.created.v1", record={"type": "new"}))
    assert not workflow.is_met(a_fact("deal.created.v1", record={}))


# --- doing it ----------------------------------------------------------------------------------------------------


def test_a_step_that_notifies_remembers_what_it_sent() -> None:
    sent = {"data": [{"id": ids.new("notification"), "user_id": BOB}]}
    client = Answers(lambda number: sent)
    runtime = with_recipes(a_runtime(client))
    hear(runtime, an_event("deal.won.v1", OF_BOB))
    run_steps(runtime)
    (asked,) = [one for one in client.asked if one[0] == "activities.notify"]
    assert asked[2]["user_ids"] == [BOB]
    (step,) = steps(runtime, "deal_won_told")
    assert (step["status"], step["output"]) == ("completed", {"ids": [sent["data"][0]["id"]]})


def test_what_had_nothing_to_do_is_not_done_by_trying_again() -> None:
    def refuse(number: int) -> Any:
        raise AppErrorOfTest("no")

    runtime = with_recipes(a_runtime(Answers(refuse)))
    actions = [{"type": "notify", "title": "Hi"}, {"type": "create_task", "subject": "Do"}]
    draft = run(runtime, "create_workflow", name="Both", trigger={"event": "deal.won.v1"}, actions=actions)
    run(runtime, "enable_workflow", workflow_id=draft["id"], expected_version=1)
    hear(runtime, an_event("deal.won.v1", {**OF_BOB, "owner_id": USER}))
    run_steps(runtime)
    (failed,) = run(runtime, "list_runs", filter='status = "failed"')["data"]
    again = run(runtime, "retry_run", run_id=failed["id"])
    assert [step["status"] for step in again["steps"]] == ["skipped", "pending"]


class AppErrorOfTest(AppError):
    kind = "rule"
    code = "test"


# --- installing --------------------------------------------------------------------------------------------------


def an_older_workspace() -> Runtime:
    """Begun before there were recipes that notify; one of its own was switched off."""
    runtime = with_recipes(a_runtime())
    newer = delete(Workflow).where(
        Workflow.workspace_id == WORKSPACE,
        Workflow.recipe.not_in(("missed_call_follow_up", "large_deal_in_proposal")),
    )
    runtime.database.transact(lambda session: session.execute(newer))
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "missed_call_follow_up"')["data"]
    run(runtime, "disable_workflow", workflow_id=recipe["id"], expected_version=1)
    return runtime


def statuses(runtime: Runtime) -> dict[str, str]:
    found = run(runtime, "list_workflows", limit=200)["data"]
    return {view["recipe"]: view["status"] for view in found}


def test_an_older_workspace_gets_the_recipes_that_came_since() -> None:
    runtime = an_older_workspace()
    install_new_recipes(runtime)
    after = statuses(runtime)
    assert after.keys() == RECIPES.keys()
    assert after["missed_call_follow_up"] == "disabled"
    off = {recipe for recipe, values in RECIPES.items() if values.get("is_off")}
    assert {recipe for recipe, status in after.items() if status != "published"} == off | {
        "missed_call_follow_up"
    }
    install_new_recipes(runtime)
    assert len(run(runtime, "list_workflows", limit=200)["data"]) == len(RECIPES)


def test_a_recipe_that_is_switched_off_stays_off(runtime: Runtime) -> None:
    (recipe,) = run(runtime, "list_workflows", filter='recipe = "deal_won_told"')["data"]
    run(runtime, "disable_workflow", workflow_id=recipe["id"], expected_version=1)
    install_new_recipes(runtime)
    assert statuses(runtime)["deal_won_told"] == "disabled"
    hear(runtime, an_event("deal.won.v1", OF_BOB))
    assert steps(runtime, "deal_won_told") == []


def test_a_workspace_without_recipes_is_left_alone() -> None:
    runtime = a_runtime()
    install_new_recipes(runtime)
    assert run(runtime, "list_workflows", a_context(workspace_id=WORKSPACE))["data"] == []
