"""What lists of saved mappings can be filtered and sorted by."""

from __future__ import annotations

from chassis.filters import Catalogue, Field
from gateway.jobs.domain.mapping import Mapping

MAPPING_FIELDS = Catalogue(
    [
        Field("id", "reference", Mapping.id),
        Field("name", "text", Mapping.name),
        Field("is_builtin", "boolean", Mapping.is_builtin),
        Field("created_at", "instant", Mapping.created_at),
        Field("updated_at", "instant", Mapping.updated_at),
    ]
)
