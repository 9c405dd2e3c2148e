"""The menu of activities-svc: one line an operation, a subscription, a timer."""

from __future__ import annotations

from activities import copies
from activities.domain.activity import Activity
from activities.queries import activities as reads
from activities.queries.timeline import timeline
from activities.usecases.complete_activity import complete_activity
from activities.usecases.delete_activity import delete_activity
from activities.usecases.log_activity import log_activity
from activities.usecases.project_timeline import project_timeline
from activities.usecases.references import references_exist
from activities.usecases.reopen_activity import reopen_activity
from activities.usecases.restore_activity import restore_activity
from activities.usecases.update_activity import update_activity
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.subscription import subscribe


class Activities(Service):
    """Calls, emails, meetings, notes and tasks, and the timeline of every record."""

    name = "activities"

    log_activity = command(log_activity, ask=references_exist)
    update_activity = command(update_activity, ask=references_exist)
    complete_activity = command(complete_activity)
    reopen_activity = command(reopen_activity)
    delete_activity = command(delete_activity)
    restore_activity = command(restore_activity)
    get_activity = query(getter(Activity))
    read_activities = query(reader(Activity))
    list_activities = query(lister(Activity, reads.ACTIVITY_FIELDS))
    next_activities = query(reads.next_activities)
    search_activities = query(reads.search_activities)
    timeline = query(timeline)
    describe = query(describer({"activities": reads.ACTIVITY_FIELDS}))

    # The copies come before the timeline: what it says names records by their titles.
    on_records = subscribe(copies.RECORD_EVENTS, copies.remember_records, batch=True)
    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_facts = subscribe((*copies.RECORD_EVENTS, *copies.DEAL_FACTS), project_timeline, batch=True)
