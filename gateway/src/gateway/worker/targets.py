"""Where the parts of an import go, and how records that are here already are found again by their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gateway.worker.lines import Link, portions

AT_ONCE = 100
PAGE = 200
MOST_KNOWN = 5000


@dataclass(frozen=True)
class Target:
    """`bring` takes rows keyed by external id, `look` lists the records; both are operations of `service`."""

    service: str
    bring: str
    look: str
    noun: str


TARGETS = {
    "users": Target("organisation", "import_users", "list_users", "person"),
    "teams": Target("organisation", "import_teams", "list_teams", "team"),
    "pipelines": Target("deals", "import_pipelines", "list_pipelines", "pipeline"),
    "products": Target("deals", "import_products", "list_products", "product"),
    "accounts": Target("contacts", "import_accounts", "list_accounts", "account"),
    "deals": Target("deals", "import_deals", "list_deals", "deal"),
}

Ask = Callable[..., Any]
"""`ask(service, operation, **arguments)`: waits as long as it takes."""


class Directory:
    """The ids of records by kind and external id: of this import, or looked up in the services."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._ids: dict[tuple[str, str], str] = {}

    def remember(self, entity: str, key: str, record_id: str) -> None:
        self._ids[entity, key] = record_id

    def find(self, links: Iterable[Link]) -> None:
        """Look up what these links name and nobody has brought yet, many at once."""
        missing: dict[str, dict[str, None]] = {}
        for link in links:
            if (link.entity, link.key) not in self._ids:
                missing.setdefault(link.entity, {})[link.key] = None
        for entity, keys in missing.items():
            for some in portions(keys, AT_ONCE):
                wanted = {"field": "external_id", "op": "in", "value": some}
                for record in self._page(entity, filter=wanted, limit=PAGE)["data"]:
                    self.remember(entity, record["external_id"], record["id"])

    def id_of(self, link: Link) -> str | None:
        return self._ids.get((link.entity, link.key))

    def known(self, entity: str) -> Iterator[str]:
        """The external ids of records that are here already; nothing when there are more than a catalogue holds."""
        found: list[str] = []
        after = None
        while True:
            page = self._page(entity, filter="external_id != null", limit=PAGE, after=after)
            found += [record["external_id"] for record in page["data"]]
            after = page["next"]
            if after is None:
                return iter(found)
            if len(found) >= MOST_KNOWN:
                return iter(())

    def _page(self, entity: str, **arguments: Any) -> Any:
        target = TARGETS[entity]
        return self._ask(target.service, target.look, **arguments)
