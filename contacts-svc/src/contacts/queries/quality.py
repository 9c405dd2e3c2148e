"""What filters and sorting know of the quality of the data."""

from __future__ import annotations

from chassis.filters import Catalogue, Field
from contacts.domain.quality import Quality

QUALITY_FIELDS = Catalogue(
    [
        Field("id", "reference", Quality.id),
        Field("completeness", "number", Quality.completeness),
        Field("duplicate_share", "number", Quality.duplicate_share),
        Field("records", "number", Quality.records),
        Field("checked_at", "instant", Quality.checked_at),
        Field("created_at", "instant", Quality.created_at),
    ]
)
