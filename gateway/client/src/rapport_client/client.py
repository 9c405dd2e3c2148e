"""`Rapport`: the way in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from rapport_client.errors import NotConfigured
from rapport_client.events import Events
from rapport_client.jobs import Imports
from rapport_client.record import Record
from rapport_client.records import Hit
from rapport_client.resources import Reports, Resources
from rapport_client.transport import Patience, Transport


class Rapport(Resources):
    """One suite, as one key sees it. Safe to share between threads; close it, or use it as a context manager.

        with Rapport("http://127.0.0.1:8080", "rap_sk_...") as crm:
            for deal in crm.deals.list(filter='status = "open"', sort="-amount", limit=10):
                print(deal.name, deal.amount)

    Arguments: `url` and `key`, else RAPPORT_URL and RAPPORT_KEY of the environment; `timeout` seconds for one attempt,
    `deadline` seconds for all attempts of a call, `attempts` how many at most (1 never repeats).
    Raises `NotConfigured` without url or key.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        *,
        timeout: float = 30.0,
        deadline: float = 60.0,
        attempts: int = 10,
    ) -> None:
        url = url or os.environ.get("RAPPORT_URL")
        key = key or os.environ.get("RAPPORT_KEY")
        if not url:
            raise NotConfigured('Which suite? Rapport("http://...", "rap_sk_..."), or set RAPPORT_URL.')
        if not key:
            raise NotConfigured("With which key? Make one with ./rapport key create; or set RAPPORT_KEY.")
        self._transport = Transport(url, key, Patience(timeout, deadline, max(1, attempts)))
        super().__init__(self._transport)
        self.url = self._transport.url
        self.reports = Reports(self._transport)
        self.events = Events(self._transport)
        self.imports = Imports(self._transport)

    def search(self, words: str, *, limit: int = 20) -> list[Hit]:
        """Records of every kind that carry these words in their name or address: `type`, `id`, `label`, `detail`."""
        answer = self._transport.call("GET", "/v1/search", params={"q": words, "limit": limit})
        return [Hit(one) for one in answer["data"]]

    def me(self) -> Record:
        """Who the key acts for: `user`, `role`, `permissions`, `workspace`."""
        return Record(self._transport.call("GET", "/v1/me"))

    def status(self) -> Record:
        """How the suite is: `broker`, `services`, `outbox_backlog`."""
        return Record(self._transport.call("GET", "/v1/status"))

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """Any other call of the interface, such as `GET /v1/deals/{id}/overview`, with the same retries and errors.

        Returns the decoded answer, None for an empty one.
        """
        return self._transport.call(
            method, path, params=params, json=json, headers=headers, idempotency_key=idempotency_key
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def __enter__(self) -> Rapport:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Rapport {self.url}>"
