"""How records that links name are found: those of this import are remembered, the others looked up in the services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from chassis import ids
from gateway.worker.lines import Complaint, Link, portions
from gateway.worker.objects import EXTERNAL_ID, OBJECTS

AT_ONCE = 100
PAGE = 200
MOST_KNOWN = 5000
# How many names are remembered at most; of larger imports those used longest ago are looked up again.
MOST_REMEMBERED = 400_000

Ask = Callable[..., Any]
"""`ask(service, operation, **arguments)`: waits as long as it takes."""

_SEVERAL = ""


class Directory:
    """The ids of records by kind, field and value: of this import, or looked up in the services."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        # The value is the record's id, None for one that is not there, empty for a name of several.
        self._ids: dict[tuple[str, str, str], str | None] = {}

    def remember(self, entity: str, field: str, value: str, record_id: str) -> None:
        if len(self._ids) >= MOST_REMEMBERED:
            self._ids.clear()
        known = self._ids.get((entity, field, value))
        self._ids[entity, field, value] = record_id if not known or known == record_id else _SEVERAL

    def find(self, links: Iterable[Link]) -> None:
        """Look up what these links name and nobody has brought yet, many at once."""
        wanted = {(link.entity, link.key, link.by): None for link in links}
        for place in range(max((len(by) for _, _, by in wanted), default=0)):
            missing: dict[tuple[str, str], dict[str, None]] = {}
            for entity, key, by in wanted:
                is_open = place < len(by) and not self._is_settled(entity, key, by[:place])
                if is_open and (entity, by[place], key) not in self._ids and not _is_id(entity, key):
                    missing.setdefault((entity, by[place]), {})[key] = None
            for (entity, field), keys in missing.items():
                self._look_up(entity, field, list(keys))

    def _is_settled(self, entity: str, key: str, by: tuple[str, ...]) -> bool:
        return any(self._ids.get((entity, field, key)) is not None for field in by)

    def _look_up(self, entity: str, field: str, keys: list[str]) -> None:
        for some in portions(keys, AT_ONCE):
            for key in some:
                self._ids[entity, field, key] = None
            wanted = {"field": field, "op": "in", "value": some}
            after = None
            while True:
                page = self._page(entity, filter=wanted, limit=PAGE, after=after)
                for record in page["data"]:
                    value = str(record[field])
                    known = self._ids.get((entity, field, value))
                    self._ids[entity, field, value] = record["id"] if known is None else _SEVERAL
                after = page["next"]
                if after is None:
                    break

    def resolve(self, link: Link) -> tuple[str | None, Complaint | None]:
        """The id that a link means; or None, with a complaint where several are meant."""
        if _is_id(link.entity, link.key):
            return link.key, None
        for field in link.by:
            found = self._ids.get((link.entity, field, link.key))
            if found:
                return found, None
            if found == _SEVERAL:
                word = OBJECTS[link.entity].word
                message = (
                    f"There are several {link.entity} with the {field} {link.key[:80]!r}; "
                    f"name the {word} by another field."
                )
                return None, Complaint(link.column, link.key, f"ambiguous_{word}", message)
        return None, None

    def known(self, entity: str) -> Iterator[str]:
        """The external ids of records that are here already; nothing when there are more than a catalogue holds."""
        found: list[str] = []
        after = None
        while True:
            page = self._page(entity, filter=f"{EXTERNAL_ID} != null", limit=PAGE, after=after)
            found += [record[EXTERNAL_ID] for record in page["data"]]
            after = page["next"]
            if after is None:
                return iter(found)
            if len(found) >= MOST_KNOWN:
                return iter(())

    def _page(self, entity: str, **arguments: Any) -> Any:
        target = OBJECTS[entity]
        return self._ask(target.service, target.look, **arguments)


def _is_id(entity: str, key: str) -> bool:
    """Whether a link names its record by our own id."""
    return ids.is_id(key, OBJECTS[entity].noun)
