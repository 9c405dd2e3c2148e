"""The menu of activities-svc: one line an operation, a subscription, a timer."""

from __future__ import annotations

from activities import copies
from activities.domain.activity import Activity
from activities.domain.signal import Signal
from activities.queries import activities as reads
from activities.queries import notifications as inbox
from activities.queries.signals import SIGNAL_FIELDS
from activities.queries.timeline import timeline
from activities.usecases.archive_all import archive_all
from activities.usecases.archive_notification import archive_notification
from activities.usecases.complete_activity import complete_activity
from activities.usecases.delete_activity import delete_activity
from activities.usecases.forget_notifications import forget_notifications
from activities.usecases.import_activities import import_activities
from activities.usecases.log_activity import log_activity
from activities.usecases.mark_all_read import mark_all_read
from activities.usecases.mark_read import mark_read
from activities.usecases.mark_unread import mark_unread
from activities.usecases.notify import notify
from activities.usecases.project_timeline import project_timeline
from activities.usecases.receive_signals import receive_signals
from activities.usecases.references import people_of, records_unknown, references_exist
from activities.usecases.reopen_activity import reopen_activity
from activities.usecases.restore_activity import restore_activity
from activities.usecases.tell_due_tasks import tell_due_tasks
from activities.usecases.unarchive_notification import unarchive_notification
from activities.usecases.undo_import import undo_import
from activities.usecases.update_activity import update_activity
from chassis.exporting import exporter
from chassis.operation import command, query
from chassis.reading import describer, getter, lister, reader
from chassis.service import Service
from chassis.subscription import subscribe, timer
from chassis.writing import enroller


class Activities(Service):
    """Calls, emails, meetings, notes and tasks, signals, the timeline of every record, and what people are told."""

    name = "activities"

    log_activity = command(log_activity, ask=references_exist)
    update_activity = command(update_activity, ask=references_exist)
    complete_activity = command(complete_activity)
    reopen_activity = command(reopen_activity)
    delete_activity = command(delete_activity)
    restore_activity = command(restore_activity)
    enroll_activity = command(enroller(Activity))
    import_activities = command(import_activities, ask=records_unknown)
    undo_import = command(undo_import)
    get_activity = query(getter(Activity))
    read_activities = query(reader(Activity))
    list_activities = query(lister(Activity, reads.ACTIVITY_FIELDS))
    export_activities = query(exporter(Activity, reads.ACTIVITY_FIELDS))
    next_activities = query(reads.next_activities)
    search_activities = query(reads.search_activities)
    timeline = query(timeline)

    receive_signals = command(receive_signals, ask=people_of)
    get_signal = query(getter(Signal))
    read_signals = query(reader(Signal))
    list_signals = query(lister(Signal, SIGNAL_FIELDS))
    export_signals = query(exporter(Signal, SIGNAL_FIELDS))

    notify = command(notify)
    mark_read = command(mark_read)
    mark_unread = command(mark_unread)
    archive_notification = command(archive_notification)
    unarchive_notification = command(unarchive_notification)
    mark_all_read = command(mark_all_read)
    archive_all = command(archive_all)
    get_notification = query(inbox.get_notification)
    read_notifications = query(inbox.read_notifications)
    list_notifications = query(inbox.list_notifications)
    count_unread = query(inbox.count_unread)

    describe = query(
        describer(
            {
                "activities": reads.ACTIVITY_FIELDS,
                "signals": SIGNAL_FIELDS,
                "notifications": inbox.NOTIFICATION_FIELDS,
            }
        )
    )

    due_tasks = timer(15.0, tell_due_tasks)
    old_notifications = timer(600.0, forget_notifications)

    # The copies come before the timeline: what it says names records by their titles.
    on_records = subscribe(copies.RECORD_EVENTS, copies.remember_records, batch=True)
    on_users = subscribe(copies.USER_EVENTS, copies.remember_users, batch=True)
    on_facts = subscribe(
        (*copies.RECORD_EVENTS, *copies.DEAL_FACTS, *copies.LEAD_FACTS), project_timeline, batch=True
    )
