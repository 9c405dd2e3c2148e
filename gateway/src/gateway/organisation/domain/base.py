"""The metadata of the organisation's tables."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from chassis import searching


class Base(DeclarativeBase):
    """Base of every mapped class of the gateway's database."""


class SearchWord(searching.SearchWord, Base):
    """The words that records are found by."""


class SearchVocabulary(searching.SearchVocabulary, Base):
    """Each of those words once."""
