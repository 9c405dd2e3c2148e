"""Activities, and the timeline that every record with a history has."""

from __future__ import annotations

from gateway.v1.links import OWNER
from gateway.v1.resource import Part, Resource, Verb

TIMELINE = Part("timeline", "timeline", service="activities", id_argument="record_id")

ACTIVITIES = Resource(
    "activities",
    "activities",
    "activity",
    create="log_activity",
    links={"owner": OWNER},
    verbs=(Verb("complete", "complete_activity"), Verb("reopen", "reopen_activity")),
)

RESOURCES = (ACTIVITIES,)
