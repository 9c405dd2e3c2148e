"""What filters and sorting know of territories."""

from __future__ import annotations

from automation.domain.territory import Territory
from chassis.filters import Catalogue, Field

TERRITORY_FIELDS = Catalogue(
    [
        Field("id", "reference", Territory.id),
        Field("name", "text", Territory.name),
        Field("position", "number", Territory.position),
        Field("created_at", "instant", Territory.created_at),
        Field("updated_at", "instant", Territory.updated_at),
    ]
)
