"""Notifications: the caller's own. One at a time as of every record; counting and "all" have routes of their own."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import http
from gateway.endpoint import endpoint
from gateway.v1.links import Link
from gateway.v1.resource import Resource, Verb
from messages.activities import ArchiveAll, ChangedView, MarkAllRead, UnreadView

SERVICE = "activities"

NOTIFICATIONS = Resource(
    "notifications",
    SERVICE,
    "notification",
    links={
        "actor": Link("actor_id", "organisation", "read_users"),
        "workflow": Link("workflow_id", "automation", "read_workflows"),
    },
    verbs=(
        Verb("mark-read", "mark_read"),
        Verb("mark-unread", "mark_unread"),
        Verb("archive", "archive_notification"),
        Verb("unarchive", "unarchive_notification"),
    ),
)
RESOURCES = (NOTIFICATIONS,)

blueprint = Blueprint("inbox", __name__, url_prefix="/v1/notifications")


@blueprint.get("/unread")
@endpoint(
    "How many notifications the caller has neither read nor archived",
    permission="read",
    tag=NOTIFICATIONS.name,
    answers=UnreadView,
)
def unread() -> Response:
    http.refuse_unknown(())
    return http.reply(http.call(SERVICE, "count_unread"))


@blueprint.post("/mark-all-read")
@endpoint(
    "Mark all the caller's notifications as read, or those made until an instant",
    permission=MarkAllRead.permission,
    tag=NOTIFICATIONS.name,
    body=MarkAllRead,
    is_body_required=False,
    answers=ChangedView,
)
def mark_all_read() -> Response:
    return http.reply(http.call(SERVICE, "mark_all_read", http.body(is_optional=True)))


@blueprint.post("/archive-all")
@endpoint(
    "Archive all the caller's notifications that are read, or those made until an instant",
    permission=ArchiveAll.permission,
    tag=NOTIFICATIONS.name,
    body=ArchiveAll,
    is_body_required=False,
    answers=ChangedView,
)
def archive_all() -> Response:
    return http.reply(http.call(SERVICE, "archive_all", http.body(is_optional=True)))
