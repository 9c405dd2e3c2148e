"""The menu of reporting-svc: one line an operation, a subscription, a timer."""

from __future__ import annotations

from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.subscription import EVERYTHING, subscribe, timer
from chassis.writing import deleter, restorer
from reporting import copies
from reporting.domain.contract_facts import (
    ARR_EVENTS,
    CONTRACTS,
    TERM_EVENTS,
    note_movements,
    note_terms,
)
from reporting.domain.custom_report import CustomReport
from reporting.domain.deal_fact import DEALS
from reporting.domain.lead_facts import ACTIVITY_EVENTS, STEP_EVENTS, note_responses, note_steps
from reporting.domain.marketing_facts import LEADS, SPEND
from reporting.domain.selling_facts import FORECASTS, PURCHASES, QUOTAS
from reporting.domain.touch_facts import TOUCHES
from reporting.queries import custom_reports as saved
from reporting.queries import events as archive
from reporting.queries.as_of import dated
from reporting.queries.attribution import attribution
from reporting.queries.builder import run_report
from reporting.queries.leaderboard import leaderboard
from reporting.queries.ledger_events import ledger_events
from reporting.queries.metrics import metrics
from reporting.queries.pipeline import pipeline
from reporting.queries.sales_cycle import sales_cycle
from reporting.queries.shared_events import shared_events, watched_events
from reporting.queries.win_rate import win_rate
from reporting.usecases.announce_positions import announce_positions
from reporting.usecases.archive_events import archive_events
from reporting.usecases.catch_up import catch_up
from reporting.usecases.custom_reports import create_custom_report, update_custom_report
from reporting.usecases.project_facts import projecting
from reporting.usecases.report_gaps import report_gaps


class Reporting(Service):
    """The archive, facts and reports."""

    name = "reporting"

    win_rate = query(dated(win_rate))
    sales_cycle = query(dated(sales_cycle))
    pipeline = query(dated(pipeline))
    leaderboard = query(dated(leaderboard))
    metrics = query(metrics)
    attribution = query(dated(attribution))
    run_report = query(run_report)
    datasets = query(saved.datasets)
    create_custom_report = command(create_custom_report)
    update_custom_report = command(update_custom_report)
    delete_custom_report = command(deleter(CustomReport))
    restore_custom_report = command(restorer(CustomReport))
    get_custom_report = query(getter(CustomReport))
    read_custom_reports = query(reader(CustomReport))
    list_custom_reports = query(lister(CustomReport, saved.REPORT_FIELDS))
    export_custom_reports = query(exporter(CustomReport, saved.REPORT_FIELDS))
    run_custom_report = query(saved.run_custom_report)
    describe = query(describer({"custom-reports": saved.REPORT_FIELDS}))
    events = query(archive.events)
    record_events = query(archive.record_events)
    ledger_events = query(ledger_events)
    raw_events = query(archive.raw_events)
    position_before = query(archive.position_before)
    latest_position = query(archive.latest_position)
    gaps = query(archive.gaps)
    watched_events = query(watched_events)
    shared_events = query(shared_events)

    on_everything = subscribe(EVERYTHING, archive_events, batch=True, after_commit=announce_positions)
    on_deals = subscribe(DEALS.events, projecting(DEALS), batch=True)
    on_purchases = subscribe(PURCHASES.events, projecting(PURCHASES), batch=True)
    on_quotas = subscribe(QUOTAS.events, projecting(QUOTAS), batch=True)
    on_forecasts = subscribe(FORECASTS.events, projecting(FORECASTS), batch=True)
    on_contracts = subscribe(CONTRACTS.events, projecting(CONTRACTS), batch=True)
    on_movements = subscribe(ARR_EVENTS, note_movements, batch=True)
    on_terms = subscribe(TERM_EVENTS, note_terms, batch=True)
    on_spend = subscribe(SPEND.events, projecting(SPEND), batch=True)
    on_leads = subscribe(LEADS.events, projecting(LEADS), batch=True)
    on_steps = subscribe(STEP_EVENTS, note_steps, batch=True)
    on_activities = subscribe(ACTIVITY_EVENTS, note_responses, batch=True)
    on_touches = subscribe(TOUCHES.events, projecting(TOUCHES), batch=True)
    on_workspaces = subscribe(copies.WORKSPACE_EVENTS, copies.remember_workspaces, batch=True)
    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_teams = subscribe(copies.TEAM_EVENTS, copies.remember_teams, batch=True)
    on_accounts = subscribe(copies.ACCOUNT_EVENTS, copies.remember_accounts, batch=True)
    on_products = subscribe(copies.PRODUCT_EVENTS, copies.remember_products, batch=True)
    on_pipelines = subscribe(copies.PIPELINE_EVENTS, copies.remember_pipelines, batch=True)

    gaps_are_told = timer(60.0, report_gaps)
    catches_up = timer(300.0, catch_up, first=0.0)
