"""What filters and sorting know of spend."""

from __future__ import annotations

from chassis.filters import Catalogue, Field
from contacts.domain.spend import Spend
from messages.contacts import SPEND_KINDS

SPEND_FIELDS = Catalogue(
    [
        Field("id", "reference", Spend.id),
        Field("spent_on", "date", Spend.spent_on),
        Field("channel", "text", Spend.channel),
        Field("kind", "select", Spend.kind, SPEND_KINDS),
        Field("campaign", "text", Spend.campaign),
        Field("amount", "money", Spend.amount),
        Field("created_at", "instant", Spend.created_at),
        Field("updated_at", "instant", Spend.updated_at),
        Field("external_id", "text", Spend.external_id),
    ]
)
