"""The menu of deals-svc: one line an operation, a subscription, a timer."""

from __future__ import annotations

from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.subscription import subscribe, timer
from chassis.writing import deleter, enroller, restorer, sharer, shares_of, unsharer, updater
from deals import copies
from deals.domain.approval import Approval, ApprovalRule
from deals.domain.contract import Contract
from deals.domain.deal import Deal
from deals.domain.forecast import Forecast
from deals.domain.pipeline import Pipeline
from deals.domain.product import Product
from deals.domain.purchase import Purchase
from deals.domain.quota import Quota
from deals.queries import approvals, selling
from deals.queries import board as boards
from deals.queries import contracts as contract_reads
from deals.queries import deals as reads
from deals.usecases import references
from deals.usecases.adopt_deals import adopt_deals
from deals.usecases.contracts import (
    cancel_contract,
    change_arr,
    create_contract,
    make_contract,
    renew_contract,
    update_contract,
)
from deals.usecases.create_pipeline import create_pipeline
from deals.usecases.create_product import create_product
from deals.usecases.create_purchase import create_purchase
from deals.usecases.create_quota import create_quota
from deals.usecases.decide_approvals import (
    approve_discount,
    delegate_approval,
    recall_approval,
    reject_discount,
)
from deals.usecases.delete_deal import delete_deal, restore_deal
from deals.usecases.import_deals import import_deals
from deals.usecases.import_pipelines import import_pipelines
from deals.usecases.import_products import import_products
from deals.usecases.install_defaults import install_defaults
from deals.usecases.lose_deal import lose_deal
from deals.usecases.move_stage import move_stage
from deals.usecases.open_deal import open_deal
from deals.usecases.open_renewal import open_expansion, open_renewal
from deals.usecases.reopen_deal import reopen_deal
from deals.usecases.request_approval import request_approval
from deals.usecases.set_lines import set_lines
from deals.usecases.submit_forecast import submit_forecast
from deals.usecases.tell_due_contracts import tell_due_contracts
from deals.usecases.tell_stalled_deals import tell_stalled_deals
from deals.usecases.undo_import import undo_import
from deals.usecases.update_approval_rule import update_approval_rule
from deals.usecases.update_deal import update_deal
from deals.usecases.update_pipeline import update_pipeline
from deals.usecases.update_purchase import update_purchase
from deals.usecases.watch_quiet import STEPS, TOUCHES, watch_quiet
from deals.usecases.win_deal import win_deal


