"""The menu of automation-svc: one line an operation, a subscription, a worker."""

from __future__ import annotations

from automation import copies
from automation.domain.conditions import CATALOGUES
from automation.domain.run import Run
from automation.domain.territory import Territory
from automation.domain.workflow import Workflow
from automation.queries.analysis import analysis
from automation.queries.dry_run import dry_run
from automation.queries.enrollments import enrollments
from automation.queries.ledger_runs import ledger_runs
from automation.queries.parts import workflow_parts
from automation.queries.runs import RUN_FIELDS, with_steps
from automation.queries.territories import TERRITORY_FIELDS
from automation.queries.versions import workflow_versions
from automation.queries.why import why
from automation.queries.workflows import WORKFLOW_FIELDS
from automation.usecases.counting_deals import DEAL_EVENTS, count_deals, count_what_was
from automation.usecases.create_workflow import create_workflow
from automation.usecases.delete_workflow import delete_workflow
from automation.usecases.disable_workflow import disable_workflow
from automation.usecases.enable_workflow import enable_workflow
from automation.usecases.enrolling import enroll_records, look_for_records, tell_enrollments
from automation.usecases.evaluate_workflows import evaluate_workflows
from automation.usecases.install_recipes import install_new_recipes, install_recipes
from automation.usecases.retry_run import retry_run
from automation.usecases.revert_workflow import revert_workflow
from automation.usecases.run_steps import run_steps
from automation.usecases.scoring import SCORED, account_health, lead_score, score_records, tell_scores
from automation.usecases.territories import create_territory, update_territory
from automation.usecases.update_workflow import update_workflow
from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.subscription import subscribe, timer, worker
from chassis.writing import deleter, restorer
from messages.automation import TRIGGERS


class Automation(Service):
    """Workflows, and the ledger of what they did."""

    name = "automation"

    create_workflow = command(create_workflow)
    update_workflow = command(update_workflow)
    enable_workflow = command(enable_workflow)
    disable_workflow = command(disable_workflow)
    revert_workflow = command(revert_workflow)
    delete_workflow = command(delete_workflow)
    restore_workflow = command(restorer(Workflow))
    get_workflow = query(getter(Workflow))
    read_workflows = query(reader(Workflow))
    list_workflows = query(lister(Workflow, WORKFLOW_FIELDS))
    export_workflows = query(exporter(Workflow, WORKFLOW_FIELDS))
    enroll_records = command(enroll_records)
    enrollments = query(enrollments)

    retry_run = command(retry_run)
    get_run = query(getter(Run, with_steps))
    read_runs = query(reader(Run, with_steps))
    list_runs = query(lister(Run, RUN_FIELDS, with_steps))
    export_runs = query(exporter(Run, RUN_FIELDS))
    ledger_runs = query(ledger_runs)
    why = query(why)
    dry_run = query(dry_run)
    analysis = query(analysis)
    workflow_parts = query(workflow_parts)
    workflow_versions = query(workflow_versions)
    describe = query(
        describer(
            {
                "workflows": WORKFLOW_FIELDS,
                "territories": TERRITORY_FIELDS,
                "workflow_runs": RUN_FIELDS,
                **CATALOGUES,
            }
        )
    )

    create_territory = command(create_territory)
    update_territory = command(update_territory)
    delete_territory = command(deleter(Territory))
    restore_territory = command(restorer(Territory))
    get_territory = query(getter(Territory))
    read_territories = query(reader(Territory))
    list_territories = query(lister(Territory, TERRITORY_FIELDS))
    export_territories = query(exporter(Territory, TERRITORY_FIELDS))

    lead_score = query(lead_score)
    account_health = query(account_health)
    scores = worker(2.0, tell_scores)
    steps = worker(1.0, run_steps)
    taken_up = worker(1.0, tell_enrollments)
    enrolling = timer(5.0, look_for_records)
    deals_from_before = timer(60.0, count_what_was, first=0.0)
    new_recipes = timer(300.0, install_new_recipes, first=0.0)

    # The copies come before the workflows: conditions name stages, owners and accounts.
    on_workspace = subscribe("workspace.created.v1", install_recipes)
    on_workspaces = subscribe(copies.WORKSPACE_EVENTS, copies.remember_workspaces, batch=True)
    on_pipelines = subscribe(copies.PIPELINE_EVENTS, copies.remember_pipelines, batch=True)
    on_accounts = subscribe(copies.ACCOUNT_EVENTS, copies.remember_accounts, batch=True)
    on_people = subscribe(copies.PERSON_EVENTS, copies.remember_people, batch=True)
    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_teams = subscribe(copies.TEAM_EVENTS, copies.remember_teams, batch=True)
    on_deals = subscribe(DEAL_EVENTS, count_deals, batch=True)
    on_scored = subscribe(SCORED, score_records, batch=True, after_commit=scores.ring)
    on_facts = subscribe(TRIGGERS, evaluate_workflows, batch=True, after_commit=steps.ring)
