"""Lists that are fetched as they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

R = TypeVar("R")

LARGEST_PAGE = 200


class Page(list[R]):
    """One page of a list. `next_cursor` leads to the next, None at the end; `total` counts all when it was asked for;
    `warnings` name services whose linked records are missing."""

    def __init__(self, records: list[R], answer: dict[str, Any]) -> None:
        super().__init__(records)
        self.next_cursor: str | None = answer.get("next_cursor")
        self.total: int | None = answer.get("total")
        self.warnings: list[dict[str, Any]] = answer.get("warnings") or []
        self.missing: list[str] = answer.get("missing") or []


class Pages(Generic[R]):
    """A list of any length. Iterating fetches page after page; each iteration starts anew.

    `fetch(cursor, size, count)` answers one page; `limit` is the most records altogether, None for all.
    """

    def __init__(
        self,
        fetch: Callable[[str | None, int, bool], Page[R]],
        *,
        limit: int | None = None,
        page_size: int | None = None,
        cursor: str | None = None,
    ) -> None:
        if limit is not None and limit < 0:
            raise ValueError("limit is a number of records, or None for all.")
        if page_size is not None and not 1 <= page_size <= LARGEST_PAGE:
            raise ValueError(f"page_size is 1 to {LARGEST_PAGE}.")
        self._fetch, self._limit, self._cursor = fetch, limit, cursor
        self._size = page_size or LARGEST_PAGE

    def __iter__(self) -> Iterator[R]:
        for page in self.pages():
            yield from page

    def pages(self) -> Iterator[Page[R]]:
        """Page after page."""
        cursor, left = self._cursor, self._limit
        while left is None or left > 0:
            page = self._fetch(cursor, self._size if left is None else min(self._size, left), False)
            yield page
            cursor = page.next_cursor
            if cursor is None:
                return
            left = None if left is None else left - len(page)

    def page(self, *, count: bool = False) -> Page[R]:
        """The first page, with the `total` of the whole list when `count` asks for it."""
        size = self._size if self._limit is None else max(1, min(self._size, self._limit))
        return self._fetch(self._cursor, size, count)

    def first(self) -> R | None:
        """The first record, None when there is none."""
        return next(iter(self._fetch(self._cursor, 1, False)), None)

    def count(self) -> int:
        """How many records the whole list has, whatever `limit` says."""
        total = self._fetch(self._cursor, 1, True).total
        return total or 0

    def all(self) -> list[R]:
        """Every record, fetched now."""
        return list(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: iterate over it, or take .first(), .page(), .count(), .all()>"
