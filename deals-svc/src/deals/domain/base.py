"""The metadata of this service's tables, and what partners may see of its records."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from chassis import searching
from chassis.sharing import Grant


class Base(DeclarativeBase):
    """Base of every mapped class of deals-svc."""


class SearchWord(searching.SearchWord, Base):
    """The words that records are found by."""


class SearchVocabulary(searching.SearchVocabulary, Base):
    """Each of those words once."""


class AccessGrant(Grant, Base):
    """What one partner may do with one record of this service."""
