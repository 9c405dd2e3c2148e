"""What filters and sorting know of signals."""

from __future__ import annotations

from activities.domain.signal import Signal
from chassis.filters import Catalogue, Field
from messages.activities import SIGNAL_KINDS

SIGNAL_FIELDS = Catalogue(
    [
        Field("id", "reference", Signal.id),
        Field("event_id", "text", Signal.event_id),
        Field("kind", "select", Signal.kind, SIGNAL_KINDS),
        Field("occurred_at", "instant", Signal.occurred_at),
        Field("visitor_id", "text", Signal.visitor_id),
        Field("record_id", "reference", Signal.record_id),
        Field("owner_id", "reference", Signal.owner_id),
        Field("url", "text", Signal.url),
        Field("title", "text", Signal.title),
        Field("source", "text", Signal.source),
        Field("medium", "text", Signal.medium),
        Field("campaign", "text", Signal.campaign),
        Field("created_at", "instant", Signal.created_at),
    ]
)
