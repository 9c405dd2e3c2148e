"""People who work here, and what they may be given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis import access
from chassis.searching import Searchable
from chassis.words import Searched
from gateway.organisation.domain.base import Base
from gateway.organisation.domain.errors import GrantsTooMuch

ADMIN = "admin"


class User(Searchable, Base):
    """A person. `team_ids` follows from the teams' members; teams own that fact."""

    __tablename__ = "user"
    __table_args__ = (
        Index("uq_user_email", "workspace_id", "email", unique=True),
        Index("uq_user_external", "workspace_id", "external_id", unique=True),
        Index("ix_user_name", "workspace_id", "name", "id"),
    )
    noun = "user"
    prefix = "user"
    searched = Searched("name", by={"email": "text", "external_id": "code"}, detail=("email", "role"))

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200), default=None)
    role: Mapped[str] = mapped_column(String(20), default="rep")
    is_active: Mapped[bool] = mapped_column(default=True)
    time_zone: Mapped[str | None] = mapped_column(String(60), default=None)
    team_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)

    @property
    def is_administrator(self) -> bool:
        """Whether this person can administer now: the role, and active."""
        return self.role == ADMIN and bool(self.is_active)

    def describe(self, values: dict[str, Any], *, by_role: str) -> None:
        """Set properties on behalf of somebody with the role `by_role`; addresses are kept in lower case."""
        role = values.get("role")
        if role is not None and role != self.role:
            may_grant(by_role, role)
        if self.role is not None and (role is not None or "is_active" in values):
            # Who may do more than you is not yours to demote or switch off either.
            may_grant(by_role, self.role)
        if values.get("email"):
            values = {**values, "email": values["email"].lower()}
        self.set(values)

    def join(self, team_id: str) -> None:
        self.team_ids = sorted({*self.team_ids, team_id})

    def leave(self, team_id: str) -> None:
        self.team_ids = [known for known in self.team_ids if known != team_id]


def may_grant(own: str, role: str) -> None:
    """Nobody grants what they lack; raises `GrantsTooMuch`."""
    if not set(access.permissions(role)) <= set(access.permissions(own)):
        raise GrantsTooMuch(own=own, role=role)
