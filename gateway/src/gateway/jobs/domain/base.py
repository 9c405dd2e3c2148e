"""The metadata of the jobs' tables."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Base of every mapped class of the jobs."""
