"""Fixtures of the client's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tiny_server import Peer, a_peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with a_peer() as found:
        yield found
