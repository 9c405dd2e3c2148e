"""How many requests a worker takes at once: sixteen ordinary ones and a bounded number of live streams.

Threads are many, so that streams can wait in them; what does work is few, so that a flood ends in quick refusals
and not in a queue nobody survives.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from gateway import metrics

ORDINARY = 16
STREAMS = 128
PATIENCE = 1.0
LIVE_PATH = "/v1/events"
UNCOUNTED = frozenset({"/healthz", "/readyz", "/metrics"})

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Admission:
    """WSGI middleware: counts requests until their answer is wholly sent; sends those beyond to `refuse`."""

    def __init__(
        self, app: Application, refuse: Application, *, ordinary: int = ORDINARY, streams: int = STREAMS
    ) -> None:
        self._app, self._refuse = app, refuse
        self._ordinary = threading.BoundedSemaphore(ordinary)
        self._streams = threading.BoundedSemaphore(streams)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in UNCOUNTED:
            return self._app(environ, start_response)
        is_live = path == LIVE_PATH
        places = self._streams if is_live else self._ordinary
        if not places.acquire(timeout=0 if is_live else PATIENCE):
            metrics.refused.labels("live" if is_live else "ordinary").inc()
            return self._refuse(environ, start_response)
        if is_live:
            metrics.streams.inc()
        try:
            return _Counted(self._app(environ, start_response), places, is_live)
        except BaseException:
            _leave(places, is_live)
            raise


def _leave(places: threading.BoundedSemaphore, is_live: bool) -> None:
    places.release()
    if is_live:
        metrics.streams.dec()


class _Counted:
    """An answer that gives its place back when it is closed."""

    def __init__(self, answer: Iterable[bytes], places: threading.BoundedSemaphore, is_live: bool) -> None:
        self._answer, self._places, self._is_live = answer, places, is_live

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            _leave(self._places, self._is_live)
