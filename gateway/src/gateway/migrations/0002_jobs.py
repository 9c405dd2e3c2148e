"""Jobs, and the rows they could not bring in."""

from __future__ import annotations

from alembic import op

from gateway.jobs.domain import job
from gateway.jobs.domain.base import Base

TABLES = (job,)


def upgrade() -> None:
    Base.metadata.create_all(op.get_bind())
