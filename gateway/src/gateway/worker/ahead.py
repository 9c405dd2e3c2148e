"""Reads ahead: the next piece is made while somebody works on the last."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from queue import Empty, Full, Queue
from typing import TypeVar

T = TypeVar("T")

_WAIT = 0.2


class _End:
    """No more pieces: the reader came to its end, or to an error."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error = error


def ahead(pieces: Iterable[T], depth: int = 1) -> Iterator[T]:
    """The same pieces in the same order, made by a thread that is at most `depth` ahead.

    An error of the reader comes up where its piece would have come. A caller that stops early ends the thread.
    """
    queue: Queue[T | _End] = Queue(depth)
    stopped = threading.Event()

    def put(item: T | _End) -> bool:
        while not stopped.is_set():
            try:
                queue.put(item, timeout=_WAIT)
            except Full:
                continue
            return True
        return False

    def read() -> None:
        try:
            for piece in pieces:
                if not put(piece):
                    return
        except BaseException as error:  # noqa: BLE001 - it is raised again by whoever waits for the piece
            put(_End(error))
        else:
            put(_End())

    thread = threading.Thread(target=read, name="reads-ahead", daemon=True)
    thread.start()
    try:
        while True:
            try:
                item = queue.get(timeout=_WAIT)
            except Empty:
                continue
            if isinstance(item, _End):
                if item.error is not None:
                    raise item.error
                return
            yield item
    finally:
        stopped.set()
        thread.join()
