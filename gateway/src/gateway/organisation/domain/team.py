"""Teams: who belongs together, under whom, in a tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from chassis.record import Record
from gateway.organisation.domain.base import Base
from gateway.organisation.domain.errors import TeamUnderItself
from gateway.organisation.domain.events import TeamMembersChanged
from gateway.organisation.domain.user import User


class Team(Record, Base):
    """A team has a manager, members, and a parent unless it is at the top."""

    __tablename__ = "team"
    __table_args__ = (
        Index("uq_team_external", "workspace_id", "external_id", unique=True),
        Index("ix_team_parent", "workspace_id", "parent_id"),
    )
    noun = "team"
    prefix = "team"

    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[str | None] = mapped_column(String(40), default=None)
    manager_id: Mapped[str | None] = mapped_column(String(40), default=None)
    member_ids: Mapped[list[str]] = mapped_column(JSON, default=list)
    external_id: Mapped[str | None] = mapped_column(String(200), default=None)

    def put_under(self, parent_id: str | None, parents: Mapping[str, str | None]) -> None:
        """Move below another team; `parents` tells every team's parent. A team is never under itself."""
        above: str | None = parent_id
        while above is not None:
            if above == self.id:
                raise TeamUnderItself(name=self.name)
            above = parents.get(above)
        self.parent_id = parent_id

    def seat(self, members: Sequence[User], former: Sequence[User]) -> None:
        """Make `members` the whole team; `former` are those who were in it. Both sides of the fact change together."""
        self.member_ids = sorted(user.id for user in members)
        for user in former:
            if user.id not in self.member_ids:
                user.leave(self.id)
        for user in members:
            user.join(self.id)
        self.happened(TeamMembersChanged(member_ids=self.member_ids))
