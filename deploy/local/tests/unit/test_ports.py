"""Choosing ports that are free, and keeping those that are remembered."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from suite import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


def test_a_port_somebody_listens_on_is_not_free(taken: int) -> None:
    assert not ports.is_free(taken)


def test_a_free_port_is_remembered(taken: int) -> None:
    port = ports.free_port()
    assert ports.remembered_or_free(port) == port
    assert ports.remembered_or_free(taken) != taken
    assert ports.remembered_or_free(port, avoid=[port]) != port
    assert ports.remembered_or_free(None) > 0


def test_who_holds_a_port_is_named(taken: int) -> None:
    assert f"pid {os.getpid()}" in str(ports.holder(taken))
