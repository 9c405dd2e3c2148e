"""The menu of contacts-svc: one line an operation, a subscription, a timer."""

from __future__ import annotations

from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.subscription import subscribe, timer
from chassis.writing import deleter, enroller, restorer, sharer, shares_of, unsharer, updater
from contacts import copies
from contacts.domain.account import Account
from contacts.domain.contact import Contact
from contacts.domain.lead import Lead
from contacts.domain.quality import Quality
from contacts.domain.spend import Spend
from contacts.queries import accounts, people
from contacts.queries.figures import with_account_figures, with_last_activity
from contacts.queries.lifecycle import lifecycle
from contacts.queries.look_alikes import find_duplicates
from contacts.queries.quality import QUALITY_FIELDS
from contacts.queries.spending import SPEND_FIELDS
from contacts.usecases.check_quality import check_every_workspace, check_quality
from contacts.usecases.convert_lead import convert_lead, note_deal
from contacts.usecases.create_account import create_account
from contacts.usecases.create_contact import create_contact
from contacts.usecases.create_lead import create_lead
from contacts.usecases.create_spend import create_spend
from contacts.usecases.import_accounts import import_accounts
from contacts.usecases.import_contacts import import_contacts
from contacts.usecases.import_leads import import_leads
from contacts.usecases.lead_life import (
    accept_lead,
    assign_lead,
    recycle_lead,
    reject_lead,
    set_lead_score,
    set_lifecycle,
)
from contacts.usecases.set_account_health import set_account_health
from contacts.usecases.settle_account_parents import settle_account_parents
from contacts.usecases.submit_lead import submit_lead
from contacts.usecases.undo_import import undo_import
from contacts.usecases.update_account import update_account
from contacts.usecases.update_contact import update_contact


class Contacts(Service):
    """Accounts, contacts and leads, and what winning them costs."""

    name = "contacts"
    # deals-svc and activities-svc ask whether the records they are to point to exist.
    issuers = ("gateway", "automation", "deals", "activities")

    find_duplicates = query(find_duplicates)
    create_account = command(create_account, show=with_account_figures)
    update_account = command(update_account, show=with_account_figures)
    delete_account = command(deleter(Account), show=with_account_figures)
    restore_account = command(restorer(Account), show=with_account_figures)
    import_accounts = command(import_accounts)
    settle_account_parents = command(settle_account_parents)
    undo_import = command(undo_import)
    get_account = query(getter(Account, with_account_figures))
    read_accounts = query(reader(Account, with_account_figures))
    list_accounts = query(lister(Account, accounts.ACCOUNT_FIELDS, with_account_figures))
    export_accounts = query(exporter(Account, accounts.ACCOUNT_FIELDS))
    search_accounts = query(accounts.search_accounts)
    share_account = command(sharer(Account), show=with_account_figures)
    unshare_account = command(unsharer(Account), show=with_account_figures)
    set_account_health = command(set_account_health, show=with_account_figures)
    enroll_account = command(enroller(Account), show=with_account_figures)
    list_account_shares = query(shares_of(Account))

    create_contact = command(create_contact, show=with_last_activity)
    update_contact = command(update_contact, show=with_last_activity)
    delete_contact = command(deleter(Contact), show=with_last_activity)
    restore_contact = command(restorer(Contact), show=with_last_activity)
    import_contacts = command(import_contacts)
    get_contact = query(getter(Contact, with_last_activity))
    read_contacts = query(reader(Contact, with_last_activity))
    list_contacts = query(lister(Contact, people.CONTACT_FIELDS, with_last_activity))
    export_contacts = query(exporter(Contact, people.CONTACT_FIELDS))
    search_contacts = query(people.search_contacts)
    share_contact = command(sharer(Contact), show=with_last_activity)
    unshare_contact = command(unsharer(Contact), show=with_last_activity)
    enroll_contact = command(enroller(Contact), show=with_last_activity)
    list_contact_shares = query(shares_of(Contact))

    submit_lead = command(submit_lead)
    create_lead = command(create_lead, show=with_last_activity)
    update_lead = command(updater(Lead), show=with_last_activity)
    assign_lead = command(assign_lead, show=with_last_activity)
    set_lead_score = command(set_lead_score, show=with_last_activity)
    set_lifecycle = command(set_lifecycle, show=with_last_activity)
    accept_lead = command(accept_lead, show=with_last_activity)
    reject_lead = command(reject_lead, show=with_last_activity)
    recycle_lead = command(recycle_lead, show=with_last_activity)
    convert_lead = command(convert_lead, show=with_last_activity)
    lifecycle = query(lifecycle)
    delete_lead = command(deleter(Lead), show=with_last_activity)
    restore_lead = command(restorer(Lead), show=with_last_activity)
    import_leads = command(import_leads)
    get_lead = query(getter(Lead, with_last_activity))
    read_leads = query(reader(Lead, with_last_activity))
    list_leads = query(lister(Lead, people.LEAD_FIELDS, with_last_activity))
    export_leads = query(exporter(Lead, people.LEAD_FIELDS))
    search_leads = query(people.search_leads)
    share_lead = command(sharer(Lead), show=with_last_activity)
    unshare_lead = command(unsharer(Lead), show=with_last_activity)
    enroll_lead = command(enroller(Lead), show=with_last_activity)
    list_lead_shares = query(shares_of(Lead))

    check_quality = command(check_quality)
    get_quality = query(getter(Quality))
    read_quality = query(reader(Quality))
    list_quality = query(lister(Quality, QUALITY_FIELDS))
    export_quality = query(exporter(Quality, QUALITY_FIELDS))
    # Not at the start: what is looked at in the middle of an import is not how good the data is.
    quality_checks = timer(3600.0, check_every_workspace, first=3600.0)

    create_spend = command(create_spend)
    update_spend = command(updater(Spend))
    delete_spend = command(deleter(Spend))
    restore_spend = command(restorer(Spend))
    get_spend = query(getter(Spend))
    read_spend = query(reader(Spend))
    list_spend = query(lister(Spend, SPEND_FIELDS))
    export_spend = query(exporter(Spend, SPEND_FIELDS))

    describe = query(
        describer(
            {
                "accounts": accounts.ACCOUNT_FIELDS,
                "contacts": people.CONTACT_FIELDS,
                "leads": people.LEAD_FIELDS,
                "data-quality": QUALITY_FIELDS,
                "spend-entries": SPEND_FIELDS,
            }
        )
    )

    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_teams = subscribe(copies.TEAM_EVENTS, copies.remember_teams, batch=True)
    on_deals = subscribe(copies.DEAL_EVENTS, copies.remember_deals, batch=True)
    on_adopted = subscribe("deal.adopted.v1", note_deal)
    on_activities = subscribe(copies.ACTIVITY_EVENTS, copies.remember_activities, batch=True)