class Deals(Service):
    """Pipelines, products, deals with their lines and approvals, contracts, purchases, quotas and forecasts."""

    name = "deals"
    issuers = ("gateway", "automation", "activities")

    create_pipeline = command(create_pipeline)
    update_pipeline = command(update_pipeline)
    import_pipelines = command(import_pipelines)
    delete_pipeline = command(deleter(Pipeline))
    get_pipeline = query(getter(Pipeline, reads.with_stages))
    read_pipelines = query(reader(Pipeline, reads.with_stages))
    list_pipelines = query(lister(Pipeline, reads.PIPELINE_FIELDS, reads.with_stages))
    export_pipelines = query(exporter(Pipeline, reads.PIPELINE_FIELDS))

    create_product = command(create_product)
    update_product = command(updater(Product))
    import_products = command(import_products)
    delete_product = command(deleter(Product))
    restore_product = command(restorer(Product))
    get_product = query(getter(Product))
    read_products = query(reader(Product))
    list_products = query(lister(Product, reads.PRODUCT_FIELDS))
    export_products = query(exporter(Product, reads.PRODUCT_FIELDS))

    open_deal = command(open_deal, ask=references.references_exist)
    update_deal = command(update_deal, ask=references.references_exist)
    move_stage = command(move_stage)
    win_deal = command(win_deal)
    lose_deal = command(lose_deal)
    reopen_deal = command(reopen_deal)
    set_lines = command(set_lines)
    lines = query(approvals.lines)
    request_approval = command(request_approval)
    delete_deal = command(delete_deal)
    restore_deal = command(restore_deal)
    import_deals = command(import_deals, ask=references.links_unknown)
    undo_import = command(undo_import)
    get_deal = query(getter(Deal))
    read_deals = query(reader(Deal))
    list_deals = query(lister(Deal, reads.DEAL_FIELDS))
    export_deals = query(exporter(Deal, reads.DEAL_FIELDS))
    stage_history = query(reads.stage_history)
    search_deals = query(reads.search_deals)
    search_products = query(reads.search_products)
    share_deal = command(sharer(Deal))
    unshare_deal = command(unsharer(Deal))
    enroll_deal = command(enroller(Deal))
    list_deal_shares = query(shares_of(Deal))
    board = query(boards.board)

    create_purchase = command(create_purchase, ask=references.references_exist)
    update_purchase = command(update_purchase, ask=references.references_exist)
    delete_purchase = command(deleter(Purchase))
    restore_purchase = command(restorer(Purchase))
    get_purchase = query(getter(Purchase))
    read_purchases = query(reader(Purchase))
    list_purchases = query(lister(Purchase, selling.PURCHASE_FIELDS))
    export_purchases = query(exporter(Purchase, selling.PURCHASE_FIELDS))

    create_contract = command(create_contract, ask=references.references_exist)
    update_contract = command(update_contract)
    delete_contract = command(deleter(Contract))
    restore_contract = command(restorer(Contract))
    enroll_contract = command(enroller(Contract))
    change_arr = command(change_arr)
    cancel_contract = command(cancel_contract)
    renew_contract = command(renew_contract)
    make_contract = command(make_contract)
    open_renewal = command(open_renewal)
    open_expansion = command(open_expansion)
    arr_movements = query(contract_reads.arr_movements)
    get_contract = query(getter(Contract))
    read_contracts = query(reader(Contract))
    list_contracts = query(lister(Contract, contract_reads.CONTRACT_FIELDS))
    export_contracts = query(exporter(Contract, contract_reads.CONTRACT_FIELDS))

    approve_discount = command(approve_discount)
    reject_discount = command(reject_discount)
    delegate_approval = command(delegate_approval)
    recall_approval = command(recall_approval)
    get_approval = query(getter(Approval))
    read_approvals = query(reader(Approval))
    list_approvals = query(lister(Approval, approvals.APPROVAL_FIELDS))
    export_approvals = query(exporter(Approval, approvals.APPROVAL_FIELDS))

    update_approval_rule = command(update_approval_rule)
    get_approval_rule = query(getter(ApprovalRule))
    read_approval_rules = query(reader(ApprovalRule))
    list_approval_rules = query(lister(ApprovalRule, approvals.RULE_FIELDS))
    export_approval_rules = query(exporter(ApprovalRule, approvals.RULE_FIELDS))

    create_quota = command(create_quota)
    update_quota = command(updater(Quota))
    delete_quota = command(deleter(Quota))
    get_quota = query(getter(Quota))
    read_quotas = query(reader(Quota))
    list_quotas = query(lister(Quota, selling.QUOTA_FIELDS))
    export_quotas = query(exporter(Quota, selling.QUOTA_FIELDS))

    submit_forecast = command(submit_forecast)
    get_forecast = query(getter(Forecast))
    read_forecasts = query(reader(Forecast))
    list_forecasts = query(lister(Forecast, selling.FORECAST_FIELDS))
    export_forecasts = query(exporter(Forecast, selling.FORECAST_FIELDS))

    describe = query(
        describer(
            {
                "deals": reads.DEAL_FIELDS,
                "pipelines": reads.PIPELINE_FIELDS,
                "products": reads.PRODUCT_FIELDS,
                "purchases": selling.PURCHASE_FIELDS,
                "contracts": contract_reads.CONTRACT_FIELDS,
                "approvals": approvals.APPROVAL_FIELDS,
                "approval-rules": approvals.RULE_FIELDS,
                "quotas": selling.QUOTA_FIELDS,
                "forecasts": selling.FORECAST_FIELDS,
            }
        )
    )

    stalled_deals = timer(15.0, tell_stalled_deals)
    due_contracts = timer(15.0, tell_due_contracts)

    on_workspace = subscribe("workspace.created.v1", install_defaults)
    on_converted = subscribe("lead.converted.v1", adopt_deals)
    on_accounts = subscribe(copies.ACCOUNT_EVENTS, copies.remember_accounts, batch=True)
    on_people = subscribe(copies.PERSON_EVENTS, copies.remember_people, batch=True)
    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_teams = subscribe(copies.TEAM_EVENTS, copies.remember_teams, batch=True)
    on_steps = subscribe((*STEPS, *TOUCHES), watch_quiet, batch=True)
