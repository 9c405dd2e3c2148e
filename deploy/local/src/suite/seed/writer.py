"""Writes demo records through REST: a few at a time, only those that are not there yet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from suite.rest import Refused, Rest

Row = dict[str, Any]
Item = TypeVar("Item")
Result = TypeVar("Result")

# More would only wait for each other: one service writes to one file.
AT_ONCE = 4
# A service learns of a new user or account by an event, moments after it was made. Until then it refuses their ids.
PATIENCE = 20.0
WORTH_WAITING = (404, 409, 422, 429, 503, 504)


class Writer:
    def __init__(self, http: str, key: str) -> None:
        self._http, self._key = http, key
        self._local = threading.local()

    @property
    def rest(self) -> Rest:
        """One connection a thread."""
        if not hasattr(self._local, "rest"):
            self._local.rest = Rest(self._http, self._key)
        found: Rest = self._local.rest
        return found

    def ensure(self, resource: str, rows: Iterable[Row]) -> dict[str, Row]:
        """Creates the rows that no record of this `external_id` stands for; returns all records by external id."""
        known = {str(row["external_id"]): row for row in self.all_of(resource) if row.get("external_id")}
        missing = [row for row in rows if row["external_id"] not in known]
        made = self.each(missing, lambda row: self.patiently(lambda: self.rest.post(f"/v1/{resource}", row)))
        return known | {str(row["external_id"]): row for row in made}

    def all_of(self, resource: str) -> list[Row]:
        found: list[Row] = []
        cursor: str | None = None
        while True:
            page = self.rest.get(f"/v1/{resource}", limit=200, **({"cursor": cursor} if cursor else {}))
            found += page["data"]
            cursor = page.get("next_cursor")
            if not cursor:
                return found

    def each(self, items: Iterable[Item], work: Callable[[Item], Result]) -> list[Result]:
        """Does `work` for every item, a few at once; the results come in the items' order."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(work, items))

    @staticmethod
    def patiently(call: Callable[[], Row]) -> Row:
        """Repeats a call that is refused for what may come true in a moment."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return call()
            except Refused as refused:
                if refused.status not in WORTH_WAITING or time.monotonic() > deadline:
                    raise
            time.sleep(0.2)
