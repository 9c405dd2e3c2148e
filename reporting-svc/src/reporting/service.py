"""The menu of reporting-svc: one line an operation, a subscription, a timer."""

from __future__ import annotations

from chassis.operation import query
from chassis.service import Service
from chassis.subscription import EVERYTHING, subscribe, timer
from reporting import copies
from reporting.queries import events as archive
from reporting.queries.leaderboard import leaderboard
from reporting.queries.ledger_events import ledger_events
from reporting.queries.pipeline import pipeline
from reporting.queries.sales_cycle import sales_cycle
from reporting.queries.shared_events import shared_events, watched_events
from reporting.queries.win_rate import win_rate
from reporting.usecases.announce_positions import announce_positions
from reporting.usecases.archive_events import archive_events
from reporting.usecases.project_deals import DEAL_EVENTS, project_deals
from reporting.usecases.report_gaps import report_gaps


class Reporting(Service):
    """The archive, facts and reports."""

    name = "reporting"

    win_rate = query(win_rate)
    sales_cycle = query(sales_cycle)
    pipeline = query(pipeline)
    leaderboard = query(leaderboard)
    events = query(archive.events)
    record_events = query(archive.record_events)
    ledger_events = query(ledger_events)
    latest_position = query(archive.latest_position)
    gaps = query(archive.gaps)
    watched_events = query(watched_events)
    shared_events = query(shared_events)

    on_everything = subscribe(EVERYTHING, archive_events, batch=True, after_commit=announce_positions)
    on_deals = subscribe(DEAL_EVENTS, project_deals, batch=True)
    on_workspaces = subscribe(copies.WORKSPACE_EVENTS, copies.remember_workspaces, batch=True)
    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_teams = subscribe(copies.TEAM_EVENTS, copies.remember_teams, batch=True)
    on_accounts = subscribe(copies.ACCOUNT_EVENTS, copies.remember_accounts, batch=True)
    on_products = subscribe(copies.PRODUCT_EVENTS, copies.remember_products, batch=True)
    on_pipelines = subscribe(copies.PIPELINE_EVENTS, copies.remember_pipelines, batch=True)

    gaps_are_told = timer(60.0, report_gaps)
